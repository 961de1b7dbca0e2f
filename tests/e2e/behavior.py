#!/usr/bin/env python3
"""Learning, baselines and findings of behaviour, through the real binary: behavior.py CUSTOS

Eight ordinary days and fourteen with an intern who reads too much are simulated (two dozen hosts), learned and scanned.
"""
import glob, json, os, shutil, subprocess, sys, tempfile

custos = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="custos-behavior-")
bad = []


def check(ok, what):
    if not ok:
        bad.append(what)
        print(f"FAILED: {what}")


def run(*arguments, expect=None):
    p = subprocess.run([custos, *map(str, arguments)], capture_output=True, text=True, cwd=work)
    if expect is not None and p.returncode not in (expect if isinstance(expect, tuple) else (expect,)):
        bad.append(f"{' '.join(map(str, arguments))}: status {p.returncode}, expected {expect}")
        print(f"FAILED: {bad[-1]}\n{p.stdout[-800:]}{p.stderr[-800:]}")
    return p


def scan(*arguments):
    p = run("scan", *arguments, "--json", "-", "--quiet", expect=(0, 1))
    lines = [json.loads(l) for l in p.stdout.splitlines()]
    coverage = next((l for l in lines if l["type"] == "coverage"), {})
    return [l for l in lines if l["type"] == "finding" and l["rule"]["kind"] == "behavior"], coverage


options = ["--hosts", "24", "--seed", "5", "--quiet"]
run("simulate", "before", *options, "--days", "8", "--start", "2026-08-31", expect=0)
run("simulate", "during", *options, "--days", "14", "--start", "2026-09-08", "--scenario", "intern", "--stealth", "0.3", expect=0)
known = ["--institution", "during/institution.yaml"]

# A baseline is made, shown, and spent.
p = run("learn", "before/logs", "--baseline", "b", *known, expect=0)
check("learned from 2026-08-" in p.stdout, "learn says since when it learned")
show = json.loads(run("baseline", "show", "b", "--json", expect=0).stdout)
check(show["windows"] == 8 and show["window_seconds"] == 86400, f"eight whole days were learned: {show['windows']} windows of {show['window_seconds']} s")
check({s["detector"] for s in show["strata"]} >= {"access", "execution", "templates", "hoarding"}, "strata of the detectors are shown")
found, coverage = scan("during/logs", "--baseline", "b", "--budget", "5/day", *known)
says = coverage.get("behavior", {})
check(says.get("on") and says.get("baseline") == "b" and not says.get("why_not"), f"the coverage statement names the baseline: {says}")
check(says.get("findings") == len(found), "the statement counts the findings")
check(0 < len(found) <= 5 * 14, f"{len(found)} findings in fourteen days within five a day")
intern = {e["value"].split("\\")[-1] for l in open(f"{work}/during/truth.ndjson") if '"kind":"intern"' in l for e in json.loads(l)["entities"] if e["kind"] == "user"}
named = {e["value"] for f in found for e in f["entities"] if e["kind"] == "user"}
check(intern & named, f"the intern {intern} is among the accounts that behaved unusually: {named}")
reasons = [r for f in found for r in f["behavior"]["reasons"]]
check(all(r["sentence"] and 0 < r["p"] <= 0.02 and r["title"] for r in reasons), "every reason has a sentence and a p that is news")
check(any(r["detector"] == "need_to_know" and any(c.isdigit() for c in r["sentence"]) for r in reasons), "access without need to know is told, with numbers")

