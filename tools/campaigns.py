#!/usr/bin/env python3
"""How soon behaviour finds simulated campaigns: ordinary days, then the same institution with an espionage campaign, an insider and an intern.

usage: campaigns.py CUSTOS WORK [--seeds 401-420] [--hosts 200] [--days 28] [--before 14] [--budget 5 --budget 1] [--stealth 0.5] [--memory 8GB]

Writes and removes one folder a seed below WORK (200 hosts: some 27 GB), appends what it found to WORK/campaigns.ndjson, one line a seed and a budget, and prints the tables of docs/evaluation.md from all lines there. Seeds that stand
there are not run again, so a run that was interrupted goes on. What stands there was found by the binary of that day: begin a new WORK after a change.
"""
import argparse, datetime, json, os, shutil, statistics, subprocess, time

KINDS = ("espionage", "intern", "insider")
FIRST_DAY = datetime.date(2026, 9, 7)  # of the simulator, unless told: the ordinary days end there


def seconds(text):
    return datetime.datetime.fromisoformat(text[:19]).timestamp()


def call(*words):
    subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL)


# One folder whose logs are both parts', its truth names the files of either.
def simulate(custos, folder, seed, options):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/logs")
    common = ("--hosts", options.hosts, "--seed", seed, "--quiet")
    first = (FIRST_DAY - datetime.timedelta(days=options.before)).isoformat()
    call(custos, "simulate", folder + "/before", "--days", options.before, "--start", first, *common)
    call(custos, "simulate", folder + "/during", "--days", options.days, "--stealth", options.stealth, *common, *(w for k in KINDS for w in ("--scenario", k)))
    rows = []
    for part in ("before", "during"):
        os.rename(f"{folder}/{part}/logs", f"{folder}/logs/{part}")
        for line in open(f"{folder}/{part}/truth.ndjson"):
            row = json.loads(line)
            for e in row["events"]:
                e["file"] = f"{part}/{e['file']}"
            rows.append(row)
    shutil.copy(folder + "/during/institution.yaml", folder)
    with open(folder + "/truth.ndjson", "w") as out:
        out.writelines(json.dumps(r) + "\n" for r in rows)
    return rows


# Seconds from a campaign's first deed to the last of its exfiltration.
def seconds_to_end_of_exfiltration(rows, campaign):
    of = [r for r in rows if r["campaign"] == campaign]
    last = [seconds(r["time"]) for r in of if r["stage"] == "exfiltration"]
    return max(last) - min(seconds(r["time"]) for r in of) if last else None


# All budgets in one reading, for reading and sorting the records is what takes long. By budget, what each source found.
def evaluate(custos, folder, budgets, options, rows):
    report = folder + "/report.json"
    began = time.monotonic()
    sources = [w for s in options.source for b in budgets for w in ("--source", s if b == budgets[0] else f"{s}@{b}")]
    call(custos, "evaluate", "simulated", "--data", folder, "--learn", options.before - 5, "--calibrate", 5, "--budget", budgets[0], "--memory", options.memory, "--quiet", "--json", report, *sources)
    whole = json.load(open(report))
    found = {b: {} for b in budgets}
    for result in whole["results"]:
        kinds = {}
        for c in result["by_campaign"]:
            kinds[c["campaign"].split("-")[0]] = {
                "phases": len(c["phases"]), "found": len(c["found"]), "first": c["seconds_to_first_alarm"], "exfiltrated": seconds_to_end_of_exfiltration(rows, c["campaign"])
            }
        source, _, own = result["source"].partition("@")
        found[int(own or budgets[0])][source] = {k: result[k] for k in ("phases", "phases_found", "precision", "false_per_day", "days")} | {"kinds": kinds}
    minutes = round((time.monotonic() - began) / 60, 1)
    return {b: {"results": found[b], "partial": whole["partial"], "minutes": minutes} for b in budgets}


def run(custos, seed, options, log, done):
    todo = [b for b in options.budget if (seed, b) not in done]
    if not todo:
        return
    folder = f"{options.work}/{seed}"
    rows = simulate(custos, folder, seed, options)
    for budget, found in evaluate(custos, folder, todo, options, rows).items():
        line = {"seed": seed, "budget": budget, "hosts": options.hosts, "days": options.days, "stealth": options.stealth} | found
        log.write(json.dumps(line) + "\n")
        log.flush()
    if not options.keep:
        shutil.rmtree(folder)


def days(s):
    return "-" if s is None else f"{s / 86400:.1f} d"


def cell(kind):
    return f"{kind['found']} of {kind['phases']}, {days(kind['first'])}" if kind["found"] else f"**0 of {kind['phases']}**"


# Before exfiltration ends, where there is one.
def in_time(kind):
    return kind["first"] is not None and (kind["exfiltrated"] is None or kind["first"] <= kind["exfiltrated"])


def print_table(lines, source, budget):
    lines = sorted((x for x in lines if x["budget"] == budget and source in x["results"]), key=lambda x: x["seed"])
    if not lines:
        return
    print(f"\n{source}, {budget} a day, {lines[0]['hosts']} hosts, {lines[0]['days']} days\n\n| seed | {' | '.join(KINDS)} | precision, false a day |\n|{'---|' * (len(KINDS) + 2)}")
    for x in lines:
        r = x["results"][source]
        print(f"| {x['seed']} | {' | '.join(cell(r['kinds'][k]) for k in KINDS)} | {r['precision'] or 0:.2f}, {r['false_per_day']:.1f} |" + (" some left out for want of memory" if x["partial"] else ""))
    cells = []
    for k in KINDS:
        all_of = [x["results"][source]["kinds"][k] for x in lines]
        first = [c["first"] for c in all_of if c["first"] is not None]
        cells.append(f"{sum(map(in_time, all_of))} of {len(all_of)} in time, median {days(statistics.median(first)) if first else '-'}")
    print(f"| all | {' | '.join(cells)} | {statistics.mean(x['results'][source]['precision'] or 0 for x in lines):.2f}, {statistics.mean(x['results'][source]['false_per_day'] for x in lines):.1f} |")


def numbers(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main():
    p = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    p.add_argument("custos")
    p.add_argument("work")
    p.add_argument("--seeds", type=numbers, default=range(401, 421))
    p.add_argument("--hosts", type=int, default=200)
    p.add_argument("--days", type=int, default=28)
    p.add_argument("--before", type=int, default=14)
    p.add_argument("--stealth", type=float, default=0.5)
    p.add_argument("--budget", type=int, action="append")
    p.add_argument("--source", action="append")
    p.add_argument("--memory", default="8GB")
    p.add_argument("--keep", action="store_true", help="leave the folders of the seeds")
    options = p.parse_args()
    options.budget = options.budget or [5, 1]
    options.source = options.source or ["behavior"]
    os.makedirs(options.work, exist_ok=True)
    path = options.work + "/campaigns.ndjson"
    lines = [json.loads(x) for x in open(path)] if os.path.exists(path) else []
    done = {(x["seed"], x["budget"]) for x in lines}
    with open(path, "a") as log:
        for seed in options.seeds:
            run(options.custos, seed, options, log, done)
    lines = [json.loads(x) for x in open(path)]
    for source in options.source:
        for budget in options.budget:
            print_table(lines, source, budget)


main()
