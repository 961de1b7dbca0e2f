#!/usr/bin/env python3
"""custos evaluate beacons, dns and otrf on the real data: what was read and laid in against independent counts, surfaces against the figures, and otrf's
verdicts against those that follow from `custos scan`. evaluate_injected.py CUSTOS"""
import collections, gzip, json, os, re, shutil, subprocess, sys

import places

corpora = places.corpora()
custos = os.path.abspath(sys.argv[1])
failures = []


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail != "" else ""))
    if not ok:
        failures.append(name)


def evaluate(*args):
    p = subprocess.run([custos, "evaluate", *args, "--json", "-"], capture_output=True, timeout=900)
    return json.loads(p.stdout), p.returncode


def cells(table):
    return [tuple(map(int, c.split("/"))) for row in table["rows"] for c in row[1:] if "/" in c]


def check_surfaces(report, what):
    for r in report["results"]:
        for t in r.get("tables", []):
            found, tried = (sum(x) for x in zip(*cells(t)))
            if (found, tried) != (r["phases_found"], r["phases"]):
                return check(f"{what}: every surface adds up to its source's figures", False, (r["source"], t["title"]))
        if "by_budget" in r and any(a["phases_found"] > b["phases_found"] for a, b in zip(r["by_budget"], r["by_budget"][1:])):
            return check(f"{what}: more alarms never find less", False, r["source"])
    check(f"{what}: every surface adds up to its source's figures, and more alarms never find less", True)


