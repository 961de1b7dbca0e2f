"""What tests of reports are made of: a case's logs with names planted in many spellings and encodings, institutions that protect some of them, and a
searcher for what must not leave. The searcher shares nothing with custos but docs/formats/report.md: it is written from that page alone."""
import base64, codecs, functools, html, html.parser, ipaddress, json, random, re, unicodedata, urllib.parse

FIRST = ["Mercy", "Anna", "Jürgen", "José", "Wei", "Zoë", "Ingrid", "Oluwaseun", "Fatima", "Søren", "Björk", "Nikolai", "Aoife", "Łukasz", "Chloé", "Dmitri", "Eun-ji", "Ravi", "Thandiwe", "Xóchitl"]
LAST = ["Osei", "Hoekstra", "Müller", "García", "Li", "O'Brien", "van der Berg", "Adeyemi", "al-Haddad", "Kjærgaard", "Guðmundsdóttir", "Petrov", "Ní Bhriain", "Wójcik", "Lefèvre", "Ivanova", "Kim",
        "Chatterjee", "Nkosi", "Quispe", "Young", "May", "Stage", "Host"]
FOLDERS = ["witnesses", "victims", "sealed", "indictments", "presidency", "chambers", "medical", "protection"]


def person(n):
    first, last = FIRST[n % len(FIRST)], LAST[(n * 7 + n // len(FIRST)) % len(LAST)]
    account = re.sub("[^a-z0-9.]", "", unicodedata.normalize("NFKD", f"{first[0]}.{last}").lower()) + str(n)
    return {"id": f"p-{n:04}", "name": f"{last}, {first}" if n % 2 else f"{first} {last}", "first": first, "last": last, "account": account,
            "mail": f"{account}@court.example.org", "sid": f"S-1-5-21-2221450025-1330684122-2676427458-{3000 + n}"}


def item(n):
    return {"id": f"item-{FOLDERS[n % len(FOLDERS)]}-{n}", "title": f"File {FOLDERS[n % len(FOLDERS)]} of chamber {n}", "path": f"\\\\fs{n % 3}\\cases\\{FOLDERS[n % len(FOLDERS)]}{n}"}


def host(n):
    return {"name": f"ws-{n:03}", "address": f"10.20.{4 + n // 200}.{n % 200 + 1}"}


def spellings(p, chance):
    """One text of a person, as logs and people write it."""
    first, last, account = p["first"], p["last"], p["account"]
    plain = chance.choice([f"{first} {last}", f"{last}, {first}", f"{last} {first}".upper(), account, account.upper(), p["mail"], f"COURT\\{account}", p["sid"], first, last,
                           "".join(chr(0xFEE0 + ord(c)) if "!" <= c <= "~" else c for c in f"{first} {last}"), "\u00ad".join(last), "\u200b".join(account), f"C:\\Users\\{account}\\x.txt",
                           f"{last}'s", f"the_{last}_file", f"{first}\u202e {last}", unicodedata.normalize("NFD", f"{first} {last}")])
    encodings = [lambda t: t, lambda t: t, lambda t: urllib.parse.quote(t, safe=""), lambda t: "".join(f"%{b:02x}" for b in t.encode()), lambda t: urllib.parse.quote(urllib.parse.quote(t)),
                 lambda t: "".join(f"&#{ord(c)};" for c in t), lambda t: "".join(f"&#x{ord(c):X};" for c in t), lambda t: base64.b64encode(("dir of " + t + " end").encode()).decode(),
                 lambda t: base64.b64encode(("dir of " + t + " end").encode("utf-16-le")).decode(), lambda t: base64.urlsafe_b64encode(("a file of " + t).encode("utf-16-be")).decode(),
                 lambda t: ("type " + t + ".doc").encode().hex(), lambda t: json.dumps(t)[1:-1], lambda t: base64.b64encode(urllib.parse.quote("dir of " + t + " end").encode()).decode(),
                 lambda t: "<b>" + t[:2] + "</b>" + t[2:]]
    return chance.choice(encodings)(plain)


def process(n, day, computer, account, command, sid="S-1-5-21-2221450025-1330684122-2676427458-2202"):
    """A program that was started, as Sysmon writes it; hidden PowerShell with an encoded command, which the shipped rules find."""
    time = f"2026-11-{day:02}T{8 + n // 3600 % 12:02}:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03}Z"
    power = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
    return json.dumps({"Event": {"System": {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}}, "EventID": 1, "Version": 5, "TimeCreated": {"#attributes": {"SystemTime": time}}, "EventRecordID": n + 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": f"{computer}.court.example.org"},
        "EventData": {"UtcTime": time.replace("T", " ")[:-1], "ProcessGuid": f"{n:08x}-0000-0000-0000-000000000000", "ProcessId": n % 60000, "Image": power, "OriginalFileName": "PowerShell.EXE",
                      "CommandLine": command, "CurrentDirectory": "C:\\", "User": f"COURT\\{account}", "LogonId": hex(n), "IntegrityLevel": "Medium",
                      "ParentImage": "C:\\Windows\\explorer.exe", "ParentCommandLine": "explorer.exe", "ParentUser": f"COURT\\{account}"}}}, ensure_ascii=False)


def hidden(more=""):
    return f"powershell.exe -NoP -W Hidden -Enc VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAxAA== {more}"


# --- the searcher ---

PARTICLES = {"van", "von", "den", "der", "des", "del", "della", "dos", "das", "les", "bin", "ibn", "zum", "zur", "ten", "ter", "and", "the"}


@functools.lru_cache(200_000)
def normal(text):
    if text.isascii() and text.isprintable() and "<U+" not in text:
        return re.sub(r"/+", "/", re.sub(r" +", " ", text.lower()).replace("\\", "/")).strip()
    text = re.sub(r"<U\+[0-9A-F]{4,6}>", "", text)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M") and (c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cf")))
    return re.sub(r"/+", "/", re.sub(r"\s+", " ", text).replace("\\", "/")).strip()


