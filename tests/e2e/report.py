#!/usr/bin/env python3
"""Reports from end to end: what each reader gets and what none gets, hostile cases, paper, both languages, places that can't be written. report.py CUSTOS [FOLDER]
With FOLDER, the pages, their PDF and pictures of them are left there. INSTITUTIONS=200 asks for more than 60."""
import contextlib, hashlib, json, os, random, re, shutil, subprocess, sys, tempfile

import report_made_up as made
from two_verifiers import both, check, custos, finish, places, run, samples

KEEP = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
CHROMIUM = os.environ.get("CUSTOS_BROWSER") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AUDIENCES = ("technical", "leadership", "authority")


class Case:
    def __init__(self, folder, name, passphrase, title="Odd logons"):
        self.folder, self.rest = os.path.join(folder, name), ["--passphrase-file", passphrase, "--who", "Dekker"]
        p = self.do("new", "--title", title, "--origin", f"court.example/{name}")
        assert p.returncode == 0, p

    def do(self, verb, *words):
        return run("case", verb, self.folder, *words, *self.rest)

    def scan(self, logs, *more):
        p = run("scan", logs, "--case", self.folder, *self.rest, "--quiet", "--no-behavior", *more)
        assert p.returncode in (0, 1, 3), p

    def report(self, out, *more):
        return run("report", self.folder, "--out", out, *self.rest, *more)

    def exports(self):
        lines = map(json.loads, run("evidence", "log", self.folder + "/evidence", "--json").stdout.splitlines())
        return [e for e in lines if e.get("act") == "export"]


