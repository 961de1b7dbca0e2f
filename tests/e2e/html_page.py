#!/usr/bin/env python3
"""The HTML page as its reader meets it, in a real browser.

usage: html_page.py CUSTOS [FOLDER]      with FOLDER, pictures of the page are left there

Nothing but Python and Chromium is needed; without Chromium the test is skipped, visibly.
"""
import collections, json, os, re, shutil, subprocess, sys, tempfile, time

import places
from browser import CELLS, Browser, Page

custos = os.path.abspath(sys.argv[1])
pictures = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
samples = os.path.join(places.ROOT, "content", "samples", "logs")
failures = []
LEVELS = ["critical", "high", "medium", "low", "informational"]


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {str(detail)[:600]}" if detail and not ok else ""), flush=True)
    if not ok:
        failures.append(name)


def grouped(n):
    return f"{n:,}"


HOSTILE = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def visible(text, lines=False):
    """A text as the page shows it: what would steer the display is spelled out; where lines are kept, all but their ends and tabs."""
    text = text.replace("\r\n", "\n") if lines else text
    return HOSTILE.sub(lambda m: m[0] if lines and m[0] in "\n\t" else f"<U+{ord(m[0]):04X}>", text)


def is_value(shown, value):
    """Whether this is the value, or its first KiB where it is longer."""
    if len(value.encode()) <= 1024:
        return shown == visible(value)
    return shown.startswith(visible(value.encode()[:1000].decode(errors="ignore")))


def is_entity(shown, e):
    """The value, and whose it is where that is known: each identity with what it rests on."""
    value, _, whose = shown.partition(" = ")
    known = e.get("identities", [])
    if not known:
        return is_value(shown, e["value"])
    return is_value(value, e["value"]) and all(visible(i["value"] or " or ".join(i["candidates"]) or "not known") in whose and visible(i["from"]) in whose for i in known)


class Scan:
    """One scan with both outputs: what the page must show is what the NDJSON says."""

    def __init__(self, folder, name, *args):
        self.page = os.path.join(folder, name + ".html")
        self.data = os.path.join(folder, name + ".ndjson")
        started = time.monotonic()
        p = subprocess.run([custos, "scan", *args, "--html", self.page, "--json", self.data], capture_output=True, timeout=900, cwd=folder)
        self.seconds = time.monotonic() - started
        if p.returncode not in (0, 1, 3):
            raise RuntimeError(p)
        with open(self.data, encoding="utf-8") as f:
            lines = [json.loads(l) for l in f]
        self.findings = [l for l in lines if l["type"] == "finding"]
        self.rejects = [l for l in lines if l["type"] == "reject"]
        self.coverage = lines[-1]
        self.levels = collections.Counter(f["level"] for f in self.findings)

    def having(self, word):
        """Findings in which the page's search must find a word."""
        def texts(f):
            r = f["rule"]
            yield from (r["title"], r["id"], r["description"], f["id"], f["log_source"], f["source"]["file"], f["raw"], *f["attack"])
            yield from (t.replace("_", " ").replace("-", " ") for t in f["tactics"])
            yield from (e["value"] for e in f["entities"])
            for m in f["matched"]:
                yield from (m["field"], m["value"])
        return [f for f in self.findings if any(word.lower() in t.lower() for t in texts(f))]

    def rare_word(self):
        """A word of exactly one finding, out of a value."""
        for f in self.findings:
            for m in f["matched"]:
                for word in re.findall(r"[A-Za-z0-9.-]{6,}", m["value"]):
                    if self.having(word) == [f]:
                        return word, f
        raise RuntimeError("no finding has a word of its own")


def loads_nothing(scan, what):
    text = open(scan.page, encoding="utf-8").read()
    outside = re.findall(r"""<[a-z][^<>]*\s(?:src|href|srcset|action|data|poster)\s*=\s*["']?(?!#|data:)[^"'>\s]+|<link\b[^>]*>|@import[^;]*|url\((?!["']?data:)[^)]*""", text)
    check(f"{what}: the file names nothing outside itself", not outside and "default-src 'none'" in text, outside[:3])


def no_faults(page, what):
    faults = page.faults()
    check(f"{what}: no exception, no console message, no request", not faults, faults[:5])


# --- what the page shows ---

def opens(page, scan):
    check("as many rows as findings", page.rows() == len(scan.findings), (page.rows(), len(scan.findings)))
    check("the list says how many", f"1 to {len(scan.findings)} of {len(scan.findings)}" in page.told(), page.told())
    tiles = page.js("Object.fromEntries([...document.querySelectorAll('.tiles li')].map(e => [e.querySelector('.level').lastChild.data.trim(), e.querySelector('.big').innerText]))")
    check("each level's number", tiles == {l: grouped(scan.levels[l]) for l in LEVELS}, tiles)
    rules = page.js("[...document.querySelectorAll('section[aria-labelledby=overview-title] tbody tr')].map(e => [e.querySelector('strong').textContent, e.querySelector('td.number').textContent])")
    counted = collections.Counter(f["rule"]["title"] for f in scan.findings)
    check("each rule with its number of findings", sorted(map(tuple, rules)) == sorted((t, grouped(n)) for t, n in counted.items()), rules)
    check("the verdict stands on top", page.js("document.querySelector('h1').innerText").startswith(f"{scan.levels['critical']} critical and {scan.levels['high']} high findings"))