def two_letters(name):
    for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ø", "oe"), ("Ø", "Oe"), ("å", "aa")):
        name = name.replace(a, b)
    return name


def protected(institution, audience):
    """{term: whole word} of what this audience must not see."""
    found = {}

    def add(text, word=False):
        t = normal(text)
        if len(t.encode()) >= 2:
            found[t] = found.get(t, True) and (word or len(t.encode()) < 5)

    def add_name(name):
        for n in {name, two_letters(name)} - {""}:
            add(n)
            if "," in n:
                last, first = (x.strip() for x in n.split(",", 1))
                add(f"{first} {last}")
                add(f"{last} {first}")
            for part in re.split(r"[ ,.()\t;/-]+", n):
                if len(part.encode()) >= 3 and normal(part) not in PARTICLES:
                    add(part)

    def add_mail(mail, word=False):
        add(mail, word)
        add(mail.split("@")[0], word)

    def add_account(a, word=False):
        add(a["name"], word)
        if "domain" in a:
            add(a["domain"] + "\\" + a["name"], word)
        for key in ("upn", "sid"):
            if key in a:
                add_mail(a[key], word) if key == "upn" else add(a[key], word)
        if "display_name" in a:
            add(a["display_name"], word) if word else add_name(a["display_name"])

    def add_match(match):
        if "@" in match:
            add_mail(match)
        stretches = [s.rstrip("\\/") for s in match.split("*")]
        stretches = [s for s in stretches if len(s.lstrip("\\/").encode()) >= 4]
        for s in stretches:
            add(s)
            add(s.lstrip("\\/"))
        if stretches and re.search(r"[\\/]", stretches[-1]):
            last = re.split(r"[\\/]", stretches[-1])[-1]
            if len(last.encode()) >= 4:
                add(last, True)

    for p in institution.get("people", []):
        if audience in p.get("named_to", []):
            continue
        add(p["id"])
        add_name(p.get("name", ""))
        if "mail" in p:
            add_mail(p["mail"])
        for a in p.get("accounts", []):
            add_account(a)
    for i in institution.get("protected", []):
        if audience in i.get("named_to", []):
            continue
        add(i["id"])
        add(i.get("title", "x"))
        for m in i.get("match", []):
            add_match(m)
    if audience == "authority":
        for h in institution.get("hosts", []):
            add(h["name"], True)
            add(h["name"] + "." + h["domain"], True)
            for a in h.get("addresses", []):
                add(a, True)
        for a in institution.get("accounts", []):
            add_account(a, True)
    return found


