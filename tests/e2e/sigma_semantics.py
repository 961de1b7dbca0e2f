#!/usr/bin/env python3
"""Runs every case of the sigma-semantics vectors through the real binary: sigma_semantics.py CUSTOS [NAME]

match, filter: whether a finding comes out; correlation: whether, and at which event, it first holds; parse_error: a document
of the set must be refused. Prints each disagreement; exit status 1 if there is one.
"""
import json, os, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
vectors = os.path.join(places.vectors(), "sigma-semantics", "vectors.ndjson")
only = sys.argv[2] if len(sys.argv) > 2 else ""


def scan(folder, v):
    for i, rule in enumerate(v["rules"]):
        with open(os.path.join(folder, "rules", f"{i:03}.yml"), "w") as f:
            f.write(rule)
    log = os.path.join(folder, "log.ndjson")
    with open(log, "w") as f:
        for e in v["events"]:
            f.write(json.dumps(e) + "\n")
    args = [custos, "scan", log, "--no-builtin-rules", "--rules", os.path.join(folder, "rules"), "--json", "-", "--quiet"]
    for name, values in v.get("placeholders", {}).items():
        for value in values:
            args += ["--placeholder", f"{name}={value}"]
    p = subprocess.run(args, capture_output=True, text=True, timeout=60)
    if p.returncode not in (0, 1, 3):
        return None, p.stderr
    return [json.loads(l) for l in p.stdout.splitlines()], p.stderr


def refused(folder):
    p = subprocess.run([custos, "rules", "check", os.path.join(folder, "rules"), "--json"], capture_output=True, text=True, timeout=60)
    return any(json.loads(l)["status"] == "refused" for l in p.stdout.splitlines())


def micros(t):
    return t.replace("Z", "").replace("T", " ")


bad = done = 0
for line in open(vectors):
    v = json.loads(line)
    if only and only not in v["name"]:
        continue
    done += 1
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "rules"))
        objects, err = scan(folder, v)
        e, why = v["expect"], ""
        if objects is None:
            why = "scan failed: " + err.strip()
        elif v["kind"] == "parse_error":
            if not refused(folder):
                why = "not refused"
        else:
            found = [o for o in objects if o["type"] == "finding"]
            titles = e.get("titles")
            if v["kind"] == "correlation":
                wanted = [f for f in found if f["rule"]["kind"] == "correlation"]
                if bool(wanted) != e["fires"]:
                    why = f"fires {bool(wanted)}, expected {e['fires']}"
                elif e["fires"] and micros(wanted[0]["time"]) != micros(v["events"][e["first"]]["@timestamp"]):
                    why = f"first at {wanted[0]['time']}, expected event {e['first']}"
                elif "standalone" in e and [f["rule"]["title"] for f in found if f["rule"]["kind"] != "correlation"] != e["standalone"]:
                    why = "base rules report on their own"
            elif bool(found) != e["match"]:
                why = f"match {bool(found)}, expected {e['match']}"
            elif titles is not None and sorted(f["rule"]["title"] for f in found) != sorted(titles):
                why = f"titles {[f['rule']['title'] for f in found]}"
        if why:
            bad += 1
            print(f"WRONG {v['kind']} {v['name']}: {why}\n      {v['section']}: {v['reason']}")
print(f"{done - bad} passed, {bad} failed")
sys.exit(1 if bad or not done else 0)
