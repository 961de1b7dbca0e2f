#!/usr/bin/env python3
"""Hunts over the sealed segments of a case, as a user meets them: the same findings as a scan of the files, proofs that hold, damage. hunt.py CUSTOS"""
import base64, hashlib, json, os, re, shutil, subprocess, tempfile

from two_verifiers import check, finish, run, samples

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RULES = os.path.join(ROOT, "content", "rules")


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def findings(path):
    out = {}
    for j in lines(path):
        if j["type"] == "finding":
            j.pop("proof", None)
            out[j["id"]] = j
    return out


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2."""
    node, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            value = h(b"\1", sibling, value)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            value = h(b"\1", value, sibling)
        node, last = node >> 1, last >> 1
    return value if last == 0 else None


def prove(document):
    """Every record of a hunt's document up to the checkpoint; how many held, and the pointers of its hits that have none."""
    entries, held, places = {}, 0, set()
    for j in document:
        if j["type"] == "segment":
            body, checkpoint = j["proof"].split("\n\n", 1)
            proof = body.splitlines()
            assert proof[0] == "c2sp.org/tlog-proof@v1" and proof[1] == f"index {j['entry']}", proof[:2]
            _, size, root = checkpoint.splitlines()[:3]
            path = [base64.b64decode(p) for p in proof[2:]]
            assert root_of(h(b"\0", j["json"].encode()), j["entry"], int(size), path) == base64.b64decode(root), j["entry"]
            entries[j["case"], j["entry"]] = json.loads(j["json"])
        if j["type"] == "record":
            e = entries[j["case"], j["entry"]]
            leaf = h(b"\0", bytes.fromhex(j["salt"]), base64.b64decode(j["bytes"]))
            assert leaf == base64.b64decode(j["hash"])
            assert root_of(leaf, j["leaf"], e["records"], [base64.b64decode(p) for p in j["proof"]]) == base64.b64decode(e["root"]), j
            places.add((j["case"], j["entry"], j["leaf"]))
            held += 1
    hits = [p for j in document if j["type"] in ("finding", "hit") for p in j["proof"]]
    return held, [p for p in hits if p is None or (p["case"], p["entry"], p["leaf"]) not in places]


def tree(folder):
    return {os.path.relpath(os.path.join(at, n), folder): open(os.path.join(at, n), "rb").read() for at, _, names in os.walk(folder) for n in names}


def segments(case, holds="records"):
    log = map(json.loads, run("evidence", "log", os.path.join(case, "evidence"), "--json").stdout.splitlines())
    return [(i, e) for i, e in enumerate(log) if e["kind"] == "segment" and e["holds"] == holds]


def segment_path(case, e):
    return os.path.join(case, "evidence", "segments", e["file"][:2], e["file"])


def same_as_a_scan(d, case, logs, password):
    scan = ["--no-builtin-rules", "--no-behavior", "--quiet"]
    a, b = os.path.join(d, "scan.ndjson"), os.path.join(d, "hunt.ndjson")
    p, q = run("scan", *logs, "--rules", RULES, *scan, "--json", a), run("hunt", case, "--rule", RULES, "--json", b)
    mine, theirs = findings(b), findings(a)
    formats = {s["format"] for j in lines(b) if j["type"] == "coverage" for s in j["sources"]}
    check("a hunt with rules finds what a scan of the files finds", len(theirs) > 20 and mine == theirs, (len(mine), len(theirs), p.stderr, q.stderr))
    check("of text and of EVTX, of several sources", {"evtx", "syslog", "json"} <= formats and len({f["source"]["file"] for f in mine.values()}) > 5, formats)
    check("and ends as it", p.returncode == q.returncode and q.returncode in (1, 3), (p.returncode, q))
    check("several threads find the same", findings(b) == mine and run("hunt", case, "--rule", RULES, "--json", b, "--threads", "1").returncode == q.returncode and findings(b) == mine)
    held, missing = prove(lines(b))
    check("each of its records leads to the checkpoint, by a second reading of the RFC", held > 100 and not missing, (held, missing[:3]))
    since = ["--since", "2026-11-10", "--until", "2026-11-11"]
    run("scan", *logs, "--rules", RULES, *scan, *since, "--json", a), run("hunt", case, "--rule", RULES, *since, "--json", b)
    check("also within a stretch of time", 0 < len(findings(b)) < len(mine) and findings(a) == findings(b), (len(findings(a)), len(findings(b))))
    one = os.path.join(d, "one.yml")
    with open(one, "w") as f:
        f.write("title: Nothing\nlogsource: {category: everything}\ndetection: {s: {nowhere: nothing}, condition: s}\n")
    check("where nothing is found it says so", run("hunt", case, "--rule", one).returncode in (0, 3) and "0 findings" in run("hunt", case, "--rule", one).stdout)
    text = run("hunt", case, "--rule", RULES, "--most", "2").stdout
    check("a screen has the place of each hit", len(re.findall(r"E-\d+, record \d+ of the segment of entry \d+", text)) == 2 and "more; --json" in text, text)