class Read(html.parser.HTMLParser):
    """A page as somebody reads it, and what stands in its attributes."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.words, self.values = [], []
        self.feed(page)

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attrs):
        self.values += [v for _, v in attrs if v]
        if tag in ("p", "li", "td", "th", "dt", "dd", "text", "title", "h1", "h2", "h3", "h4", "tr", "br", "div", "section"):
            self.words.append("\n")

    handle_startendtag = handle_starttag


def decoded(text):
    """Whatever the text holds encoded, one layer down."""
    if "&" in text and html.unescape(text) != text:
        yield html.unescape(text)
    if "<" in text and re.search(r"<[^>]+>", text):
        yield re.sub(r"</?[a-zA-Z!][^>]*>", "", text)
    if "%" in text and urllib.parse.unquote(text) != text:
        yield urllib.parse.unquote(text)
    if "\\" in text:
        other = re.sub(r"(\\x[0-9a-fA-F]{2})+", lambda m: bytes.fromhex(m[0].replace("\\x", "")).decode("utf-8", "replace"), text)
        other = re.sub(r"(\\u[0-9a-fA-F]{4})+", lambda m: bytes.fromhex(m[0].replace("\\u", "")).decode("utf-16-be", "replace"), other)
        if other != text:
            yield other
    for run in set(re.findall(r"[A-Za-z0-9+/_-]{8,}={0,2}", text)):
        yield from decoded_run(run)


@functools.lru_cache(200_000)
def decoded_run(run):
    """Base64 at every alignment, and hexadecimal, where it is text."""
    texts = []
    if re.fullmatch("(?:[0-9a-fA-F]{2}){6,}", run):
        texts += as_text(bytes.fromhex(run))
    body = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    for skip in range(4):
        rest = body[skip:]
        rest = rest[:len(rest) - 1] if len(rest) % 4 == 1 else rest
        if len(rest) >= 8:
            texts += as_text(base64.b64decode(rest + "=" * (-len(rest) % 4)))
    return texts


def as_text(data):
    for codec, unit in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2)):
        for at in range(unit):
            piece = data[at:]
            piece = piece[:len(piece) - len(piece) % unit]
            t = codecs.decode(piece, codec, "replace")
            if len(t) >= 4 and sum(c.isprintable() and ord(c) < 0x3000 and c != "\ufffd" for c in t) > 0.8 * len(t):
                yield t


def leaks(page, institution, audience, own=()):
    """The terms that stand in the page for whoever looks. `own`: terms among the report's own words, which are looked for between other words of the case only by custos."""
    terms = {t: w for t, w in protected(institution, audience).items() if t not in own}
    read = Read(page)
    layers = {*"".join(read.words).split("\n"), "".join(read.words).replace("\n", " "), *read.values, *page.split("\n")}
    texts = set(layers)
    for _ in range(2):
        layers = {d for t in layers for d in decoded(t)} - texts
        texts |= layers
    seen = "\n".join(map(normal, texts))
    found = []
    for t, word in terms.items():
        at = seen.find(t)
        while at >= 0:
            end = at + len(t)
            if not word or not ((at and seen[at - 1].isalnum()) or (end < len(seen) and seen[end].isalnum())):
                found.append(t)
                break
            at = seen.find(t, at + 1)
    if audience == "authority":
        nets = [ipaddress.ip_network(c) for n in institution.get("networks", []) for c in n["cidrs"]]
        for a in set(re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)", seen)):
            try:
                found += [a] if any(ipaddress.ip_address(a) in n for n in nets) else []
            except ValueError:
                pass
    return found
