#!/usr/bin/env python3
"""custos simulate: the same bytes again, every format read by somebody else, a truth that points at the right records. usage: simulate.py CUSTOS"""
import collections, functools, hashlib, ipaddress, json, os, re, shutil, subprocess, sys, tempfile

custos = os.path.abspath(sys.argv[1])
failed = 0


def check(what, ok, detail=""):
    global failed
    print("ok    " if ok else "FAILED", what)
    if not ok:
        failed += 1
        print("       ", str(detail)[:600])


def run(*arguments, **kw):
    return subprocess.run([custos, *arguments], capture_output=True, **kw)


def files(folder):
    return sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, names in os.walk(folder) for f in names)


def digest(folder):
    return {f: hashlib.sha256(open(os.path.join(folder, f), "rb").read()).hexdigest() for f in files(folder)}


# Zeek's own column types: what a value of each may look like.
@functools.lru_cache(200_000)
def zeek_value(kind, v):
    if v in ("-", "(empty)"):
        return True
    if kind.startswith(("set[", "vector[")):
        return all(zeek_value(kind[kind.index("[") + 1 : -1], part) for part in v.split(","))
    if kind in ("time", "interval"):
        return re.fullmatch(r"-?\d+\.\d{6}", v) is not None
    if kind in ("count", "port"):
        return v.isdigit() and (kind == "count" or int(v) < 65536)
    if kind == "bool":
        return v in "TF"
    if kind == "addr":
        return bool(ipaddress.ip_address(v))
    return kind in ("string", "enum") and v != ""


def zeek_faults(path):
    bad, kinds = [], []
    for n, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line.startswith("#types"):
            kinds = line.split("\t")[1:]
        elif not line.startswith("#"):
            values = line.split("\t")
            if len(values) != len(kinds) or not all(zeek_value(k, v) for k, v in zip(kinds, values)):
                bad.append((n, line))
    return bad


def records(path):
    """The records of a file by their numbers, as custos numbers them: JSON one after the other, other logs by the line each begins in."""
    if "cloudtrail" in path:
        return dict(enumerate(json.load(open(path))["Records"], 1))
    lines = open(path, encoding="utf-8").read().split("\n")
    if path.endswith("json"):
        return dict(enumerate((l for l in lines if l), 1))
    out, last = {}, None
    for n, l in enumerate(lines, 1):
        serial = re.search(r"^node=\S+ |audit\([\d.]+:\d+\)", l) and l.split(" ")[0] + re.search(r"audit\([\d.]+:\d+\)", l)[0] if "/audit-" in path and l else None
        if l and not l.startswith("#") and (serial is None or serial != last):
            out[n] = l
        last = serial
    return out