def expressions(d, case, password):
    a, b = os.path.join(d, "x.ndjson"), os.path.join(d, "y.ndjson")
    rule = os.path.join(d, "x.yml")
    with open(rule, "w") as f:
        f.write("title: x\nlogsource: {category: anything_at_all}\ndetection:\n  a: {EventID: 4624}\n  b: {TargetUserName|endswith: '$'}\n  condition: a and not b\n")
    run("hunt", case, "--rule", rule, "--json", a), run("hunt", case, "EventID = 4624 and not TargetUserName endswith '$'", "--json", b)
    places = lambda p: sorted((f["source"]["file"], f["source"]["offset"], f["count"]) for f in findings(p).values())
    check("an expression is the rule that it stands for", len(places(a)) > 10 and places(a) == places(b), (len(places(a)), len(places(b))))
    for wrong, why in (("EventID == 4", "column 9"), ("(EventID = 4", "column 1"), ("a matches '('", "expression"), ("", "empty")):
        p = run("hunt", case, wrong)
        check(f"refused, and it says where: {wrong!r}", p.returncode == 2 and why in p.stderr and not p.stdout, p)
    for words in ((), ("EventID = 1", "--rule", rule), ("--rule", os.path.join(d, "missing.yml")), ("EventID = 1", "--since", "soon"), ("EventID = 1", "--json", os.path.join(case, "evidence", "x"))):
        p = run("hunt", case, *words)
        check(f"makes no sense: {words[-2:]}", p.returncode == 2 and p.stderr, p)


def on_record(case, password):
    log = lambda: [json.loads(e) for e in run("evidence", "log", os.path.join(case, "evidence"), "--json").stdout.splitlines()]
    before = len(log())
    p = run("hunt", case, "EventID = 4720")
    check("without the key a hunt is not on record, and says so", len(log()) == before and "not on record" in p.stderr and p.returncode in (0, 1, 3), p)
    p = run("hunt", case, "EventID = 4720", *password, "--who", "Anna", "--reason", "asked by the registrar")
    e = log()[-1]
    check("with it, it is: who, what for", (e["kind"], e["what"], e["about"], e["custody"]["who"]) == ("view", "hunt", "expression EventID = 4720", "Anna") and f"on record as entry {before}" in p.stdout, (e, p))
    p = run("hunt", case, "EventID = 4720", "--on-record", "--key", "/nowhere.key", *password)
    check("and where it must be and can't, nothing is shown", p.returncode == 2 and not p.stdout and len(log()) == before + 1, p)