def shows_every_finding(page, scan):
    """Opens each, and compares what is there with the finding of the same id in the NDJSON."""
    got = page.js("""(async () => { const out = {};
      for (const row of document.querySelectorAll('#list > tbody')) {
        row.querySelector('summary').click();
        for (let i = 0; i < 100 && !row.querySelector('.detail'); ++i) await new Promise(requestAnimationFrame);
        const cells = (sel) => [...row.querySelectorAll(sel)].map(e => [...e.cells].map(c => c.textContent));
        const list = (title) => { const out = {}, h = [...row.querySelectorAll('h4')].find(e => e.textContent === title);
          for (const dt of h?.nextElementSibling.querySelectorAll('dt') ?? []) (out[dt.textContent] ||= []).push(dt.nextElementSibling.textContent); return out; };
        const terms = list('By which rule'), entities = list('Who and what');
        out[terms.finding[0]] = { facts: [...row.rows[0].cells].map(c => c.textContent), matched: cells('table.plain tbody tr'), terms, entities,
          raw: row.querySelector('pre')?.textContent ?? '', meaning: row.querySelector('.meaning').textContent, places: [...row.querySelectorAll('ul.code li')].map(e => e.textContent) };
        row.querySelector('summary').click();
      } return out; })()""")
    check("every finding opens", got.keys() == {f["id"] for f in scan.findings}, (len(got), len(scan.findings)))
    wrong = collections.defaultdict(list)

    def same(what, f, there, expected):
        if there != expected:
            wrong[what].append((f["rule"]["title"], there, expected))

    for f in scan.findings:
        g, r = got.get(f["id"]), f["rule"]
        if not g:
            continue
        of = lambda kind: visible(", ".join(e["value"] for e in f["entities"] if e["kind"] == kind))
        same("level, time, title, host, user and count", f, g["facts"][0].split()[-1:] + g["facts"][1:],
             [f["level"], f["time"] or "no time", visible(r["title"]), of("host"), of("user"), grouped(f["count"])])
        same("matched fields and their places", f, [[field, offset] for field, _, offset in g["matched"]],
             [[visible(m["field"]) or "(anywhere in the record)", "not known" if m["offset"] is None else grouped(m["offset"])] for m in f["matched"]])
        same("matched values", f, [shown for (_, shown, _), m in zip(g["matched"], f["matched"]) if not is_value(shown, m["value"])], [])
        same("the raw record", f, g["raw"], visible(f["raw"], lines=True) if len(f["raw"].encode()) <= 8192 else g["raw"])
        same("what it means", f, g["meaning"], visible(r["description"], lines=True))
        place = lambda p: visible(p["file"]) + (f", record {grouped(p['record'])}" if p["record"] else "") + f", byte {grouped(p['offset'])}"
        same("where it stands", f, g["places"], [place(p) for p in [f["source"], *f["others"]]][:51])
        same("rule, file, hash and techniques", f, [g["terms"].get(k, [""])[0] for k in ("rule", "file", "SHA-256", "ATT&CK")],
             [r["id"], visible(r["path"]), r["hash"], ", ".join(f["attack"])])
        same("entities", f, all(any(is_entity(s, e) for s in g["entities"].get(visible(e["kind"]), [])) for e in f["entities"]), True)
    for what in ("level, time, title, host, user and count", "matched fields and their places", "matched values", "the raw record", "what it means", "where it stands",
                 "rule, file, hash and techniques", "entities"):
        check(f"an open finding shows as the NDJSON does: {what}", not wrong[what], wrong[what][:1])


