#!/usr/bin/env python3
"""The laws of the house that a machine can check. usage: lint.py ROOT     Exit status 1 and a line a breach.

layers    an include looks down only, and sees another layer by its door header alone
budgets   header 200 lines, source 500, function 60, folder 25 files (exceptions with a reason: tools/lint_exceptions.txt)
headers   open with five comment lines; include guards are #pragma once
tables    src/README.md names the layers that exist
words     no tabs, no trailing blanks, no lines over 160 columns, no leftovers (TODO, FIXME, XXX)
"""
import os, re, sys

root = sys.argv[1] if len(sys.argv) > 1 else "."
rows = dict(base=1, model=2, ingest=3, rules=3, behavior=3, correlate=3, respond=3, evidence=3, store=3, share=3, institution=3, simulate=3, evaluate=3, engine=4, serve=5, cli=6)
open_layers = {"base", "model"}
budget = {".h": 200, ".cc": 500}
function_budget, folder_budget, columns = 60, 25, 160
bad = []


def say(path, line, why):
    bad.append(f"{os.path.relpath(path, root)}:{line}: {why}")


exceptions = {}
with open(os.path.join(root, "tools/lint_exceptions.txt")) as f:
    for l in f:
        if l.strip() and not l.startswith("#"):
            path, kind, reason = l.rstrip("\n").split(None, 2)
            exceptions[(path, kind)] = reason


def excepted(path, kind):
    return (os.path.relpath(path, root), kind) in exceptions


def functions(lines):
    """(first line, length) of each function: a block opened at the end of a line that closes a parameter list, at most two levels in."""
    i = 0
    while i < len(lines):
        l = lines[i]
        indent = len(l) - len(l.lstrip())
        opens = re.search(r"\)\s*(const|noexcept|override|final|\s)*(->\s*[\w:<>, *&]+)?\s*(:\s.*)?\{$", l)
        if opens and indent <= 4 and not re.match(r"\s*(if|for|while|switch|else|do|return|\})\b", l):
            # A constructor's initialisers stand four columns in; its block ends where the function begins.
            end = " " * (indent - 4 if l.lstrip().startswith(":") else indent) + "}"
            for j in range(i + 1, len(lines)):
                if lines[j].startswith(end) and (len(lines[j]) == len(end) or lines[j][len(end)] in ";,) "):
                    yield i + 1, j - i + 1
                    break
        i += 1


def check_includes(path, layer, lines):
    for n, l in enumerate(lines, 1):
        m = re.match(r'#include "([\w]+)/([\w/.]+)"', l)
        if not m or m[1] not in rows:
            continue
        other, rest = m[1], m[2]
        if other == layer:
            continue
        if rows[other] >= rows[layer]:
            say(path, n, f"layer {layer} may not look at {other}: lines look down only")
        elif other not in open_layers and rest != other + ".h":
            say(path, n, f"{other} is seen from outside by {other}/{other}.h alone")


def check_source(path, layer):
    text = open(path, encoding="utf-8").read()
    lines = text.split("\n")
    ext = os.path.splitext(path)[1]
    test = path.endswith(("_test.cc", "_test.h"))  # log lines are as long as they are
    if ext in budget and len(lines) - 1 > budget[ext] and not excepted(path, "lines"):
        say(path, 1, f"{len(lines) - 1} lines, the budget is {budget[ext]}")
    if ext == ".h":
        if not all(l.startswith("//") for l in lines[:5]) and not path.endswith("_test.h"):
            say(path, 1, "a header opens with five comment lines: what, who, how long, which thread, what it refuses")
        if "#pragma once" not in text:
            say(path, 1, "no #pragma once")
    for n, l in enumerate(lines, 1):
        if "\t" in l and not test and not excepted(path, "tabs"):
            say(path, n, "a tab")
        if l.rstrip() != l:
            say(path, n, "trailing blanks")
        if len(l) > columns and not test and not excepted(path, "columns"):
            say(path, n, f"{len(l)} columns, at most {columns}")
        if re.search(r"\b(TODO|FIXME|XXX)\b", l):
            say(path, n, "a leftover: do it or file it")
        if re.match(r"using namespace", l) and not test:
            say(path, n, "using namespace at file scope breaks unity builds")
    for first, length in functions(lines):
        if length > function_budget and not excepted(path, "function"):
            say(path, first, f"a function of {length} lines, the budget is {function_budget}")
    if layer:
        check_includes(path, layer, lines)


for folder, folders, files in os.walk(os.path.join(root, "src")):
    code = [f for f in files if f.endswith((".h", ".cc"))]
    if len(code) > folder_budget and not excepted(folder, "files"):
        say(folder, 0, f"{len(code)} files, the budget is {folder_budget}")
    layer = os.path.relpath(folder, os.path.join(root, "src")).split(os.sep)[0]
    for f in sorted(code):
        check_source(os.path.join(folder, f), layer if layer in rows else None)
for folder in ("fuzz", "bench"):
    for f in sorted(os.listdir(os.path.join(root, folder))) if os.path.isdir(os.path.join(root, folder)) else []:
        if f.endswith((".h", ".cc")):
            check_source(os.path.join(root, folder, f), None)

there = {d for d in os.listdir(os.path.join(root, "src")) if os.path.isdir(os.path.join(root, "src", d))}
named = set(re.findall(r"^\| \d \| `(\w+)` \|", open(os.path.join(root, "src/README.md")).read(), re.M))
if there != named:
    say(os.path.join(root, "src/README.md"), 1, f"the table names {sorted(named)}, the folders are {sorted(there)}")
for (path, kind), reason in exceptions.items():
    if not os.path.exists(os.path.join(root, path)):
        say(os.path.join(root, "tools/lint_exceptions.txt"), 1, f"{path} is gone; remove its exception")

print("\n".join(bad) if bad else "lint: no breach")
sys.exit(1 if bad else 0)