def damage(d, case, password):
    rest = os.path.join(d, "damaged")
    whole = os.path.join(d, "whole.ndjson")
    run("hunt", case, "--rule", RULES, "--json", whole)
    for what in ("missing", "flipped", "cut", "another"):
        shutil.rmtree(rest, ignore_errors=True)
        shutil.copytree(case, rest)
        every = segments(rest)
        index, e = every[len(every) // 2]
        path = segment_path(rest, e)
        data = open(path, "rb").read()
        if what == "missing":
            os.remove(path)
        else:
            with open(path, "wb") as f:
                f.write({"flipped": data[:200] + bytes([data[200] ^ 1]) + data[201:], "cut": data[: len(data) // 2], "another": open(segment_path(rest, every[0][1]), "rb").read()}[what])
        out = os.path.join(d, "damaged.ndjson")
        p = run("hunt", rest, "--rule", RULES, "--json", out)
        hit_elsewhere = {i for i, f in findings(whole).items() if f["rule"]["kind"] == "detection"}
        left = set(findings(out))
        check(f"a segment that is {what} is named, the others are read", p.returncode == 3 and f"of entry {index}" in p.stdout and e["file"][:12] in p.stdout and len(left & hit_elsewhere) > 5 and not p.stderr.startswith("custos hunt: /"), (p.returncode, p.stdout[-600:], p.stderr))
        held, missing = prove(lines(out))
        check("and what was found is proved", held > 0 and not [m for m in missing if m is not None], (held, missing[:3]))


def gap_in_the_middle(d, password):
    """Behind a segment that is gone places stay what they were."""
    case, log, rule = (os.path.join(d, n) for n in ("gap", "gap.ndjson", "gap.yml"))
    with open(log, "w") as f:
        for i in range(140_000):
            f.write(json.dumps({"@timestamp": f"2026-01-01T00:{i // 60 % 60:02}:{i % 60:02}Z", "n": i, "text": f"{i * 2654435761 % 2**32:x}" * 10}) + "\n")
    with open(rule, "w") as f:
        f.write("title: n\nlogsource: {category: anything_at_all}\ndetection: {s: {n: [5, 70000, 139995]}, condition: s}\n")
    run("case", "new", case, "--title", "gap", *password)
    run("scan", log, "--case", case, *password, "--quiet", "--no-behavior")
    whole, out = os.path.join(d, "g1.ndjson"), os.path.join(d, "g2.ndjson")
    run("hunt", case, "--rule", rule, "--json", whole)
    every = sorted(segments(case), key=lambda s: s[1]["parts"][0]["at"])
    middle = [s for s in every if s[1]["parts"][0]["at"] > 0][len(every) // 2 - 1]
    os.remove(segment_path(case, middle[1]))
    p = run("hunt", case, "--rule", rule, "--json", out)
    part = middle[1]["parts"][0]
    lost = lambda f: part["at"] <= f["source"]["offset"] < part["at"] + part["bytes"]
    places = lambda p: {f["source"]["offset"]: f["raw"] for f in findings(p).values()}
    want = {f["source"]["offset"]: f["raw"] for f in findings(whole).values() if not lost(f)}
    check("a source with a gap is read on behind it, its places as they were", len(every) > 4 and p.returncode == 3 and len(findings(whole)) == 3 and len(want) >= 2 and places(out) == want and max(want) > part["at"], (len(every), p.stdout))
    check("what lies behind it is proved, too", prove(lines(out)) == (len(want), []), prove(lines(out)))


def many_sealings(d, password):
    """A log that grows and is sealed each week; the same bytes twice; a case merged into another."""
    case, other, log = (os.path.join(d, n) for n in ("weeks", "other", "auth.log"))
    run("case", "new", case, "--title", "weeks", *password), run("case", "new", other, "--title", "other", *password)
    line = "<38>1 2026-01-0{0}T10:00:00Z bastion sshd 7 - - Failed password for root from 198.51.100.{0} port 22 ssh2\n"
    for day, into in ((1, case), (1, case), (2, case), (3, other)):
        with open(log, "w") as f:
            f.write("".join(line.format(n) for n in range(1, day + 1)))
        run("scan", log, "--case", into, *password, "--quiet", "--no-behavior")
    p = run("hunt", case, "--json", os.path.join(d, "w.ndjson"), "198.51.100.1 exists or hostname exists or message contains password or host exists or Hostname exists")
    names = sorted({f["source"]["file"].rpartition("/")[2] for f in findings(os.path.join(d, "w.ndjson")).values()})
    check("the same bytes are read once, a longer log is a source of its own", len(names) == 2 and names[0] == "auth.log" and re.fullmatch(r"auth\.log \(E-\d+\)", names[1]) and "read once" in p.stdout, (names, p.stdout))
    run("case", "merge", case, other, *password)
    p = run("hunt", case, "--json", os.path.join(d, "w.ndjson"), "198.51.100.1 exists or hostname exists or message contains password or host exists or Hostname exists")
    merged = [q for j in lines(os.path.join(d, "w.ndjson")) if j["type"] == "finding" for q in j["proof"] if q["case"]]
    held, missing = prove(lines(os.path.join(d, "w.ndjson")))
    check("what was merged is hunted too, its proofs lead to its own log", merged and held and not missing, p.stdout)
    shutil.rmtree(os.path.join(case, "merged"))
    p = run("hunt", case, "hostname exists or host exists or Hostname exists")
    check("and where it is gone that is said", p.returncode == 3 and "merged" in p.stderr, p)


def asked(case, out, *words):
    """A hunt for an entity: its document without its title, whether an index was there, and how it ended."""
    p = run("hunt", case, *words, "--json", out)
    document = lines(out)[1:]
    indexed = document[-1].pop("indexed")
    return document, indexed, p


def entities(d, case, password):
    """The index against its naive twin, which reads all of the case."""
    a, index = os.path.join(d, "entity.ndjson"), os.path.join(case, "hunt", "index")
    document, indexed, p = asked(case, a, "--entity", "ws-002")
    first = document[-1]
    check("the first hunt for an entity makes the index", indexed and os.path.exists(index) and p.returncode in (1, 3) and first["events"] > 1000, p)
    written = os.stat(index).st_mtime_ns
    values = ["ws-002", "WS-002.court.example.org", "10.20.2.10", "court\\n.hoekstra", "n.hoekstra", "cmd.exe", "C:\\Windows\\System32\\cmd.exe", "outlook.office365.com",
              "198.19.124.228", "nobody", "-", "bastion-01", "NT AUTHORITY\\SYSTEM"]
    hashes = [m.group(1) for m in re.finditer(r"SHA256=([0-9A-F]{64})", open(os.path.join(d, "hunt.ndjson"), encoding="utf-8").read())]
    windows = ([], ["--since", "2026-11-10T09:00:00Z", "--until", "2026-11-11"], ["--first"], ["--most", "3000"], ["--first", "--most", "1"], ["--until", "2026-11-09T12:00:00Z", "--first"])
    equal, some = 0, 0
    for i, value in enumerate(values + hashes[:2]):
        words = ["--entity", value, *windows[i % len(windows)]]
        one, by_index, _ = asked(case, a, *words)
        two, by_reading, q = asked(case, os.path.join(d, "twin.ndjson"), *words, "--without-index")
        equal += one == two and by_index and not by_reading
        some += one[-1]["events"] > 0
        if one != two:
            print(words, [x for x, y in zip(one, two) if x != y][:1], [y for x, y in zip(one, two) if x != y][:1])
        if value == "ws-002":
            check("its hits are the newest, and proved", len(one) > 20 and prove(lines(a)) == (20, []) and [h["time"] for h in one if h["type"] == "hit"] == sorted((h["time"] for h in one if h["type"] == "hit"), reverse=True))
    check("asked of the index and read from the evidence, the answer is the same", equal == len(values) + len(hashes[:2]) and some >= 9, (equal, some))
    check("and the index was not made again", os.stat(index).st_mtime_ns == written)
    kinds = {(e["kind"], e["derived"]) for e in first["as"]}
    check("a computer's name without its domain is found in the longer one", ("computer", True) in kinds, kinds)
    check("beside it are its accounts and addresses", {"account", "address"} <= {b["kind"] for b in first["beside"]} and "n.hoekstra" in [b["value"] for b in first["beside"]], first["beside"][:5])
    incident = json.loads(run("case", "show", case, "--json").stdout)["incidents"]
    check("and the case's incidents that name it", first["incidents"] and {i["id"] for i in first["incidents"]} <= {i["incident"]["id"] for i in incident}, first["incidents"])
    p = run("hunt", case, "--entity", "nobody")
    check("of nobody nothing is found", p.stdout.startswith("0 events") and p.returncode in (0, 3), p)
    for words in (("--entity", ""), ("--entity", " "), ("--entity", "x", "a = b"), ("--entity", "x", "--most", "-1")):
        check(f"makes no sense: {words}", run("hunt", case, *words).returncode == 2)


def stale(d, password):
    """An index follows the case: what is sealed later, merged, deleted, damaged."""
    case, other, log = (os.path.join(d, n) for n in ("followed", "joined", "sshd.log"))
    run("case", "new", case, "--title", "f", *password), run("case", "new", other, "--title", "o", *password)
    parts = lambda: sorted(n for n in os.listdir(os.path.join(case, "hunt")) if n.endswith(".part"))

    def seal(into, *days):
        with open(log, "w") as f:
            f.write("".join(json.dumps({"@timestamp": f"2026-01-{day:02}T10:00:{i:02}Z", "host": {"name": "bastion"}, "user": {"name": "root"}, "source": {"ip": f"198.51.100.{day}"}}) + "\n" for day in days for i in range(3)))
        run("scan", log, "--case", into, *password, "--quiet", "--no-behavior")

    def events(*more):
        document, indexed, p = asked(case, os.path.join(d, "f.ndjson"), "--entity", "BASTION", *more)
        return document[-1]["events"], indexed, p

    seal(case, 1)
    check("an index is made", events()[:2] == (3, True), events())
    before = parts()
    seal(case, 1, 2)
    check("what was sealed later is added", events()[:2] == (9, True) and set(before) < set(parts()), (events(), before, parts()))
    seal(other, 3)
    run("case", "merge", case, other, *password)
    check("so is what was merged", events()[:2] == (12, True), events())
    whole = events("--without-index")[0]
    name = os.path.join(case, "hunt", parts()[0])
    data = open(name, "rb").read()
    outcomes = []
    for at in range(0, len(data), 7):
        with open(name, "wb") as f:
            f.write(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        n, indexed, p = events()
        outcomes.append((n, indexed, p.returncode))
        name = os.path.join(case, "hunt", parts()[0])
        data = open(name, "rb").read()
    check("whatever byte of it is damaged, the answer is right", len(outcomes) > 20 and set(outcomes) == {(whole, True, 1)}, set(outcomes))
    for what in ("gone", "cut", "another", "old", "not ours"):
        path = os.path.join(case, "hunt", "index")
        text = open(path).read()
        with open(path, "w") as f:
            f.write({"gone": "", "cut": text[: len(text) // 2], "another": text.replace('"case":"', '"case":"0'), "old": text.replace('"format":1', '"format":0'), "not ours": "[" * 5000}[what])
        if what == "gone":
            os.remove(path)
        check(f"an index that is {what} is made anew", events()[:2] == (whole, True), events())
    shutil.rmtree(os.path.join(case, "hunt"))
    with open(os.path.join(case, "hunt"), "w") as f:
        f.write("in the way")
    n, indexed, p = events()
    check("where there can be none, all is read, and that is said", (n, indexed) == (whole, False) and "without an index" in p.stderr, p)
    os.remove(os.path.join(case, "hunt"))
    scans = [i for i, e in enumerate(map(json.loads, run("evidence", "log", os.path.join(case, "evidence"), "--json").stdout.splitlines())) if e["kind"] == "scan"]
    events()
    p = run("evidence", "delete", os.path.join(case, "evidence"), "--scan", str(scans[0]), "--key", case + ".key", *password, "--reason", "time is up")
    n, indexed, q = events()
    check("what was deleted on record is not in it any more", p.returncode == 0 and (n, indexed) == (whole - 3, True) and q.returncode == 3 and "deleted" in q.stdout, (p, n, q))


def encrypted(d, password):
    if shutil.which("age-keygen") is None:
        return print("skipped: no age-keygen here", flush=True)
    keys = [os.path.join(d, n) for n in ("a.txt", "b.txt")]
    public = []
    for k in keys:
        subprocess.run(["age-keygen", "-o", k], check=True, capture_output=True)
        public.append(re.search(r"public key: (age1\S+)", open(k).read()).group(1))
    case, web = os.path.join(d, "sealed"), os.path.join(samples, "web")
    run("case", "new", case, "--title", "sealed", *password, "--recipient", public[0], "--recipient", public[1])
    run("scan", web, "--case", case, *password, "--quiet", "--identity", keys[0])
    p = run("hunt", case, "cs-method = GET")
    check("an encrypted case is not hunted without an identity", p.returncode == 2 and "--identity" in p.stderr and not p.stdout, p)
    out = os.path.join(d, "sealed.ndjson")
    p = run("hunt", case, "cs-method = GET", "--identity", keys[1], "--json", out, *password)
    held, missing = prove(lines(out))
    check("with one it is, and on record", p.returncode == 1 and held > 10 and not missing and "on record as entry" in p.stdout, p)
    q, indexed, p = asked(case, out, "--entity", "198.51.100.7", "--identity", keys[1])
    check("for an entity all of it is read: there is no index", not indexed and "encrypted" in p.stderr, p)
    lying_open = b"".join(tree(case).values())
    check("and nothing of it lies open afterwards", b"GET /" not in lying_open and not [n for n in os.listdir(case) if n.startswith("hunt")], os.listdir(case))


def members(d, password):
    case = os.path.join(d, "closed")
    run("case", "new", case, "--title", "closed", *password, "--who", "Anna")
    run("scan", os.path.join(samples, "web"), "--case", case, *password, "--quiet", "--who", "Anna")
    run("case", "member", case, "--add", "Anna", "--role", "lead", *password, "--who", "Anna")
    p = run("hunt", case, "cs-method = GET", "--who", "Eve")
    check("who is no member hunts nothing", p.returncode == 1 and "no member" in p.stderr and not p.stdout, p)
    check("a member does", run("hunt", case, "cs-method = GET", "--who", "Anna").returncode == 1)
    for folder, why in ((os.path.join(case, "evidence"), "of a case"), (os.path.join(d, "nothing"), "no such case"), (samples, "no case")):
        p = run("hunt", folder, "a = b")
        check(f"no case: {why}", p.returncode == 2 and why in p.stderr, p)


with tempfile.TemporaryDirectory() as d:
    password = ["--passphrase-file", os.path.join(d, "pass")]
    with open(password[1], "w") as f:
        f.write("correct horse battery\n")
    out = os.path.join(d, "simulated")
    run("simulate", out, "--hosts", "20", "--days", "1", "--scenario", "ransomware", "--start", "2026-11-09", "--windows", "evtx", "--only", "windows", "--quiet", "--seed", "5")
    logs, case = [samples, os.path.join(out, "logs")], os.path.join(d, "case")
    run("case", "new", case, "--title", "Hunted", "--origin", "court.example/hunted", *password)
    p = run("scan", *logs, "--case", case, *password, "--quiet")
    check("logs are sealed into a case", p.returncode in (1, 3) and len(segments(case)) > 3, p)
    same_as_a_scan(d, case, logs, password)
    expressions(d, case, password)
    on_record(case, password)
    entities(d, case, password)
    stale(d, password)
    damage(d, case, password)
    gap_in_the_middle(d, password)
    many_sealings(d, password)
    encrypted(d, password)
    members(d, password)
finish()