def shows_coverage(page, scan):
    c = scan.coverage
    there = page.js("Object.fromEntries([...document.querySelectorAll('.facts dt')].map(e => [e.innerText, e.nextElementSibling.innerText]))")
    check("coverage: files", there["Files"] == f"{grouped(c['files'])}: {grouped(c['sources_whole'])} read whole, {grouped(c['sources_partial'])} in part, {grouped(c['sources_unread'])} not at all",
          there["Files"])
    check("coverage: events, by format", f" {grouped(c['events'])} event" in there["Read"] and all(f"{k} {grouped(n)}" in there["Read"] for k, n in c["events_by_format"].items()), there["Read"])
    check("coverage: stretches not understood", there["Not understood"].startswith(grouped(c["rejects"]) if c["rejects"] else "nothing"), there["Not understood"])
    rules = c["rules"]
    check("coverage: rules", all(f"{grouped(rules[k])} {w}" in there["Rules"] for k, w in
          (("loaded", "loaded"), ("refused", "refused"), ("without_telemetry", "without telemetry"), ("correlations", "correlation"), ("filters", "filter"))), there["Rules"])
    gaps, missing = sum(s["gap_count"] for s in c["sources"]), sum(s["missing"] for s in c["sources"])
    check("coverage: gaps", there["Gaps"] == "none seen" if not gaps else there["Gaps"].startswith(grouped(missing)) and f" {grouped(gaps)} place" in there["Gaps"], there["Gaps"])
    check("coverage: clocks", [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", there["Clocks"])] == [sum(s[k] for s in c["sources"]) for k in ("backwards", "in_future", "without_time")],
          there["Clocks"])
    b = c["behavior"]
    check("coverage: behaviour", f"judged to {b['judged_until'][:10]}" in there["Behaviour"] and f": {grouped(b['findings'])} finding" in there["Behaviour"] if b["on"] and not b["why_not"]
          else there["Behaviour"].startswith("not judged: " + visible(b["why_not"])), there["Behaviour"])
    tables = page.js("Object.fromEntries([...document.querySelectorAll('#coverage details')].map(e => [e.querySelector('.scroll').getAttribute('aria-label'), "
                     "[...e.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.textContent))]))")
    every = [[visible(s["file"]), s["format"], grouped(s["bytes"]), grouped(s["events"])] for s in c["sources"]]
    check("coverage: every file with its format, bytes and events", [[r[0], r[1], r[3], r[4]] for r in tables.get("Every file", [])] == every)
    bad = sorted((visible(s["file"]), visible(s["why"])) for s in c["sources"] if s["state"] != "whole")
    check("coverage: what was not read, and why", sorted((r[0], r[2]) for r in tables.get("Not read, or not whole", [])) == bad, tables.get("Not read, or not whole"))
    lost = sorted((visible(r["source"]["file"]), grouped(r["source"]["offset"]), visible(r["reason"])) for r in scan.rejects if r["scope"] == "record")
    check("coverage: each stretch with its place", sorted((r[0], r[1], r[3]) for r in tables.get("Not understood", [])) == lost, tables.get("Not understood"))
    check("coverage: the page says whether it is whole", ("Not everything was read" in page.text()) == (not c["complete"]))


# --- what the page does ---

def searches(page, scan):
    everything = len(scan.findings)
    word, only = scan.rare_word()
    page.write("#f-text", word)
    check("a word of one finding leaves that one", page.settled(1) and page.titles() == [only["rule"]["title"]], (word, page.titles()))
    check("and says of how many", f"of 1 that fit, {everything} in all" in page.told(), page.told())
    page.write("#f-text", word.upper())
    check("capitals make no difference", page.settled(1))
    host = collections.Counter(e["value"] for f in scan.findings for e in f["entities"] if e["kind"] == "host").most_common(1)[0][0]
    here = scan.having(host)
    other = next(w for f in here for w in f["rule"]["title"].split() if 0 < sum(f in here for f in scan.having(w)) < len(here))
    page.write("#f-text", f"{other}  {host}")
    check("several words must all be there", page.settled(sum(f in here for f in scan.having(other))), (host, other, page.rows()))
    check("the number of hits is seen beside the search", page.js("(() => { const t = document.getElementById('told').getBoundingClientRect(); return t.height > 0 && t.top > 0 && t.bottom < innerHeight; })()"))
    page.write("#f-text", "nosuchwordanywhere")
    check("a word of none leaves none", page.settled(0))
    check("and a sentence says so", "No finding fits" in page.told() and page.js("(() => { const b = document.getElementById('told').getBoundingClientRect(); return b.height > 0; })()"), page.told())
    page.picture("nothing-fits", "#findings")
    page.write("#f-text", "")
    check("an empty search shows all again", page.settled(everything))


def filters(page, scan):
    everything = len(scan.findings)
    present = [l for l in LEVELS if scan.levels[l]]
    for l in present:
        page.click(f"label:has(#f-{l})")
        check(f"without {l} the others are left", page.settled(everything - scan.levels[l]), page.rows())
        page.click(f"label:has(#f-{l})")
    for l in present[1:]:
        page.click(f"label:has(#f-{l})")
    check(f"{present[0]} alone", page.settled(scan.levels[present[0]]) and page.js(f"document.querySelectorAll('#list > tbody.{present[0]}').length") == scan.levels[present[0]])
    page.click("#show-all")
    check("'Show all again' does", page.settled(everything))

    entity = lambda kind: collections.Counter(v for f in scan.findings for v in {e["value"] for e in f["entities"] if e["kind"] == kind})
    expected = {"f-host": entity("host"), "f-source": collections.Counter(f["source"]["file"] for f in scan.findings),
                "f-rule": collections.Counter("Unusual behaviour" if f["rule"]["kind"] == "behavior" else f["rule"]["title"] for f in scan.findings),
                "f-tactic": collections.Counter(t.replace("_", " ").replace("-", " ") for f in scan.findings for t in f["tactics"])}
    for name, counts in expected.items():
        options = page.js(f"[...document.querySelectorAll('#{name} option')].slice(1).map(o => [o.value, o.textContent])")
        plain = (lambda v: v.lower()) if name == "f-tactic" else (lambda v: v)
        check(f"{name}: every value with its number", sorted(t.lower() for _, t in options) == sorted(visible(f"{v} ({grouped(n)})").lower() for v, n in counts.items()), options)
        value = options[0][0]
        page.choose("#" + name, value)
        check(f"{name}: the first choice leaves its own", page.settled(counts[plain(value)]), (value, page.rows(), counts))
        page.click("#show-all")
        page.settled(everything)

    severity = {l: i for i, l in enumerate(LEVELS)}
    clock = lambda f: f["time"] or "9999"
    orders = {"severe": lambda f: (severity[f["level"]], clock(f)), "oldest": clock, "records": lambda f: -f["count"]}
    for value in ("newest", "oldest", "records", "severe"):
        page.choose("#f-order", value)
        there = page.js("[...document.querySelectorAll('#list > tbody > tr:first-child')].map(r => [r.cells[1].textContent, r.cells[2].textContent])")
        if value == "newest":
            check("order: newest first", [t for t, _ in there] == sorted((f["time"] for f in scan.findings), reverse=True), there[:4])
        else:
            # Equal ones stand as they came, which is by time.
            check(f"order: {value}", there == [[f["time"], f["rule"]["title"]] for f in sorted(sorted(scan.findings, key=clock), key=orders[value])], there[:4])


def charts(page, scan, what=""):
    everything = len(scan.findings)
    bars = page.js("[...document.querySelectorAll('#chart g')].map(g => [g.querySelector('title').textContent, g.querySelectorAll('rect').length])")
    total = sum(int(n.replace(",", "")) for title, _ in bars for n in re.findall(r"([\d,]+) (?:critical|high|medium|low|informational)", title))
    check(f"{what}the chart's bars add up to all findings with a time", total == sum(f["time"] is not None for f in scan.findings), (total, bars[:3]))
    seen = page.js("(() => { const box = document.getElementById('chart').getBoundingClientRect(); const bars = [...document.querySelectorAll('#chart g rect')].map(r => r.getBoundingClientRect()); "
                   "return bars.length > 0 && bars.every(b => b.width >= 1 && b.height >= 1 && b.left >= box.left - 1 && b.right <= box.right + 1 && b.top >= box.top && b.bottom <= box.bottom); })()")
    check(f"{what}every bar has a size and stands inside the chart", seen)
    page.drag("#chart", 0.25, 0.75)
    low, high = page.js("[document.getElementById('f-from').value, document.getElementById('f-to').value]")
    # RFC 3339 in UTC sorts as text once the fractions are as long as each other.
    long = lambda t: t[:-1].ljust(19, ".").replace("Z", "") + ("" if "." in t else ".000")
    inside = [f for f in scan.findings if f["time"] and low and long(low) <= long(f["time"]) <= long(high)]
    check(f"{what}the stretch's times can be read in their fields", page.js("['f-from', 'f-to'].every(id => { const e = document.getElementById(id); return e.value && e.scrollWidth <= e.clientWidth; })"), (low, high))
    check(f"{what}dragging over a stretch of the chart leaves its findings", low and page.settled(len(inside)) and 0 < len(inside) < everything, (low, high, page.rows(), len(inside)))
    page.picture("dragged" + what.strip(": "), "#findings")
    page.click("#chart")
    check(f"{what}a click on the chart shows all again", page.settled(everything), page.rows())


def times_typed(page, scan):
    everything = len(scan.findings)
    day = sorted(f["time"] for f in scan.findings)[len(scan.findings) // 2][:10]
    page.write("#f-from", day)
    page.enter()
    expected = sum(f["time"] >= day for f in scan.findings)
    check("a day typed as beginning leaves what is later", page.settled(expected) and expected < everything, (day, page.rows(), expected))
    page.write("#f-from", "yesterday or so")
    page.enter()
    check("a time that is none is marked and explained", page.js("document.getElementById('f-from').getAttribute('aria-invalid')") == "true" and "not understood" in page.told(), page.told())
    page.click("#show-all")
    check("and 'Show all again' mends it", page.settled(everything) and not page.js("document.getElementById('f-from').hasAttribute('aria-invalid')"))


def keyboard(browser, scan):
    with Page(browser, scan.page) as page:
        reached, hidden, unmarked, searched = [], [], [], None
        for _ in range(200):
            page.tab()
            name, where, marked = page.js("""(() => { const e = document.activeElement, b = e.getBoundingClientRect(), bar = document.querySelector('header').getBoundingClientRect().bottom;
              const inBar = e.closest('header') !== null || e.classList.contains('skip');
              return [e.id || (e.closest('#list') ? 'finding ' : '') + e.tagName.toLowerCase(), b.height > 0 && b.bottom > (inBar ? 0 : bar) && b.top < innerHeight, getComputedStyle(e).outlineStyle !== 'none']; })()""")
            reached.append(name)
            if not where:
                hidden.append(name)
            if not marked:
                unmarked.append(name)
            if name == "f-text":
                word, only = scan.rare_word()
                page.call("Input.insertText", text=word)
                searched = page.settled(1)
            if name == "finding summary":
                break
        check("Tab reaches the search, and what is typed there searches", searched is True, reached)
        check("Tab reaches every filter on the way", {"f-critical", "f-text", "f-tactic", "f-host", "f-rule", "f-source", "f-from", "f-to", "f-order", "show-all"} <= set(reached), reached)
        check("Tab reaches the findings", reached[-1] == "finding summary", reached)
        check("what has the focus is seen and marked", not hidden and not unmarked, (hidden, unmarked))
        page.enter()
        check("Enter opens a finding", page.wait("document.querySelector('#list .detail')?.innerText.includes('What matched')")[0])
        page.enter()
        check("Enter closes it again", page.wait("!document.querySelector('#list details').open")[0])
        names = page.call("Accessibility.getFullAXTree")["nodes"]
        roles = {"textbox", "searchbox", "checkbox", "combobox", "button", "link", "DisclosureTriangle", "region"}
        nameless = [n["role"]["value"] for n in names if not n.get("ignored") and n["role"]["value"] in roles and not n.get("name", {}).get("value")]
        check("every control has a name for screen readers", not nameless, nameless)
        no_faults(page, "by keyboard")


def looks(browser, scan, what):
    """Wide and narrow, light and dark, closed and open, on paper: nothing stands out at the side, and all can be read."""
    for size, width in (("wide", 1280), ("middle", 1110), ("narrow", 400)):
        for scheme in ("light", "dark"):
            with Page(browser, scan.page, width, 800, dark=scheme == "dark") as page:
                told = f"{what}, {size}, {scheme}"
                page.picture(f"{what}-{size}-{scheme}")
                page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
                page.wait("[...document.querySelectorAll('#list details')].every(d => d.childElementCount > 1)")
                check(f"{told}: no scrolling sideways", not page.overflow(), page.overflow())
                aside = page.js("[...document.querySelectorAll('.scroll:has(> .rules), .scroll:has(> #list)')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.scrollWidth + ' > ' + e.clientWidth)")
                check(f"{told}: rules and findings are seen whole", not aside, aside)
                mixed = page.js(CELLS)
                check(f"{told}: no text runs into the next column", not mixed, mixed[:5])
                faint = page.faint()
                check(f"{told}: all texts can be read", not faint, faint[:5])
                page.js("document.querySelectorAll('#list details').forEach((d, i) => { d.open = i === 0; })")
                page.picture(f"{what}-{size}-{scheme}-findings", "#findings", 1600)
                page.picture(f"{what}-{size}-{scheme}-coverage", "#coverage", 1600)
                no_faults(page, told)
    with Page(browser, scan.page) as page:
        # In one go: a browser takes the page as it is once its listeners have returned.
        told = page.js("dispatchEvent(new Event('beforeprint')), [...document.querySelectorAll('#list details')].every(d => d.open && d.querySelector('.detail'))")
        check(f"{what}, on paper: every finding of the list is spelled out", told)
        for scheme in ("light", "dark"):
            page.media("print", scheme == "dark")
            faint = page.faint()
            check(f"{what}, on paper, {scheme}: all texts can be read", not faint, faint[:5])
        page.picture(f"{what}-paper", "#findings", 1600)


def without_script(browser, scan, what):
    with Page(browser, scan.page, scripts=False) as page:
        shown = min(200, len(scan.findings))
        check(f"{what}, without scripts: the most severe are listed", page.rows() == shown, page.rows())
        check(f"{what}, without scripts: what needs scripts is not shown", not page.js("document.getElementById('f-text').checkVisibility()"))
        page.click("#list summary")
        check(f"{what}, without scripts: a finding opens", page.js("document.querySelector('#list .detail').checkVisibility()") and "What matched" in page.text())
        shows_coverage(page, scan)
        if shown == len(scan.findings):
            shows_every_finding(page, scan)
        no_faults(page, f"{what}, without scripts")


# --- the pages ---

RULE = """title: '<script>window.x=1</script>{title}'
id: 11111111-1111-4111-8111-11111111111{n}
status: test
description: 'Means "><img src=x onerror=window.x=1> nothing. </script><script>window.x=1</script>'
author: '<b onmouseover=window.x=1>nobody</b>'
logsource: {{product: windows, service: system}}
detection:
  event: {{EventID: 777}}
  note:
    Note|contains: '{word}'
  condition: event and note
level: {level}
falsepositives: ['</li></ul><script>window.x=1</script>']
tags: [attack.execution, attack.t1059]
"""
EVIL = ["<script>window.x=1</script>", "\"><img src=x onerror=window.x=1>", "</script><script>window.x=1</script>", "<!--<script>", "]]></style><svg onload=window.x=1>",
        "' onmouseover='window.x=1", "&lt;script&gt;window.x=1&lt;/script&gt;", "javascript:window.x=1", "\u202egpj.exe\u202c and \u2066hidden\u2069", "bell \a escape \x1b[31m red \0 zero",
        "line\u2028two\u2029three", "W" * 5000, "wide \U0001F40D\u4e2d\u6587 " * 200, "__proto__", "${window.x=1}", "{{window.x=1}}", "a\r\nb\tc", "\x85\ufeff\u061c"]


def rules(folder, word, level="high", title=" in a title", n=1):
    os.makedirs(os.path.join(folder, "rules"), exist_ok=True)
    with open(os.path.join(folder, "rules", f"{n}.yml"), "w") as f:
        f.write(RULE.format(word=word, level=level, title=title, n=n))
    return ["--no-builtin-rules", "--rules", "rules"]


def hostile_log(folder):
    """Each evil text as a value, a host and a user; in a file whose name is no better. Among them an event without a time."""
    name = os.path.join(folder, "<img src=x onerror=window.x=1>\u202e.ndjson")
    with open(name, "w", encoding="utf-8") as f:
        for i, evil in enumerate(EVIL):
            event = {"@timestamp": f"2026-03-15T10:{i:02}:00Z", "Channel": "System", "Provider_Name": evil, "EventID": 777, "EventRecordID": i + 1, "Computer": evil,
                     "TargetUserName": evil, "Note": f"evil {evil}", f"<b>{evil[:50]}": evil}
            if i == 3:
                del event["@timestamp"]
            f.write(json.dumps(event, ensure_ascii=i % 2 == 0) + "\n")
        f.write('{"Channel":"<script>window.x=1</script>","Ev')
    return name


def hostile_page(browser, folder):
    scan = Scan(folder, "hostile", hostile_log(folder), *rules(folder, "evil"))
    check("hostile: every event is a finding", len(scan.findings) == len(EVIL), len(scan.findings))
    loads_nothing(scan, "hostile")
    for guarded in (True, False):  # the policy must not be what keeps it harmless
        what = "hostile" if guarded else "hostile, without the page's policy"
        with Page(browser, scan.page, guarded=guarded) as page:
            check(f"{what}: as many rows as findings", page.rows() == len(EVIL), page.rows())
            if guarded:
                shows_every_finding(page, scan)
                shows_coverage(page, scan)
            page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            page.wait("[...document.querySelectorAll('#list details')].every(d => d.childElementCount > 1)")
            for text in ("<script>", "onerror=window.x=1", "\u202e"):
                page.write("#f-text", text)
                page.wait("document.getElementById('told').textContent.length > 0")
            page.write("#f-text", "<script>window.x=1</script> \"><img")
            check(f"{what}: markup can be searched for", page.settled(len(EVIL)), page.rows())
            page.write("#f-text", "WWWW")
            check(f"{what}: a value that was cut is said to be", page.settled(1) and page.js("document.querySelector('#list summary').click()") is None
                  and page.wait("document.querySelector('#list .detail')?.innerText.includes('longer than 1 KiB')")[0])
            page.write("#f-text", "gpj.exe")
            check(f"{what}: a steered text can be searched for", page.settled(1), page.rows())
            page.write("#f-text", "")
            page.settled(len(EVIL))
            page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            strange = page.js("[...document.querySelectorAll('img, iframe, object, embed, link, b, body script:not(:last-of-type), [onerror], [onload], [onmouseover], [style]')].map(e => e.outerHTML.slice(0, 100))")
            check(f"{what}: no text became an element", not strange, strange[:3])
            check(f"{what}: nothing of it ran", page.js("typeof window.x") == "undefined")
            raw = page.js("(() => { const all = [document.body.innerText, ...[...document.querySelectorAll('option, title')].map(e => e.textContent)].join('\\n'); "
                          "return all.match(/[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]/g); })()")
            check(f"{what}: what would steer the display is spelled out", not raw and "<U+202E>" in page.text() and "<U+001B>" in page.text(), raw)
            no_faults(page, what)
    looks(browser, scan, "hostile")
    without_script(browser, scan, "hostile")


def big_page(browser, folder, many=20_000):
    log = os.path.join(folder, "many.log")
    with open(log, "w") as f:
        for i in range(many):
            t = f"2026-03-{1 + i // 1000:02}T{i // 60 % 24:02}:{i % 60:02}:{i % 59:02}Z"
            f.write(json.dumps({"@timestamp": t, "Channel": "System", "Provider_Name": "x", "EventID": 777, "EventRecordID": i + 1, "Computer": f"host-{i % 37}",
                                "TargetUserName": f"user{i % 501}", "Note": f"evil number n{i}n " + "and more words of it " * 20}) + "\n")
    rules(folder, "evil", "medium", " of many", 1)
    scan = Scan(folder, "many", log, *rules(folder, "n1", "high", " of some", 2))
    total = len(scan.findings)
    check(f"{grouped(many)} events: more findings than events", total > many, total)
    with Page(browser, scan.page) as page:
        check("many: the list begins", page.rows() == 50 and f"1 to 50 of {grouped(total)}" in page.told(), page.told())
        timings = [f"scan {scan.seconds:.2f} s", f"page {os.path.getsize(scan.page) / 1e6:.1f} MB opens {page.seconds:.2f} s"]
        for word in ("n19998n", "host-3 user77", "nosuchword"):
            expected = len(set.intersection(*({f["id"] for f in scan.having(w)} for w in word.split())))
            before = page.told()
            page.write("#f-text", word)
            page.wait(f"document.getElementById('told').textContent !== {json.dumps(before)}")
            working = page.js("(() => { const t = performance.now(); document.getElementById('f-order').dispatchEvent(new Event('input', { bubbles: true })); return performance.now() - t; })()")
            timings.append(f"'{word}' {working:.0f} ms")
            check(f"many: '{word}' finds", page.rows() == min(50, expected) and (f"of {grouped(expected)} that fit" in page.told() if expected else "No finding fits" in page.told()), (expected, page.told()))
        page.click("#show-all")
        page.settled(50)
        page.click("#next")
        check("many: the next page", f"51 to 100 of {grouped(total)}" in page.told() and page.js("document.querySelector('#list').getBoundingClientRect().top >= 0"), page.told())
        page.click("#previous")
        check("many: and back", f"1 to 50 of {grouped(total)}" in page.told(), page.told())
        page.click("#list > tbody:nth-of-type(7) summary")
        check("many: a finding opens", page.wait("document.querySelector('#list .detail')?.innerText.includes('What matched')")[0])
        page.picture("many", "#findings", 1600)
        no_faults(page, "many")
        print("figures " + ", ".join(timings))
    without_script(browser, scan, "many")


def empty_page(browser, folder):
    log = os.path.join(folder, "quiet.log")
    with open(log, "w") as f:
        f.write('{"Channel":"System","Provider_Name":"x","EventID":1,"@timestamp":"2026-03-15T10:00:00Z"}\n' * 3)
    scan = Scan(folder, "quiet", log)
    with Page(browser, scan.page) as page:
        check("no finding: the page says so", not scan.findings and "No rule found anything" in page.text() and page.rows() == 0, page.text()[:300])
        check("no finding: no filters for nothing", not page.js("[...document.querySelectorAll('input, select, svg')].some(e => e.checkVisibility())"))
        shows_coverage(page, scan)
        check("no finding: no scrolling sideways", not page.overflow())
        page.picture("quiet")
        no_faults(page, "no finding")


def sample_page(browser, folder):
    # The Windows events alone: at most as many findings as the page shows at a time, of four levels.
    scan = Scan(folder, "samples", os.path.join(samples, "windows"))
    check("the samples' findings know whose their names are", any(i["value"] for f in scan.findings for e in f["entities"] for i in e.get("identities", [])))
    check("the samples have findings of several levels", len(scan.findings) > 10 and len(scan.levels) > 3, scan.levels)
    loads_nothing(scan, "samples")
    with Page(browser, scan.page) as page:
        opens(page, scan)
        shows_every_finding(page, scan)
        shows_coverage(page, scan)
        searches(page, scan)
        filters(page, scan)
        charts(page, scan)
        times_typed(page, scan)
        page.size(400, 800)
        page.wait("document.getElementById('chart').viewBox.baseVal.width < 400")
        charts(page, scan, "narrow: ")
        no_faults(page, "samples")
    keyboard(browser, scan)
    looks(browser, scan, "samples")
    without_script(browser, scan, "samples")


class MadeUp:
    """A page that custos_share_test wrote: findings of behaviour, made up and hostile."""

    def __init__(self, folder, tests):
        self.page = os.path.join(folder, "behavior.html")
        p = subprocess.run([tests, "--gtest_filter=Html.APageOfBehaviorForTheBrowser"], capture_output=True, timeout=300, env={**os.environ, "CUSTOS_PAGE_OF_BEHAVIOR": self.page})
        if p.returncode:
            raise RuntimeError(p)


REASON = """(() => { const d = [...document.querySelectorAll('#list > tbody')].find(b => b.querySelector('td.title').textContent === 'Unusual behaviour of ws-014');
  d.querySelector('details').open = true; d.querySelector('details').fill?.();
  const r = d.querySelectorAll('.reason'), svg = r[0]?.querySelector('svg'), box = (e) => e.getBoundingClientRect();
  return { reasons: r.length, text: r[0]?.innerText, evidence: r[0]?.querySelectorAll('.evidence li').length, name: svg?.getAttribute('aria-label'), role: svg?.getAttribute('role'),
    longs: [...svg?.querySelectorAll('rect') ?? []].map(e => box(e).width), figures: [...svg?.querySelectorAll('.s-figure') ?? []].map(e => e.textContent),
    outside: [...d.querySelectorAll('.reason text')].filter(e => box(e).right > box(e.closest('svg')).right + 1).map(e => e.textContent),
    crossed: [...d.querySelectorAll('.reason svg')].flatMap(s => [...s.querySelectorAll('g')].filter(g => { const [l, r] = [g.querySelector('text'), g.querySelector('rect')].map(box);
      return l.right > r.left && l.bottom > r.top + 2 && l.top < r.bottom && r.width > 0; }).map(g => g.textContent)) }; })()"""


def behavior_page(browser, folder):
    tests = os.path.join(os.path.dirname(custos), "custos_share_test")
    if not os.path.exists(tests):
        print("SKIPPED: the page of behaviour, custos_share_test is not built")
        return
    made = MadeUp(folder, tests)
    loads_nothing(made, "behaviour")
    for size, width in (("wide", 1280), ("narrow", 400)):
        for scheme in ("light", "dark"):
            with Page(browser, made.page, width, 800, dark=scheme == "dark") as page:
                told = f"behaviour, {size}, {scheme}"
                r = page.js(REASON)
                check(f"{told}: each reason with its sentence and how rare it is", r["reasons"] == 2 and "every 60 s, 1,391 times" in r["text"]
                      and "less than 1 in 10,000 ordinary days (p = 0.000083)" in r["text"] and "command and control" in r["text"], r)
                check(f"{told}: the records behind it", r["evidence"] == 20 and "record 5, byte 1,000" in r["text"] and "and 10 more records" in r["text"], r)
                longs = r["longs"]
                check(f"{told}: bars as long as their figures", len(longs) == 24 and longs[0] == 0 and 0.95 < longs[2] / longs[3] * 60 / 58 < 1.05 and longs[3] > width / 10 and r["figures"][2] == "58", r)
                check(f"{told}: the chart has a name that says the figures", r["role"] == "img" and "connections an hour (connections): 0 h 0, " in r["name"] and "23 h 58" in r["name"], r["name"])
                check(f"{told}: no figure is cut off, no label crosses a bar", not r["outside"] and not r["crossed"], (r["outside"], r["crossed"]))
                page.picture(f"behaviour-{size}-{scheme}", "#list > tbody:has(.reason)", 1100)
                page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
                page.wait("[...document.querySelectorAll('#list details')].every(d => d.childElementCount > 1)")
                check(f"{told}: no scrolling sideways", not page.overflow(), page.overflow())
                faint = page.faint()
                check(f"{told}: all texts can be read", not faint, faint[:5])
                no_faults(page, told)
    for guarded in (True, False):
        with Page(browser, made.page, guarded=guarded) as page:
            page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            page.wait("[...document.querySelectorAll('#list details')].every(d => d.childElementCount > 1)")
            strange = page.js("[...document.querySelectorAll('#list script, #list img, #list [onload], #list [onerror], #list [style], #list b')].map(e => e.outerHTML.slice(0, 100))")
            shown = page.js("[...document.querySelectorAll('.reason')].filter(e => e.textContent.includes('<img src=x onerror=alert(1)>')).length")
            check("behaviour: a hostile name stays text" + ("" if guarded else ", without the page's policy"), not strange and shown >= 3, (strange[:3], shown))
            no_faults(page, "behaviour, hostile")
    with Page(browser, made.page) as page:
        everything = page.js("Number(document.getElementById('told').textContent.match(/of (\\d+)/)[1])")
        page.write("#f-text", "administrative share ws-022")
        check("behaviour: a reason can be searched for", page.settled(1) and page.titles() == ["Unusual behaviour of ws-022"], page.titles())
        page.click("#show-all")
        page.settled(min(50, everything))
        page.choose("#f-rule", "Unusual behaviour")
        page.wait("document.getElementById('told').textContent.includes('that fit')")
        check("behaviour: one choice for all its findings", page.js("[...document.querySelectorAll('#list td.title')].every(e => e.textContent.startsWith('Unusual behaviour of '))"), page.titles())
        no_faults(page, "behaviour, searched")
    with Page(browser, made.page, scripts=False) as page:
        page.click("#list > tbody:has(.reason) summary")
        check("behaviour, without scripts: reasons and figures", page.js("document.querySelector('#list .reason').checkVisibility()") and "connections an hour (connections)" in page.text()
              and page.js("document.querySelectorAll('#list .figures')[0].rows.length") == 24)
        page.picture("behaviour-without-script", "#list > tbody:has(.reason)", 1100)
        no_faults(page, "behaviour, without scripts")


def start(chromium, folder):
    """The sandbox refuses to run as root, and can't where a container allows no user namespaces: the pages here are our own."""
    if os.geteuid() != 0:
        try:
            return Browser(chromium, folder, True, pictures)
        except (RuntimeError, OSError):
            pass
    return Browser(chromium, folder, False, pictures)


def main():
    chromium = shutil.which("chromium")
    if not chromium:
        print("SKIPPED: Chromium is not installed (on Debian: apt-get install chromium)")
        return places.SKIPPED
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = start(chromium, folder)
        try:
            print(browser.version)
            for part in (behavior_page, sample_page, hostile_page, big_page, empty_page):
                where = os.path.join(folder, part.__name__)
                os.mkdir(where)
                part(browser, where)
        finally:
            browser.close()
    print(f"{len(failures)} failed" if failures else "all passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