# Two that learned apart are merged: what was learned of either week is there.
run("simulate", "annex", "--hosts", "15", "--seed", "6", "--quiet", "--days", "8", "--start", "2026-08-31", expect=0)
run("learn", "annex/logs", "--baseline", "annex.b", expect=0)
p = run("baseline", "merge", "b", "annex.b", "--into", "both", expect=0)
check("made both of 2 baselines: learned from 2026-08-" in p.stdout and " 8 windows" in p.stdout, f"merge says what it made: {p.stdout}")
both, annex = (json.loads(run("baseline", "show", name, "--json", expect=0).stdout) for name in ("both", "annex.b"))
scores = lambda view: sum(s["scores"] for s in view["strata"] if s["of"] == "everybody")
check(scores(both) == scores(show) + scores(annex), "the merged baseline has the scores of both")
check(abs(both["actors"] - show["actors"] - annex["actors"]) < 0.01, "and the actors of both")
again, coverage = scan("during/logs", "--baseline", "both", "--budget", "5/day", *known)
check(intern & {e["value"] for f in again for e in f["entities"] if e["kind"] == "user"}, "the intern is found with the merged baseline")
few = {s["detector"]: s["scores"] for s in both["strata"] if s["of"] == "everybody" and s["scores"] < 100}
check(few and coverage["behavior"]["thin"] == few, f"detectors with too few ordinary scores are named: {few}, {coverage['behavior']['thin']}")
p = run("baseline", "merge", "b", "b", "--into", "twice", expect=2)
check("holds the same as b" in p.stderr and not os.path.exists(f"{work}/twice"), "the same twice is refused")
p = run("baseline", "merge", "b", "annex.b", "--into", "both", expect=2)
check("is there already" in p.stderr, "a file that is there is not overwritten")
run("baseline", "merge", "b", "--into", "one", expect=2)
p = run("baseline", "merge", "b", "during/institution.yaml", "--into", "one", expect=2)
check("is no baseline" in p.stderr and "institution.yaml" in p.stderr, "what is no baseline is named")

places = [e for r in reasons for e in r["evidence"]]
check(places and all(os.path.exists(os.path.join(work, e["file"])) and e["offset"] < os.path.getsize(os.path.join(work, e["file"])) for e in places), "evidence stands where it says")
with open(os.path.join(work, places[0]["file"]), "rb") as f:
    f.seek(places[0]["offset"])
    check(f.read(1) in b'{[<"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', "a record begins at the offset of the evidence")

# Nothing depends on threads or on the order of files.
halves = sorted(glob.glob(f"{work}/during/logs/*"))
one = scan("during/logs", "--baseline", "b", "--threads", "1", *known)[0]
check(one == found, "one thread and several give the same findings of behaviour")
a, b = scan(*halves, "--baseline", "b", *known)[0], scan(*reversed(halves), "--baseline", "b", *known)[0]
check(a == b and len(a) == len(found), "the order of paths decides nothing")

# A smaller budget is a part of a larger one's price.
check(len(scan("during/logs", "--baseline", "b", "--budget", "1/day", *known)[0]) <= len(found), "one a day gives no more than five a day")
few = len(scan("during/logs", "--baseline", "b", "--budget", "0.05/day", *known)[0])
check(few < len(found), f"one in twenty days gives fewer: {few} of {len(found)}")
check(scan("during/logs", "--no-behavior", *known)[0] == [], "--no-behavior leaves them out")

# Without a baseline the first part serves as one, and need to know is judged from the first day.
_, coverage = scan("during/logs", *known)
says = coverage["behavior"]
check(says["baseline"] == "" and says["judged_from"].startswith("2026-09-1"), f"the first part of the logs serves: judged from {says['judged_from']}")

# Extending goes on where the baseline ends; what was learned is passed over.
shutil.copy(f"{work}/b", f"{work}/longer")
p = run("learn", "during/logs", "before/logs", "--baseline", "longer", *known, expect=0)
check("extended" in p.stdout and "passed over" in p.stdout, "extending says what it passed over")
check(json.loads(run("baseline", "show", "longer", "--json", expect=0).stdout)["windows"] > 15, "the extended baseline knows both")
was = open(f"{work}/longer", "rb").read()
p = run("learn", "before/logs", "--baseline", "longer", *known, expect=0)
check("left as it was longer: " in p.stdout and open(f"{work}/longer", "rb").read() == was, f"where nothing is new the baseline stays as it was, and that is said: {p.stdout}")
_, coverage = scan("before/logs", "--baseline", "longer", *known)
check("until when the baseline has learned" in coverage["behavior"]["why_not"], "logs that the baseline knows already are not judged, and that is said")

