#!/usr/bin/env python3
"""Tunnels through DNS that nobody here recorded: behavior_dns.py CUSTOS     Prints how long each took to be found.

Learned are the benign look-ups of the corpus dns-eve; both tunnels must be found within five minutes of log time, and no benign domain be flagged.
"""
import datetime, glob, json, os, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
corpus = os.path.join(places.corpora(), "dns-eve")
bad = []


def scan(*arguments):
    p = subprocess.run([custos, "scan", *arguments, "--no-builtin-rules", "--json", "-", "--quiet"], capture_output=True, text=True)
    if p.returncode not in (0, 1):
        sys.exit(f"{arguments}: {p.stderr}")
    lines = [json.loads(l) for l in p.stdout.splitlines()]
    return [l for l in lines if l["type"] == "finding"], lines[-1]["behavior"]


def seconds(a, b):
    t = [datetime.datetime.fromisoformat(x.replace("Z", "+00:00")) for x in (a, b)]
    return (t[1] - t[0]).total_seconds()


with tempfile.TemporaryDirectory() as folder:
    baseline = folder + "/b"
    p = subprocess.run([custos, "learn", corpus + "/benign", "--baseline", baseline, "--quiet"])
    if p.returncode != 0:
        sys.exit("the benign look-ups could not be learned")
    for tunnel in sorted(glob.glob(corpus + "/tunnel/*")):
        found, _ = scan(tunnel, "--baseline", baseline)
        name = os.path.basename(tunnel).split(".")[0]
        by = [f for f in found if any(r["detector"] == "dns" for r in f["behavior"]["reasons"])]
        if not by:
            bad.append(f"{name}: not found")
            continue
        took = seconds(min(f["time"] for f in by), min(f["behavior"]["raised"] for f in by))
        print(f"{name}: found {took:.1f} s after its first query, {len(found)} finding{'s' if len(found) > 1 else ''}")
        if took > 300:
            bad.append(f"{name}: found after {took:.0f} s")
    # The first part of the benign look-ups serves as a baseline for the rest.
    found, says = scan(corpus + "/benign")
    print(f"benign look-ups, judged from {says['judged_from']} to {says['judged_until']}: {len(found)} findings")
    if found or says["why_not"]:
        bad.append(f"benign look-ups: {len(found)} findings; {says['why_not']}")
for b in bad:
    print("FAILED:", b)
sys.exit(1 if bad else 0)