# beacons
folder = os.path.join(corpora, "zeek-background")
days = collections.Counter()
for root, _, files in os.walk(folder):
    for f in sorted(files):
        if re.match(r"conn\.\d", f):
            for line in gzip.open(os.path.join(root, f), "rt"):
                if not line.startswith("#"):
                    days[float(line.split("\t")[1]) // 86400] += 1
main = [n for n in days.values() if n * 10 * len(days) > sum(days.values())]
j, status = evaluate("beacons", "--data", folder)
check("beacons: read whole", status == 0, status)
if len(main) == 1:
    check("beacons: the background is the day's connections, six days in each of twelve scenes", j["counts"]["background"] == main[0] * 72, (j["counts"], days))
# Contacts a beacon makes in four days: 24 or 10 hours a day by the mean gap, which is (1 - jitter / 2) periods; four of each period, jitter and duty have two sizes.
expected = sum(2 * 4 * hours * 3600 / (period * (1 - jitter / 200)) for period in (60, 300, 900, 3600, 14400, 28800) for jitter in (0, 10, 20, 30, 50, 80) for hours in (24, 10))
check("beacons: as many contacts as the grid makes", abs(j["counts"]["beacon"] / expected - 1) < 0.02, (j["counts"]["beacon"], round(expected)))
check("beacons: all 144 are tried by every source", {r["phases"] for r in j["results"] if "phases" in r} == {144})
check_surfaces(j, "beacons")
again, _ = evaluate("beacons", "--data", folder)
check("beacons: the same seed gives the same bytes", j == again)
other, _ = evaluate("beacons", "--data", folder, "--seed", "2", "--source", "beacon_score")
check("beacons: another seed, other beacons", other["counts"] != j["counts"], other["counts"])

# dns
if shutil.which("zstd"):
    folder = os.path.join(corpora, "dns-eve")
    queries = 0
    for f in os.listdir(os.path.join(folder, "benign")):
        text = subprocess.run(["zstd", "-dc", os.path.join(folder, "benign", f)], capture_output=True, check=True).stdout
        queries += sum(1 for l in text.splitlines() if json.loads(l)["dns"]["type"] == "query")
    j, _ = evaluate("dns", "--data", folder, "--source", "volume", "--ablate", "--disturb", "clock", "--disturb", "poison")
    done = {a["disturbance"]: bool(a["results"]) for a in j["disturbed"]}
    check("dns: one kind of log, and no clock is wrong by hours within minutes: said, not done", [a["of"] for a in j["ablations"]] == ["nothing"] and
          done == {"undisturbed": True, "clock": False, "poison": True} and any("not done" in r for r in j["remarks"]) and
          any("only one kind of log" in r for r in j["remarks"]), done)
    j, status = evaluate("dns", "--data", folder)
    check("dns: read whole, every benign query in each of nine scenes", status == 0 and j["counts"]["benign query"] == queries * 9, (j["counts"], queries))
    check_surfaces(j, "dns")
    some = next(r for r in j["results"] if r["source"] == "subdomains")
    check("dns: the hundred names rule is right where it speaks, and blind to a tunnel thinned to one query in 300", some["precision"] == 1 and all(
        not c["found"] for c in some["by_campaign"] if int(c["traits"]["one query in"]) >= 300), some["phases_found"])

# otrf: the findings of `custos scan`, file by file, judged here
folder = os.path.join(corpora, "otrf")
TACTICS = dict(TA0043="reconnaissance", TA0042="resource-development", TA0001="initial-access", TA0002="execution", TA0003="persistence", TA0004="privilege-escalation",
               TA0005="defense-evasion", TA0006="credential-access", TA0007="discovery", TA0008="lateral-movement", TA0009="collection", TA0011="command-and-control",
               TA0010="exfiltration", TA0040="impact")
places_ = {os.path.relpath(os.path.join(r, f), folder).lower(): os.path.join(r, f) for r, _, fs in os.walk(folder) for f in fs}
strict = lenient = read = 0
for place, path in sorted(places_.items()):
    if "/_metadata/" not in "/" + place:
        continue
    text = open(path, encoding="utf-8").read()
    techniques = {t if sub in ("", "~", "null") else f"{t}.{sub}" for t, sub in re.findall(r"technique: *(T\d{4}) *\n *sub-technique: *\"?([^\"\s]*)", text)}
    tactics = {TACTICS[t] for t in re.findall(r"- *(TA\d{4})", text)}
    links = [l.lower().split("/datasets/")[1].strip() for l in re.findall(r"link: *(\S+)", text) if "/datasets/" in l.lower()]
    files = [places_[l] for l in links if l in places_]
    if not files or not techniques:
        continue
    out = subprocess.run([custos, "scan", *files, "--json", "-", "--min-level", "medium", "--quiet"], capture_output=True, timeout=300).stdout.decode()
    objects = [json.loads(l) for l in out.splitlines()]
    if objects[-1]["events"] == 0:
        continue
    read += 1
    rules = [o for o in objects if o["type"] == "finding"]
    named = lambda a: any(a == t or t.startswith(a + ".") or a.startswith(t + ".") for t in techniques)
    by_technique = any(named(a) for r in rules for a in r.get("attack", []))
    strict += by_technique
    lenient += by_technique or any(t in tactics for r in rules for t in r.get("tactics", []))
j, status = evaluate("otrf", "--data", folder)
r = next(r for r in j["results"] if r["source"] == "rules")
varied, _ = evaluate("otrf", "--data", folder, "--ablate", "--disturb", "newcomers")
rows = {a["without"]: a["results"][0] for a in varied["ablations"]}
check("otrf: no kind of log missing finds more, and without Sysmon less", rows["nothing"]["phases_found"] == r["phases_found"] and all(
    a["phases_found"] <= r["phases_found"] and a["phases"] == r["phases"] for a in rows.values()) and rows["windows sysmon"]["phases_found"] < r["phases_found"],
      {k: v["phases_found"] for k, v in rows.items() if v["phases_found"] < r["phases_found"]})
check("otrf: nobody is new where nothing is learned", not varied["disturbed"][1]["results"], varied["disturbed"][1].get("not_done"))
check("otrf: the verdicts are those that follow from custos scan", (r["phases"], r["phases_found"], r["data_sets_found_by_tactic"]) == (read, strict, lenient),
      ((r["phases"], r["phases_found"], r["data_sets_found_by_tactic"]), (read, strict, lenient)))
check("otrf: packet captures make it partial, and nothing pretends to a precision", status == 3 and r["precision"] is None and r["false_per_day"] is None, status)

print(f"{len(failures)} failed" if failures else "all passed")
sys.exit(1 if failures else 0)
