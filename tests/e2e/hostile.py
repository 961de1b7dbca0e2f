#!/usr/bin/env python3
"""The 481 damaged and hostile inputs, made by the generator beside the corpora: hostile.py CUSTOS [plain|sanitized]

Skipped where the generator is absent. For a sanitizer build memory and time limits are four times as wide: shadow memory is not ours.
"""
import json, os, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
corpora = places.corpora()
tools = os.path.join(places.find("CUSTOS_TOOLS", "tools"), "hostile")
kept = os.environ.get("CUSTOS_HOSTILE")


def widen(folder):
    manifest = os.path.join(folder, "manifest.ndjson")
    cases = [json.loads(l) for l in open(manifest)]
    with open(manifest, "w") as f:
        for c in cases:
            f.write(json.dumps({**c, "max_rss_mb": 4 * c["max_rss_mb"], "max_s": 4 * c["max_s"]}) + "\n")


def run(folder):
    if not os.path.exists(os.path.join(folder, "manifest.ndjson")):
        subprocess.run([sys.executable, os.path.join(tools, "make.py"), corpora, folder], check=True)
        if "sanitized" in sys.argv[2:]:
            widen(folder)
    return subprocess.run([sys.executable, os.path.join(tools, "run.py"), custos, "--dir", folder, "--jobs", "2"]).returncode


if kept:
    sys.exit(run(kept))
with tempfile.TemporaryDirectory() as folder:
    status = run(folder)
    subprocess.run(["chmod", "-R", "u+rwX", folder])
sys.exit(status)
