#!/usr/bin/env python3
"""What a user meets when things go wrong: exit statuses, messages, nothing half-written. outputs.py CUSTOS"""
import json, os, re, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
samples = os.path.join(places.ROOT, "content", "samples", "logs")
failures = []


def run(*args, **more):
    return subprocess.run([custos, *args], capture_output=True, timeout=120, **more)


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail and not ok else ""))
    if not ok:
        failures.append(name)


with tempfile.TemporaryDirectory() as d:
    good = os.path.join(d, "good.ndjson")
    with open(good, "w") as f:
        f.write('{"Channel":"System","Provider_Name":"x","EventID":1,"@timestamp":"2026-03-15T10:00:00Z"}\n' * 3)
    p = run("scan", good, "--json", "-")
    check("nothing found ends 0", p.returncode == 0, p)
    check("json to standard output is NDJSON that ends with coverage", json.loads(p.stdout.splitlines()[-1])["type"] == "coverage")
    p = run("scan", os.path.join(d, "absent"))
    check("a path that is not there ends 2 and is named", p.returncode == 2 and b"absent" in p.stderr, p)
    p = run("scan", good, "--min-level", "huge")
    check("a wrong level ends 2 and says what is right", p.returncode == 2 and b"critical" in p.stderr, p)
    p = run("scan", good, "--rules", os.path.join(d, "norules"))
    check("a rule folder that is not there ends 2", p.returncode == 2 and b"norules" in p.stderr, p)
    p = run("scan", good, "--json", os.path.join(d, "no", "such", "folder.json"))
    check("an output that can't be made ends 2 before anything is read", p.returncode == 2 and b"folder.json" in p.stderr, p)
    p = run("scan", good, "--json", "/dev/full")
    check("a full disk ends 3 and says so", p.returncode == 3 and b"no space" in p.stderr, p)
    small = os.path.join(d, "small")
    os.mkdir(small)
    if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small], capture_output=True).returncode == 0:
        target = os.path.join(small, "out.ndjson")
        p = run("scan", samples, "--json", target)
        check("a disk that fills up leaves nothing under the final name", p.returncode == 3 and not os.listdir(small), (p.returncode, os.listdir(small)))
        subprocess.run(["umount", small])
    out = os.path.join(d, "out.html")
    p = run("scan", samples, "--html", out, "--csv", os.path.join(d, "out.csv"), "--ocsf", os.path.join(d, "out.ocsf"), "--json", os.path.join(d, "out.ndjson"))
    names = sorted(os.listdir(d))
    check("all outputs are there and nothing else", p.returncode == 3 and {"out.csv", "out.html", "out.ndjson", "out.ocsf"} <= set(names) and not any(".part" in n for n in names), names)
    page = open(out, encoding="utf-8").read()
    outside = re.findall(r"""<[^>]*\b(?:src|href)\s*=\s*["']?(?!#|data:)[^"'>\s]+|@import|url\((?!["']?data:)""", page)
    check("the page asks for nothing outside", not outside and "default-src 'none'" in page, outside[:3])
    objects = [json.loads(l) for l in open(os.path.join(d, "out.ndjson"))]
    check("the coverage names every file", {os.path.basename(f) for _, _, fs in os.walk(samples) for f in fs} <= {os.path.basename(s["file"].split("!")[0]) for s in objects[-1]["sources"]})
    p = run("scan", "-", "--json", "-", input=open(good, "rb").read())
    check("standard input is read", json.loads(p.stdout.splitlines()[-1])["events"] == 3, p)
    p = run("scan", good, "--since", "2026-03-16", "--json", "-")
    scope = json.loads(p.stdout.splitlines()[-1])["scope"]
    check("--since is taken, and what it left out is said", p.returncode == 0 and scope["since"].startswith("2026-03-16") and scope["events_outside"] == 3, scope)
    p = run("scan", good, "--since", "2026-03-16", "--csv", os.path.join(d, "since.csv"), "--html", os.path.join(d, "since.html"))
    said = "3 events before 2026-03-16"
    check("and in every output for people", all(said in text for text in (p.stdout.decode(), open(os.path.join(d, "since.csv")).read(), open(os.path.join(d, "since.html")).read())), p)
    p = run("scan", samples, "--min-level", "critical", "--json", "-")
    coverage = json.loads(p.stdout.splitlines()[-1])
    check("--min-level says what lies below it", coverage["scope"]["min_level"] == "critical" and coverage["scope"]["findings_below"] > 0 and coverage["findings"] > 0, coverage["scope"])
    p = run("scan", good, "--since", "2026-03-16", "--until", "2026-03-15")
    check("a time window without any time ends 2", p.returncode == 2 and b"--until" in p.stderr, p)

    before = open(good, "rb").read()
    link, again = os.path.join(d, "link"), os.path.join(d, "again")
    os.symlink(good, link)
    os.link(good, again)
    for name in (good, link, again, os.path.join(d, ".", "good.ndjson")):
        p = run("scan", good, "--json", name)
        check("an output in place of a log ends 2 and leaves the log as it is: " + os.path.basename(name),
              p.returncode == 2 and b"another place" in p.stderr and open(good, "rb").read() == before and not any(".part" in n for n in os.listdir(d)), p)
    own = os.path.join(d, "own")
    os.mkdir(own)
    rule = os.path.join(own, "r.yml")
    with open(rule, "w") as f:
        f.write("title: t\nid: 7c0f6b0a-3a38-4b8e-8b3b-2f5d6d1b0c11\nlogsource: {product: windows}\ndetection: {s: {EventID: 77}, condition: s}\nlevel: low\n")
    p = run("scan", good, "--rules", own, "--html", rule)
    check("an output in place of a rule ends 2", p.returncode == 2 and open(rule).read().startswith("title"), p)
    p = run("scan", ".", "--json", "mine.ndjson", cwd=own)
    check("a scan does not read what it is writing", not any(".part" in json.loads(l).get("file", "") for l in open(os.path.join(own, "mine.ndjson")))
          and len(json.loads(open(os.path.join(own, "mine.ndjson")).readlines()[-1])["sources"]) == 1, p)
    empty = os.path.join(d, "empty")
    os.mkdir(empty)
    p = run("scan", good, "--rules", empty)
    check("a rule folder without rules ends 2", p.returncode == 2 and b"no rule file" in p.stderr, p)
    p = run("scan", good, "--json", os.path.join(own, "x"), "--csv", os.path.join(own, "x"))
    check("two outputs of one name end 2", p.returncode == 2 and b"two outputs" in p.stderr, p)
    steering = os.path.join(d, "steering.ndjson")
    with open(steering, "w", encoding="utf-8") as f:
        f.write(json.dumps({"Channel": "System", "EventID": 77, "Name": "a\u009b31mb\u202ec\ufeffd"}, ensure_ascii=False) + "\n")
    p = run("scan", steering, "--rules", own, "--json", "-")
    text = p.stdout.decode()
    check("nothing that steers a terminal stands in the JSON", p.returncode == 1 and not re.search("[\u0080-\u009f\u202e\ufeff]", text) and "\\u009b" in text, text[:300])
    finding = json.loads(p.stdout.splitlines()[0])
    check("and it reads back as it was", json.loads(finding["raw"])["Name"] == "a\u009b31mb\u202ec\ufeffd", finding["raw"])
    broken = os.path.join(d, "broken.ndjson")
    with open(broken, "w") as f:
        f.write('{"Channel":"System","EventID":1}\n{"Channel":"Sys')
    p = run("scan", broken, "--json", "-")
    check("a file not read whole ends 3 and the place is named", p.returncode == 3 and any(o["type"] == "reject" for o in map(json.loads, p.stdout.splitlines())), p)
    p = run("test", os.path.join(d, "absent"))
    check("cases that are not there end 2", p.returncode == 2 and b"absent" in p.stderr, p)
    p = run("nonsense")
    check("an unknown command ends 2", p.returncode == 2 and b"nonsense" in p.stderr)
    p = run("\033[31mred")
    check("what steers a terminal is not printed as it came", p.returncode == 2 and b"\033" not in p.stderr and b"red" in p.stderr, p)
    for args in (["scan", good], ["simulate", "--list"], ["rules", "list"], ["formats"], ["--help"], ["scan", "--help"], ["--version"]):
        with open("/dev/full", "w") as full:
            p = subprocess.run([custos, *args], stdout=full, stderr=subprocess.PIPE, timeout=120)
        told = [l for l in p.stderr.splitlines() if b"could not be written" in l]
        check("a full standard output ends 3 and is told once: " + " ".join(args[:2]).replace(d, ""), p.returncode == 3 and len(told) == 1, p)
    for command in (["scan"], ["evaluate"], ["institution"], ["simulate"]):
        check("--help says what 3 means: " + command[0], b"written" in run(*command, "--help").stdout.split(b"exit status")[-1])
    p = run("--help")
    check("--help lists the commands", p.returncode == 0 and b"scan" in p.stdout)

print(f"{len(failures)} failed" if failures else "all passed")
sys.exit(1 if failures else 0)
