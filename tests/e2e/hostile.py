#!/usr/bin/env python3
"""The 481 damaged and hostile inputs, made by the generator beside the corpora: hostile.py CUSTOS

Skipped where the generator is absent. In a sanitizer build memory limits are not judged: shadow memory is not ours.
"""
import os, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
corpora = places.corpora()
tools = os.path.join(places.find("CUSTOS_TOOLS", "tools"), "hostile")
kept = os.environ.get("CUSTOS_HOSTILE")


def run(folder):
    if not os.path.exists(os.path.join(folder, "manifest.ndjson")):
        subprocess.run([sys.executable, os.path.join(tools, "make.py"), corpora, folder], check=True)
    return subprocess.run([sys.executable, os.path.join(tools, "run.py"), custos, "--dir", folder, "--jobs", "2"]).returncode


if kept:
    sys.exit(run(kept))
with tempfile.TemporaryDirectory() as folder:
    status = run(folder)
    subprocess.run(["chmod", "-R", "u+rwX", folder])
sys.exit(status)