with tempfile.TemporaryDirectory() as d:
    here = lambda name: os.path.join(d, name)
    scenarios = re.findall(r"^  (\S+)", run("simulate", "--list").stdout.decode().split("kinds of log")[0], re.M)
    check("--list names scenarios and kinds of log", len(scenarios) >= 7 and b"zeek-conn" in run("simulate", "--list").stdout, scenarios)
    laid = [x for s in scenarios for x in ("--scenario", s)]
    base = ["--hosts", "16", "--days", "7", "--seed", "11", "--stealth", "0", "--windows", "both", "--attribution"]
    p = run("simulate", here("a"), *base, *laid)
    check("a week with every campaign is written", p.returncode == 0 and b"records" in p.stdout, p)
    run("simulate", here("b"), *base, *laid)
    check("the same options give the same bytes", digest(here("a")) == digest(here("b")), {f for f in digest(here("a")) if digest(here("a"))[f] != digest(here("b")).get(f)})
    run("simulate", here("c"), *base[:4], "--seed", "12")
    check("another seed gives others", all(digest(here("c")).get(f) != h for f, h in digest(here("a")).items() if f.startswith("logs/")))
    shutil.rmtree(here("b"))

    # Other people's readers.
    logs = [os.path.join(here("a"), f) for f in files(here("a")) if f.startswith("logs/")]
    kinds = {os.path.relpath(f, here("a")).split("/")[1] for f in logs}
    check("every kind of log is there", kinds == {"windows", "zeek", "suricata", "dns", "linux", "proxy", "web", "cloud"}, kinds)
    if shutil.which("jq"):
        check("jq takes every JSON file", all(subprocess.run(["jq", "empty", f], capture_output=True).returncode == 0 for f in logs if f.endswith(("json", "ndjson"))))
    else:
        print("skipped jq: not installed")
    bad = [(f, faults[:2]) for f in logs if "/zeek/" in f for faults in [zeek_faults(f)] if faults]
    check("Zeek's columns hold values of their types", not bad, bad)
    evtx = [f for f in logs if f.endswith(".evtx")]
    count = lambda f: len([l for l in open(f) if l.strip()])
    if shutil.which("evtxexport"):
        shown = {f: subprocess.run(["evtxexport", f], capture_output=True).stdout.count(b"Event number") for f in evtx}
        check("evtxexport reads every EVTX record", all(n == count(f[:-5] + ".ndjson") for f, n in shown.items()), shown)
    else:
        print("skipped evtxexport: not installed")
    read = subprocess.run(["/usr/bin/python3", "-c", "import sys, Evtx.Evtx as e\nwith e.Evtx(sys.argv[1]) as l: print(sum(1 for r in l.records() if r.xml()))", min(evtx, key=os.path.getsize)], capture_output=True)
    if b"ModuleNotFoundError" in read.stderr:
        print("skipped python3-evtx: not installed")
    else:
        smallest = min(evtx, key=os.path.getsize)
        check("python3-evtx reads every EVTX record", read.stdout.strip() == str(count(smallest[:-5] + ".ndjson")).encode(), read)

    # custos itself.
    coverage = json.loads(run("scan", os.path.join(here("a"), "logs"), "--json", "-", "--quiet").stdout.splitlines()[-1])
    check("custos reads all of it without a reject", coverage["rejects"] == 0 and all(s["state"] == "whole" for s in coverage["sources"]), [s for s in coverage["sources"] if s["state"] != "whole"])

    # The truth.
    truth = [json.loads(l) for l in open(here("a/truth.ndjson"))]
    check("the truth has rows of every campaign", {t["kind"] for t in truth} >= set(scenarios) | {"background"}, {t["kind"] for t in truth})
    content, wrong, counted = {}, [], 0
    for t in truth:
        for e in t["events"]:
            if e["file"] not in content:
                content[e["file"]] = records(os.path.join(here("a"), "logs", e["file"]))
            counted += 1
            record = content[e["file"]].get(e["record"])
            if record is None:
                wrong.append(e)
            elif e.get("id") and e["file"].startswith("windows"):
                s = json.loads(record)["Event"]["System"]
                if e["id"] != f"{s['Computer']} {s['Channel']} {s['EventRecordID']}":
                    wrong.append((e, s))
            elif "/audit-" in e["file"]:
                host, serial = e["id"].split(":")
                if not (record.startswith(f"node={host} ") and f":{serial})" in record):
                    wrong.append((e, record))
            elif e.get("id") and e["id"] not in (json.dumps(record) if isinstance(record, dict) else record):
                wrong.append((e, record))
    check(f"its {counted} events stand where it says", counted > 1000 and not wrong, wrong[:3])
    written = sum(len(records(f)) for f in logs if not f.endswith(".evtx"))
    attributed = count(here("a/attribution.ndjson"))
    check("attribution has a line for every record", attributed == written, (attributed, written))

    # Ordinary life stays as it was when a campaign is laid in.
    run("simulate", here("calm"), *base)
    of = lambda f: collections.Counter(l[l.rindex(":") + 2 : -3] for l in open(f))
    with_campaigns, without = of(here("a/attribution.ndjson")), of(here("calm/attribution.ndjson"))
    near = [h for h in without if h and abs(with_campaigns[h] - without[h]) <= 0.02 * without[h]]
    check("campaigns leave the life of most machines as it was", len(near) >= len(without) / 2, (with_campaigns, without))

    # What goes wrong.
    p = run("simulate", here("a"))
    check("a folder that is not empty is refused", p.returncode == 2 and b"--force" in p.stderr, p)
    small = ["--hosts", "15", "--days", "1", "--only", "windows"]
    run("simulate", here("again"), *small, "--attribution")
    p = run("simulate", here("again"), "--force", *small, "--scenario", "nothing")
    check("a refused run removes nothing of the earlier one", p.returncode == 2 and os.path.exists(here("again/attribution.ndjson")), p)
    p = run("simulate", here("again"), "--force", *small, "--start", "2027-01-04")
    left = [f for f in files(here("again")) if "2026" in f or "attribution" in f]
    check("--force removes an earlier run's logs and attribution", p.returncode == 0 and not left and any("2027" in f for f in files(here("again"))), (p, left))
    os.makedirs(here("mine/logs"))
    open(here("mine/logs/a.log"), "w").write("mine\n")
    p = run("simulate", here("mine"), "--force", *small)
    check("logs that simulate did not make are left alone, even with --force", p.returncode == 2 and b"another folder" in p.stderr and files(here("mine")) == ["logs/a.log"], p)
    for start, days in (("9999-12-31", "1"), ("0001-01-01", "1"), ("1969-12-29", "1"), ("1970-01-01", "1"), ("2200-12-31", "2"), ("2201-01-01", "1")):
        p = run("simulate", here("x"), "--start", start, "--hosts", "15", "--days", days)
        check(f"no simulation of {days} days from {start}", p.returncode == 2 and b"2200" in p.stderr and not os.path.exists(here("x")), p)
    for n, start in enumerate(("1970-01-02", "2200-12-31")):
        p = run("simulate", here(f"edge{n}"), "--start", start, *small)
        check(f"a day of {start} is written", p.returncode == 0 and b"records" in p.stdout, p)
    p = run("simulate", here("x"), "--scenario", "nothing")
    check("an unknown scenario is named", p.returncode == 2 and b"'nothing'" in p.stderr.replace(b"nothing:", b"'nothing'") and not os.path.exists(here("x/logs")), p)
    open(here("own.yml"), "w").write("faults:\n  lots: 1\n")
    p = run("simulate", here("x"), "--parameters", here("own.yml"))
    check("a wrong parameter is named with its line", p.returncode == 2 and b"line 2" in p.stderr, p)
    p = run("simulate", here("own.yml"))
    check("a file is no folder", p.returncode == 2 and b"is a file" in p.stderr, p)
    p = run("simulate", "/proc/custos-nowhere")
    check("a place that can't be written to is named", p.returncode == 2 and b"/proc" in p.stderr, p)
    p = subprocess.run(f"{custos} simulate - --days 2 --hosts 20 --only windows > /dev/full", shell=True, capture_output=True)
    check("a full disk is told", p.returncode == 2 and b"space" in p.stderr, p)
    p = subprocess.run(f"{custos} simulate - --days 2 --hosts 20 | head -1", shell=True, capture_output=True, timeout=60)
    check("standard output may be closed early", p.stdout.startswith(b"{"), p)

print("all passed" if not failed else f"{failed} failed")
sys.exit(1 if failed else 0)
