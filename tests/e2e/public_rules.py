#!/usr/bin/env python3
"""`custos rules check` accounts for every public rule: loaded, or refused with a reason. public_rules.py CUSTOS"""
import collections, glob, json, os, subprocess, sys

import places

custos = os.path.abspath(sys.argv[1])
folders = sorted(glob.glob(os.path.join(places.corpora(), "sigma", "rules*")))
files = [f for d in folders for f in glob.glob(os.path.join(d, "**", "*.yml"), recursive=True)]
p = subprocess.run([custos, "rules", "check", *folders, "--json"], capture_output=True, text=True)
lines = [json.loads(l) for l in p.stdout.splitlines()]
status = collections.Counter(l["status"] for l in lines)
silent = [l["path"] for l in lines if l["status"] == "refused" and not l["reason"]]
missing = set(files) - {l["path"] for l in lines}
# Refused for anything but a placeholder that the institution must fill in is a rule we could have understood.
other = [l for l in lines if l["status"] == "refused" and "placeholder" not in l["reason"]]
for l in other:
    print(f"REFUSED {l['path']}: {l['reason']}")
for m in sorted(missing):
    print(f"MISSING {m}")
print(f"{len(files)} files: {status['loaded']} loaded, {status['refused']} refused, {len(missing)} unaccounted, {len(silent)} without a reason")
sys.exit(1 if missing or silent or other or not files else 0)
