#!/usr/bin/env python3
"""The exposure ledger of a simulated intrusion holds what its truth says, on one thread and on two, and every entry rests on records that are there: exposure.py CUSTOS"""
import json, os, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
judge = os.path.join(places.ROOT, "tools", "judge_exposure.py")


def run(*command):
    p = subprocess.run(command, capture_output=True, text=True)
    if p.returncode not in (0, 1, 3):  # 1: there are grave findings
        sys.exit(f"{' '.join(command)}: exit {p.returncode}\n{p.stdout}{p.stderr}")
    return p.stdout


def incidents(path):
    return [json.loads(l) for l in open(path) if l.startswith('{"type":"incident"')]


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    run(custos, "simulate", "s", "--days", "10", "--start", "2026-08-31", "--hosts", "15", "--seed", "5", "--stealth", "0.3", "--scenario", "ransomware")
    for threads in ("1", "2"):
        run(custos, "scan", "s/logs", "--institution", "s/institution.yaml", "--threads", threads, "--json", f"found{threads}", "--quiet")
    told = run(sys.executable, judge, "judge", "found1", "s/truth.ndjson", "s/logs", "s/institution.yaml")
    print(told, end="")
    for degree in ("opened", "copied"):
        assert f"{degree}: precision 1.000" in told and "recall 1.000" in told.split(f"{degree}: precision")[1], degree
    assert incidents("found1") == incidents("found2"), "two threads tell another ledger"
    entries = [(i, e) for i in incidents("found1") for e in i["exposure"]]
    assert len(entries) >= 3
    for i, e in entries:
        assert e["tell"] == ["Registry"] and e["by"] and e["times"] >= 1, e
        for s in e["steps"]:
            for n in s["evidence"]:
                record = i["evidence"][n - 1]
                with open(record["place"]["file"], "rb") as f:
                    f.seek(record["place"]["offset"])
                    line = f.readline()
                if not record["finding"] and record["title"].startswith(e["title"]):
                    assert b"5145" in line and e["item"].removeprefix("case-").encode() in line, (e["item"], line[:300])
    # Without an institution nothing is protected, and nothing is said.
    run(custos, "scan", "s/logs", "--json", "none", "--quiet")
    assert all(i["exposure"] == [] for i in incidents("none"))
    print(f"{len(entries)} entries rest on their records; one thread and two agree")
