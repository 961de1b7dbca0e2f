#!/usr/bin/env python3
"""Every sample of the regression corpus is hit by its rule, from .evtx and from .json, with the same matched fields: sigma_regression.py CUSTOS"""
import collections, glob, json, os, re, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
corpora = places.corpora()
samples = os.path.join(corpora, "sigma-regression")
rules = [a for d in sorted(glob.glob(os.path.join(corpora, "sigma", "rules*"))) for a in ("--rules", d)]

with tempfile.TemporaryDirectory() as folder:
    out = os.path.join(folder, "out.ndjson")
    p = subprocess.run([custos, "scan", samples, "--no-builtin-rules", *rules, "--json", out, "--quiet"], capture_output=True, text=True)
    if p.returncode not in (0, 1, 3):
        sys.exit(f"the scan ended with {p.returncode}: {p.stderr}")
    found = collections.defaultdict(list)  # (file, rule) -> matched fields of each record, sorted
    for line in open(out):
        o = json.loads(line)
        if o["type"] == "finding":
            fields = tuple(sorted({(m["field"], m["value"]) for m in o["matched"]}))
            found[o["source"]["file"], o["rule"]["id"]] += [fields] * o["count"]

bad = done = 0
for info in sorted(glob.glob(os.path.join(samples, "**", "info.yml"), recursive=True)):
    rule = re.search(r"rule_metadata:\s*\n\s*- id: (\S+)", open(info).read())[1].lower()
    folder = os.path.dirname(info)
    got = {}
    for ext in (".evtx", ".json"):
        for f in glob.glob(os.path.join(folder, "*" + ext)):
            done += 1
            got[ext] = sorted(found[f, rule])
            if not got[ext]:
                bad += 1
                print(f"MISSED {os.path.relpath(f, samples)} by {rule}")
    if len(got) == 2 and got[".evtx"] and got[".json"] and got[".evtx"] != got[".json"]:
        bad += 1
        print(f"DIFFERENT {os.path.relpath(folder, samples)}\n   evtx {got['.evtx'][:2]}\n   json {got['.json'][:2]}")
print(f"{done - bad} passed, {bad} failed")
sys.exit(1 if bad or not done else 0)