# A source with a budget of its own finds what it finds where all have that budget, in the same reading.
def evaluated(*arguments):
    lines = run("evaluate", "simulated", "--data", "during", "--learn", "5", "--calibrate", "4", "--quiet", "--json", "-", *arguments, expect=0).stdout
    return {r["source"]: r for r in json.loads(lines)["results"]}


both = evaluated("--budget", "50", "--source", "behavior", "--source", "behavior@1")
alone = {"behavior": evaluated("--budget", "50", "--source", "behavior"), "behavior@1": evaluated("--budget", "1", "--source", "behavior")}
for name, results in alone.items():
    for figure in ("budget", "phases_found", "alarms_true", "alarms_false", "by_campaign", "precision"):
        check(both[name][figure] == results["behavior"][figure], f"{name}: {figure}: {both[name][figure]} in one reading, {results['behavior'][figure]} alone")
check(both["behavior"]["alarms_true"] > both["behavior@1"]["alarms_true"] > 0, "one a day finds something, and less than fifty")
for name in ("behavior@0", "behavior@", "rules@1", "behavior@x"):
    check("no source of that name" in run("evaluate", "simulated", "--data", "during", "--source", name, expect=2).stderr, f"{name} is refused")

# Whatever is no baseline is refused, and nothing is lost.
whole = open(f"{work}/b", "rb").read()
for name, data in {"cut": whole[:-9], "changed": whole[:5000] + b"?" + whole[5001:], "empty": b"", "text": b"hello\n", "newer": whole[:16] + b"\xff\0\0\0" + whole[20:]}.items():
    with open(f"{work}/{name}", "wb") as f:
        f.write(data)
    p = run("scan", "during/logs", "--baseline", name, "--quiet", expect=2)
    check(name in p.stderr and p.stderr.count("\n") == 1, f"{name}: one line that names the file: {p.stderr!r}")
    run("learn", "before/logs", "--baseline", name, expect=2)
    check(open(f"{work}/{name}", "rb").read() == data, f"{name}: a file that is no baseline stays as it is")
p = run("scan", "during/logs", "--baseline", "none", "--quiet", expect=2)
check("none: there is no such baseline; `custos learn" in p.stderr, f"a baseline that is not there, and what makes one: {p.stderr!r}")
# Before the logs are read, which may take hours: standard input stays open and empty here.
waiting, never_written = os.pipe()
try:
    p = subprocess.run([custos, "scan", "-", "--baseline", "text", "--quiet"], cwd=work, stdin=waiting, capture_output=True, text=True, timeout=60)
    check(p.returncode == 2 and "text: is no baseline" in p.stderr, f"a wrong baseline is told before logs are read: {p.stderr!r}")
except subprocess.TimeoutExpired:
    check(False, "a wrong baseline is told before logs are read")
os.close(waiting), os.close(never_written)
run("baseline", "show", "none", expect=2)
run("scan", "during/logs", "--baseline", "b", "--json", "b", "--quiet", expect=2)
check(open(f"{work}/b", "rb").read() == whole, "a baseline is never written over by a result")
run("scan", "during/logs", "--budget", "none", "--quiet", expect=2)
run("learn", "during/institution.yaml", "--baseline", "new", expect=2)
check(not os.path.exists(f"{work}/new"), "nothing is written where nothing was learned")
run("learn", "before/logs", "--baseline", "/dev/full", expect=2)

shutil.rmtree(work)
print(f"{len(found)} findings of behaviour, {len(places)} places of evidence" if not bad else f"{len(bad)} checks failed")
sys.exit(1 if bad else 0)
