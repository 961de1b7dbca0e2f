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
folder = tempfile.mkdtemp()
os.chmod(folder, 0o755)  # some cases run as an unprivileged user
try:
    status = run(folder)
finally:
    # Folders 3,000 deep are beyond what Python's own removal can walk.
    subprocess.run(["chmod", "-R", "u+rwX", folder])
    subprocess.run(["rm", "-rf", "--one-file-system", folder])
sys.exit(status)