def written(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def put(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def sections(page):
    return re.findall(r'<section id="([^"]+)"', page)


def planted(folder, passphrase):
    """A case whose logs, title, tasks and closing hold names of 90 people, 24 folders and 60 computers, in many spellings."""
    chance = random.Random(5)
    people, items, hosts = [made.person(n) for n in range(90)], [made.item(n) for n in range(24)], [made.host(n) for n in range(60)]
    lines = []
    for n in range(135):
        p, i, h = people[n % 90], items[n % 24], hosts[n % 60]
        more = f'-Note "{made.spellings(p, chance)}" -Path "{i["path"]}\\{chance.choice(["statement.docx", "a b c.docx", "x"])}" -To {h["address"]} {made.spellings(p, chance)}'
        lines.append(made.process(n, 9 + n // 45, hosts[0]["name"] if n % 3 else h["name"], p["account"], made.hidden(more)))
    logs = os.path.join(folder, "logs")
    os.mkdir(logs)
    put(os.path.join(logs, f"{people[3]['account']}.ndjson"), "\n".join(lines) + "\n")
    case = Case(folder, "planted", passphrase, f"Files of {people[0]['name']} and {items[0]['title']}")
    case.scan(logs)
    for p in people[:40]:
        case.do("task", f"Ask {made.spellings(p, chance)} about {items[1]['path']}")
        case.do("note", f"{made.spellings(p, chance)} said no")
    case.do("close", "--outcome", "confirmed", f"It was {people[7]['first']} {people[7]['last']}, {people[8]['mail']}")
    case.do("open")
    return case, people, items, hosts


def institution(chance, people, items, hosts):
    """Random: some of them, each with some of what can be said of them."""
    some = lambda of, least, most: chance.sample(of, chance.randint(least, most))
    maybe = lambda key, value: {key: value} if chance.random() < 0.7 else {}
    persons = [{"id": p["id"], **maybe("name", chance.choice([f"{p['last']}, {p['first']}", f"{p['first']} {p['last']}"])), **maybe("mail", p["mail"]),
                "accounts": [{"name": p["account"], **maybe("domain", "COURT"), **maybe("upn", p["mail"]), **maybe("sid", p["sid"]), **maybe("display_name", f"{p['last']}, {p['first']}")}],
                **({"named_to": [chance.choice(AUDIENCES[1:])]} if chance.random() < 0.05 else {})} for p in some(people, 3, 40)]
    return {"version": 1, "institution": {"name": "Tribunal X"}, "people": persons,
            "protected": [{"id": i["id"], "kind": "folder", **maybe("title", i["title"]), "match": [i["path"] + "\\*"]} for i in some(items, 1, 12)],
            "networks": [{"name": "n", "cidrs": [chance.choice(["10.20.0.0/16", "10.20.4.0/24", "10.20.4.0/27"])]}],
            "hosts": [{"name": h["name"], "domain": "court.example.org", **maybe("addresses", [h["address"]])} for h in some(hosts, 2, 30)],
            "accounts": [{"name": "explorer", "kind": "service"}] if chance.random() < 0.1 else []}


def own_words():
    """What stands in the sources of the report as text: terms among it are the report's own words."""
    folder = os.path.join(places.ROOT, "src", "share", "report")
    return made.normal(" ".join(written(os.path.join(folder, n)) for n in sorted(os.listdir(folder)) if n.endswith((".cc", ".h"))) + " custos")


def nothing_leaves(d, case, people, items, hosts):
    chance, own, many = random.Random(11), own_words(), int(os.environ.get("INSTITUTIONS", "60"))
    technical = os.path.join(d, "all.html")
    p = case.report(technical)
    check("the report for those who work on it is made", p.returncode == 0, p)
    all_of_it, bad, terms, excused, seen, numbers = written(technical), [], 0, 0, 0, {}
    for n in range(many):
        inst = institution(chance, people, items, hosts)
        path = put(os.path.join(d, "inst.yaml"), json.dumps(inst, ensure_ascii=False))
        for audience in AUDIENCES[1:]:
            out = os.path.join(d, "out.html")
            p = case.report(out, "--for", audience, "--institution", path, "--lang", "fr" if n % 4 == 3 else "en")
            if p.returncode != 0:
                bad.append((n, audience, p.stderr))
                continue
            of = made.protected(inst, audience)
            ours = {t for t in of if t in own}
            terms, excused = terms + len(of), excused + len(ours)
            found = made.leaks(written(out), inst, audience, ours)
            bad += [(n, audience, found[:5])] if found else []
            if n < 20:
                seen += bool(made.leaks(all_of_it, inst, audience, ours))
    check(f"{many} institutions, two audiences: no protected name leaves, says a searcher of another make", not bad, bad[:6])
    check(f"it looked for {terms} terms, of which {excused} are words of the report", terms > 20 * many and excused < terms / 10)
    check(f"and it finds them where nothing is masked: {seen} of {2 * min(many, 20)} (of a few people nobody is in the case)", seen > 1.6 * min(many, 20), seen)


def stable_names(d, case, people, items):
    inst = lambda of: put(os.path.join(d, "stable.yaml"), json.dumps({"version": 1, "people": [{"id": p["id"], "name": p["name"], "accounts": [{"name": p["account"]}]} for p in of]}, ensure_ascii=False))
    out, other = os.path.join(d, "s1.html"), os.path.join(d, "s2.html")
    names = lambda page: re.search(r"<title>(.*?)</title>", page)[1]
    case.report(out, "--for", "leadership", "--institution", inst(people[:20]))
    first = names(written(out))
    case.report(other, "--for", "leadership", "--institution", inst(people))
    check("a name keeps its number when the institution file grows", re.search(r"Person \d+", first) and first == names(written(other)), (first, names(written(other))))
    other_case = Case(d, "other", case.rest[1], case_title(case))
    for p in people[30:60]:
        other_case.do("task", f"Ask {p['account']}")
    on_record = json.dumps(case.exports())
    check("what is put on record of names is hashes", all(re.fullmatch("[0-9a-f]{16}", h) for e in case.exports() for of in e.get("names", {}).values() for h in of) and people[0]["account"] not in on_record)
    other_case.report(out, "--for", "leadership", "--institution", inst(people))
    case.report(other, "--for", "leadership", "--institution", inst(people))
    mine, theirs = ({h for e in c.exports() for of in e.get("names", {}).values() for h in of} for c in (case, other_case))
    check("the same name has another hash in another case", theirs and not mine & theirs)


def case_title(case):
    return json.loads(run("case", "show", case.folder, "--json").stdout)["title"]


def worked_on(d, passphrase):
    """The samples' campaign, with some work on it."""
    case = Case(d, "registry", passphrase, "Odd logons at the registry")
    case.scan(samples)
    case.do("note", "The account is a contractor's; he said no")
    case.do("task", "Ask the contractor", "--due", "2026-12-04")
    case.do("task", "Image the laptop")
    return case


def who_gets_what(d, case):
    inst = put(os.path.join(d, "i.yaml"), json.dumps({"version": 1, "people": [{"id": "p-1", "name": "Nobody Else"}]}))
    pages = {}
    for audience in AUDIENCES:
        out = os.path.join(d, audience + ".html")
        p = case.report(out, "--for", audience, "--institution", inst)
        check(f"{audience}: made", p.returncode == 0 and re.search(r"on record as entry \d+", p.stdout), p)
        pages[audience] = written(out)
        last = case.exports()[-1]
        check(f"{audience}: on record with the hash of its bytes", (last["form"], last["audience"], last["lang"], last["tlp"], last["sha256"], last["size"]) ==
              ("report", audience, "en", "AMBER+STRICT", hashlib.sha256(pages[audience].encode()).hexdigest(), os.path.getsize(out)), last)
        check(f"{audience}: nothing from outside, no script", not re.search(r"<script|<link|@import|url\(|<iframe|<img|\son\w+\s*=|https?://", pages[audience]) and "default-src 'none'" in pages[audience])
    has = lambda a, section: any(re.fullmatch(section, s) for s in sections(pages[a]))
    for section, who in (("summary", AUDIENCES), ("timeline", AUDIENCES), ("incident-1-graph", AUDIENCES), ("incident-1-story", AUDIENCES), ("incident-1-stages", AUDIENCES), ("incident-1-exposure", AUDIENCES),
                         ("incident-1-indicators", ("technical", "authority")), ("actions", AUDIENCES), ("method", AUDIENCES), ("evidence", AUDIENCES)):
        check(f"section {section} is for {', '.join(who)}", [has(a, section) for a in AUDIENCES] == [a in who for a in AUDIENCES], {a: sections(pages[a]) for a in AUDIENCES})
    check("notes are for those who work on it", ["said no" in pages[a] for a in AUDIENCES] == [True, False, False])
    check("tasks are not for an authority", [">Ask " in pages[a] or "Ask " in pages[a] for a in AUDIENCES] == [True, True, False])
    check("the table of evidence is not for leadership", ['id="e1.1"' in pages[a] for a in AUDIENCES] == [True, False, True])
    check("every number leads somewhere", all(f'id="{x}"' in pages["technical"] for x in re.findall(r'href="#([^"]+)"', pages["technical"])))


def proofs_hold(d, case):
    """The pointers of the evidence lead to what they say."""
    page = written(os.path.join(d, "technical.html"))
    rows = re.findall(r'<tr id="e(\d+\.\d+)">.*?<span class="code">([0-9a-f]{16})</span>.*?finding: entry (\d+), leaf (\d+)<br>record: entry (\d+), leaf (\d+)', page, re.S)
    check("evidence has its finding and its proof", len(rows) > 50, len(rows))
    entries = list(map(json.loads, run("evidence", "log", case.folder + "/evidence", "--json").stdout.splitlines()))
    wrong = []
    for number, finding, entry, leaf, record_entry, record_leaf in rows[::17]:
        shown = run("evidence", "show", case.folder + "/evidence", finding).stdout
        if f"record {leaf} of the segment of entry {entry}\n" not in shown or entries[int(entry)].get("holds") != "findings" or entries[int(record_entry)].get("holds") != "records" or int(record_leaf) >= entries[int(record_entry)]["records"]:
            wrong.append((number, finding, shown[:300]))
    check("and the evidence says the same", not wrong, wrong[:2])


def hostile(d, passphrase):
    evil = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "\u202eRLO \u2066iso", "</style></title><svg/onload=alert(1)>", "&lt;b&gt; &amp;#60;", "a" * 20000, "\ue000Person 9\ue001", "{}{0}{:x}", "%n%s"]
    logs = os.path.join(d, "evil")
    os.mkdir(logs)
    lines = [made.process(n, 10, "ws-666", evil[n % len(evil)][:300], made.hidden(evil[(n + 3) % len(evil)])) for n in range(40)]
    put(os.path.join(logs, "<b>&'\"x.ndjson"), "\n".join(lines) + "\n")
    case = Case(d, "evil-case", passphrase, evil[0] + evil[2])
    case.scan(logs)
    for text in evil:
        case.do("note", text, "--about", "<i>" + text[:50])
        case.do("task", text)
    out = os.path.join(d, "evil.html")
    for more in ([], ["--for", "leadership"], ["--for", "authority", "--lang", "fr"]):
        p = case.report(out, *more)
        page = written(out) if p.returncode == 0 else ""
        tags = set(re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", page)) - {"html", "head", "meta", "title", "style", "body", "a", "header", "div", "span", "h1", "h2", "h3", "h4", "p", "main", "nav", "ol", "ul", "li", "section", "dl", "dt", "dd",
                                                         "strong", "br", "figure", "figcaption", "svg", "g", "line", "text", "rect", "path", "circle", "table", "thead", "tbody", "tr", "th", "td"}
        check(f"a hostile case is a harmless page {more}", p.returncode == 0 and not tags and "\u202e" not in page and "\ue000" not in page and "<U+202E>" not in page and not re.search(r"<[^>]*\son\w+=", page), (p.stderr, tags))
    check("of very long texts there is an end", len(page) < 3_000_000, len(page))
    return case


def paper(d, case):
    if not CHROMIUM:
        print("SKIPPED: no Chromium here; PDF and pictures were not made")
        return
    common = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={d}/chromium"]
    for name in (*AUDIENCES, "evil"):
        page, pdf = os.path.join(d, name + ".html"), os.path.join(d, name + ".pdf")
        p = subprocess.run([*common, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", "file://" + page], capture_output=True, timeout=300)
        data = open(pdf, "rb").read() if os.path.exists(pdf) else b""
        pages = len(re.findall(rb"/Type\s*/Page\b", data))
        check(f"{name}: prints as PDF, {pages} pages", data.startswith(b"%PDF") and pages >= 2, (p.stderr[-300:], len(data)))


def refusals(d, case, passphrase):
    inst = put(os.path.join(d, "with.yaml"), json.dumps({"version": 1, "people": [{"id": "p-0007", "name": "Alma Ferreira", "accounts": [{"name": "a.ferreira"}]}]}))
    own = Case(d, "with-institution", passphrase)
    logs = os.path.join(d, "few")
    os.mkdir(logs)
    put(os.path.join(logs, "x.ndjson"), "\n".join(made.process(n, 10, "ws-001", "a.ferreira", made.hidden()) for n in range(5)) + "\n")
    own.scan(logs, "--institution", inst)
    out = os.path.join(d, "no.html")
    for audience in AUDIENCES[1:]:
        p = own.report(out, "--for", audience)
        check(f"{audience} is refused where the scans had an institution and the report has none", p.returncode == 2 and "--institution" in p.stderr and not os.path.exists(out), p)
    p = own.report(out)
    check("technical is not", p.returncode == 0 and "a.ferreira" in written(out), p)
    p = own.report(out, "--for", "leadership", "--institution", inst)
    check("with it, it is made", p.returncode == 0 and "ferreira" not in written(out).lower() and "Person 1" in written(out), p)
    named = put(os.path.join(d, "named.yaml"), json.dumps({"version": 1, "people": [{"id": "p-0007", "name": "Alma Ferreira", "accounts": [{"name": "a.ferreira"}], "named_to": ["leadership"]}]}))
    p = own.report(out, "--for", "leadership", "--institution", named)
    check("whom the file lets be named is named to them", p.returncode == 0 and "a.ferreira" in written(out), p)
    p = own.report(out, "--for", "authority", "--institution", named)
    check("and to nobody else", p.returncode == 0 and "ferreira" not in written(out).lower(), p)
    before = len(own.exports())
    for words, why in ((["--out", os.path.join(d, "nowhere", "x.html")], ""), (["--out", d], ""), (["--out", os.path.join(own.folder, "x.html")], "another place"), (["--out", os.path.join(own.folder, "evidence", "x.html")], ""),
                       (["--out", out, "--institution", os.path.join(d, "none.yaml")], ""), (["--out", out, "--lang", "de"], ""), (["--out", out, "--for", "press"], ""), (["--out", out, "--tlp", "PINK"], ""), ([], "--out")):
        p = run("report", own.folder, *own.rest, *words)
        check(f"can't be: {words[-2:]}", p.returncode == 2 and p.stderr and why in p.stderr, p)
    p = run("report", os.path.join(d, "no-case"), "--out", out, *own.rest)
    check("what is no case is said to be none", p.returncode == 2 and "no such case" in p.stderr, p)
    if os.path.exists("/dev/full"):
        p = own.report("/dev/full")
        check("a full disk is said", p.returncode == 2 and "space" in p.stderr.lower(), p)
    check("what was not made is not on record as made", len(own.exports()) - before <= 1, own.exports()[before:])
    own.do("member", "--add", "Dekker", "--role", "lead")
    p = run("report", own.folder, "--out", out, "--passphrase-file", passphrase, "--who", "Eve")
    check("who is no member makes none", p.returncode == 1 and "no member" in p.stderr, p)
    check("the evidence verifies after all this, says either verifier", both(own.folder + "/evidence") == (0, 0))


def no_incident(d, passphrase):
    empty = Case(d, "empty", passphrase, "Nothing yet")
    out = os.path.join(d, "empty.html")
    p = empty.report(out)
    check("a case about nothing has a report that says so", p.returncode == 0 and "No incident is on record" in written(out) and "no scan is on record" in written(out), p)
    p = empty.report(out, "--lang", "fr", "--tlp", "RED")
    check("in French, too", p.returncode == 0 and "Aucun incident" in written(out) and '<html lang="fr">' in written(out) and "TLP:RED" in written(out), p)


def many_findings(d, passphrase):
    logs = os.path.join(d, "many")
    os.mkdir(logs)
    people = [made.person(n) for n in range(200)]
    lines = (made.process(n, 9 + n // 2500, f"ws-{n % 2:03}", people[n % 200]["account"], made.hidden(f"-File C:\\Users\\{people[n % 200]['account']}\\x{n}.ps1")) for n in range(10_000))
    put(os.path.join(logs, "many.ndjson"), "\n".join(lines) + "\n")
    case = Case(d, "many-findings", passphrase)
    case.scan(logs)
    inst = put(os.path.join(d, "many.yaml"), json.dumps({"version": 1, "people": [{"id": p["id"], "name": p["name"], "accounts": [{"name": p["account"]}]} for p in people]}, ensure_ascii=False))
    for audience in AUDIENCES:
        out, before = os.path.join(d, "many.html"), os.times()
        p = case.report(out, "--for", audience, "--institution", inst)
        after = os.times()  # of the processor: other programs run beside this
        took = after.children_user + after.children_system - before.children_user - before.children_system
        rows = written(out).count('<tr id="e')
        check(f"{audience}: 10,000 findings in {took:.2f} s of processor time, {os.path.getsize(out)} bytes, {rows} pieces of evidence", p.returncode == 0 and took < 5, p)


def main():
    with contextlib.ExitStack() as stack:
        d = KEEP or stack.enter_context(tempfile.TemporaryDirectory())
        os.makedirs(d, exist_ok=True)
        passphrase = put(os.path.join(d, "passphrase"), "words\n")
        case, people, items, hosts = planted(d, passphrase)
        registry = worked_on(d, passphrase)
        who_gets_what(d, registry)
        proofs_hold(d, registry)
        hostile(d, passphrase)
        refusals(d, case, passphrase)
        no_incident(d, passphrase)
        many_findings(d, passphrase)
        stable_names(d, case, people, items)
        paper(d, case)
        nothing_leaves(d, case, people, items, hosts)
    finish()


main()
