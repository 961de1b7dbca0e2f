#!/usr/bin/env python3
"""One thread and several give the same findings, byte for byte: threads.py CUSTOS"""
import json, os, subprocess, sys

import places

custos = os.path.abspath(sys.argv[1])


def findings(threads):
    p = subprocess.run([custos, "scan", "content/samples/logs", "--institution", "content/samples/institution.yaml", "--threads", str(threads), "--json", "-", "--quiet"], cwd=places.ROOT, capture_output=True, text=True)
    return [l for l in p.stdout.splitlines() if json.loads(l)["type"] == "finding"]


one = findings(1)
bad = not one
for n in (2, 3, 8):
    if findings(n) != one:
        bad = True
        print(f"{n} threads differ from one")
print(f"{len(one)} findings compared over 1, 2, 3 and 8 threads: {'different' if bad else 'equal'}")
sys.exit(1 if bad else 0)
