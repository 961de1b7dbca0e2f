#!/usr/bin/env python3
"""The institution file as a user meets it: init, check, show, what goes wrong. institution.py CUSTOS"""
import json, os, re, subprocess, sys, tempfile

import places

custos = os.path.abspath(sys.argv[1])
samples = os.path.join(places.ROOT, "content", "samples", "logs")
failures = []


def run(*args, **more):
    return subprocess.run([custos, "institution", *args], capture_output=True, timeout=120, **more)


def check(name, ok, detail=""):
    print(("ok     " if ok else "FAILED ") + name + (f"  {detail}" if detail and not ok else ""))
    if not ok:
        failures.append(name)


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def validator():
    """A function from YAML text to the first complaint of the schema, or None where the libraries are not there."""
    try:
        import jsonschema, yaml
    except ImportError as e:
        print(f"SKIPPED  the schema: {e}")
        return None
    with open(os.path.join(places.ROOT, "content", "institution.schema.json")) as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)

    class Core(yaml.SafeLoader):  # as YAML 1.2 types scalars: dates are texts
        pass

    Core.yaml_implicit_resolvers = {c: [r for r in rs if not r[0].endswith((":timestamp", ":int", ":float", ":bool", ":null"))] for c, rs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    for tag, expression, first in (("bool", "^(true|True|TRUE|false|False|FALSE)$", "tTfF"), ("int", "^-?(0|[1-9][0-9]*)$", "-0123456789"), ("null", "^(~|null|)$", ["~", "n", ""])):
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(expression), list(first))
    v = jsonschema.Draft202012Validator(schema)

    def complaint(text):
        return next((f"{list(e.absolute_path)}: {e.message}" for e in v.iter_errors(yaml.load(text, Loader=Core))), "")
    return complaint


complaint = validator()
ldif = """dn: CN=Mercy Osei,OU=Registry,DC=court,DC=example,DC=org
objectClass: user
sAMAccountName: m.osei
userPrincipalName: m.osei@court.example.org
objectSid: S-1-5-21-1-2-3-1107
displayName: Osei, Mercy
mail: m.osei@court.example.org
department: Registry

dn: CN=DC1,DC=court,DC=example,DC=org
objectClass: computer
dNSHostName: dc1.court.example.org
userAccountControl: 532480
"""
hr = "id,name,mail,unit,role,start,cases\n0042,Mercy Osei,m.osei@court.example.org,Chambers,clerk,2024-03-01,C-1;C-2\n"
logon = {"Channel": "Security", "Provider_Name": "Microsoft-Windows-Security-Auditing", "EventID": 4624, "@timestamp": "2026-03-16T09:00:00Z", "Computer": "WS-014.court.example.org",
         "TargetUserName": "m.osei", "TargetDomainName": "COURT", "LogonType": 2, "IpAddress": "10.20.4.14", "TargetUserSid": "S-1-5-21-1-2-3-1107"}

with tempfile.TemporaryDirectory() as d:
    at = lambda name: os.path.join(d, name)
    document = open(os.path.join(places.ROOT, "docs", "formats", "institution.md"), encoding="utf-8").read()
    example = write(at("example.yaml"), re.search(r"```yaml\n(.*?)```", document, re.S)[1])
    p = run("check", example)
    check("the document's example has nothing wrong in it", p.returncode == 0 and b": 0 errors, 0 warnings" in p.stdout and p.stdout.count(b"\n") == 1, p)
    if complaint:
        check("the schema takes the example", complaint(open(example).read()) == "", complaint(open(example).read()))
        check("and refuses an unknown key", "peopel" in complaint("version: 1\npeopel: []\n"))
        for bad in ("hosts: [{name: a, kind: x}]", "people: [{name: no id}]", "accounts: [{name: a, kind: robot}]", "services: [{name: s, minimum: 0}]", "hours: {from: 8 o'clock}"):
            check("and refuses " + bad, complaint("version: 1\n" + bad) != "")
    p = run("show", example, "--json")
    shown = json.loads(p.stdout)
    check("show --json is the file", p.returncode == 0 and shown["people"][0]["cases"] == [{"id": "C-2026-01", "from": "2026-02-01"}] and shown["institution"]["netbios"] == "COURT", p)
    p = run("show", example)
    check("show is one screen with the core services, their minimum and who must be told", p.returncode == 0 and p.stdout.count(b"\n") < 50 and b"1 of 1 must run: fs1; stands on directory" in p.stdout
          and b"tell p-0042, protection@partner.example" in p.stdout, p.stdout.decode())
    p = run("show", example, "court\\M.OSEI")
    check("an account leads to its person and cases", p.returncode == 0 and b"Osei, Mercy" in p.stdout and b"C-2026-01 (Situation in Example), since 2026-02-01" in p.stdout, p.stdout.decode())
    p = run("show", example, "10.20.8.11", "--json")
    facts = json.loads(p.stdout)["found"][0]["facts"]
    check("an address leads to host and network", facts["hosts"] == ["fs1.court.example.org"] and facts["networks"] == ["servers, server"], facts)
    p = run("show", example, "nobody\x1b[31m")
    check("a name that leads nowhere ends 1 and steers no terminal", p.returncode == 1 and b"nobody" in p.stderr and b"\x1b" not in p.stderr, p)

    wrong = write(at("wrong.yaml"), "version: 1\nhosts:\n  - {name: a, adresses: [10.0.0.1]}\n  - {name: a, owner: x}\n")
    p = run("check", wrong)
    lines = p.stdout.decode().splitlines()
    check("every mistake has its line, and errors end 1", p.returncode == 1 and lines[0] == f"{wrong}:3: error: 'adresses' is no key of a host; did you mean 'addresses'?"
          and lines[1].startswith(f"{wrong}:4: error: ") and lines[-1].endswith(": 3 errors, 0 warnings"), lines)
    j = json.loads(run("check", wrong, "--json").stdout)
    check("--json says the same", (j["errors"], j["warnings"], len(j["remarks"]), j["remarks"][0]["line"]) == (3, 0, 3, 3), j)
    for name, text in (("empty", ""), ("list", "- a\n"), ("broken", "version: [\n"), ("binary", "\x00\x01")):
        p = run("check", write(at(name), text))
        check(f"a file that is none ends 2 and says why: {name}", p.returncode == 2 and name.encode() in p.stderr and not p.stdout, p)
    for path in (at("absent"), d, "/dev/zero"):
        p = run("check", path)
        check(f"what can't be read ends 2: {os.path.basename(path)}", p.returncode == 2 and p.stderr.count(b"\n") == 1, p)
    if os.geteuid() != 0:
        os.chmod(wrong, 0)
        check("no permission ends 2", run("check", wrong).returncode == 2)
    with open("/dev/full", "w") as full:
        for args in (("check", example), ("show", example), ("init",)):
            p = subprocess.run([custos, "institution", *args], stdout=full, stderr=subprocess.PIPE, timeout=60)
            check(f"a full disk ends 3 and is said: {args[0]}", p.returncode == 3 and (b"could not be written" in p.stderr or b"no space" in p.stderr), p)

    p = run("init")
    template = p.stdout.decode()
    check("init without anything is a commented template", p.returncode == 0 and [l for l in template.splitlines() if not l.startswith("#")] == ["version: 1"], template)
    bare = write(at("template.yaml"), re.sub(r"(?m)^# (?=[a-z]+:|  )", "", template))
    p = run("check", bare)
    check("which is right when the marks are taken off", p.returncode == 0 and b": 0 errors, 0 warnings" in p.stdout, p.stdout.decode())
    check("and the schema takes it", not complaint or complaint(open(bare).read()) == "", complaint and complaint(open(bare).read()))
    log = write(at("logon.ndjson"), json.dumps(logon) + "\n")
    args = ["init", log, "--ldif", write(at("ad.ldif"), ldif), "--csv", write(at("hr.csv"), hr), "--name", "Court: \"of\" Example"]
    out = at("institution.yaml")
    p = run(*args, "--out", out)
    check("init takes directory, table and logs together", p.returncode == 0 and b"hr.csv:2: warning: 'unit' of 0042 is 'Chambers' here and 'Registry' before" in p.stderr, p)
    made = open(out, encoding="utf-8").read()
    found = json.loads(run("show", out, "--json").stdout)
    check("one person with all that is known", len(found["people"]) == 1 and found["people"][0]["id"] == "0042" and found["people"][0]["role"] == "clerk"
          and found["people"][0]["accounts"][0]["sid"] == "S-1-5-21-1-2-3-1107" and found["people"][0]["from"] == "2024-03-01" and found["people"][0]["unit"] == "Registry", found["people"])
    check("each with its reason", "ad.ldif, line 1; " in made and "seen in 1 event on 2026-03-16: 1 interactive logon" in made, made)
    check("hosts of directory and logs", {h["name"]: h["roles"] for h in found["hosts"]} == {"dc1": ["domain-controller"], "ws-014": ["workstation"]}, found["hosts"])
    check("the name is kept as given", found["institution"]["name"] == 'Court: "of" Example', found["institution"])
    p = run("check", out)
    check("what init writes passes check", p.returncode == 0 and b": 0 errors" in p.stdout, p)
    if complaint:
        check("and the schema", complaint(made) == "", complaint(made))
    p = run(*args, "--out", out)
    check("init does not write over a file", p.returncode == 2 and b"--force" in p.stderr and open(out, encoding="utf-8").read() == made, p)
    p = run(*args, "--out", out, "--force")
    check("but for --force, and the result is the same", p.returncode == 0 and open(out, encoding="utf-8").read() == made, p)
    before = open(log).read()
    p = run("init", log, "--out", log, "--force")
    check("never over one of the logs", p.returncode == 2 and open(log).read() == before and not any(".part" in n for n in os.listdir(d)), p)
    p = run("init", at("absent"), "--out", at("new.yaml"))
    check("a path that is not there ends 2 and leaves nothing", p.returncode == 2 and b"absent" in p.stderr and not os.path.exists(at("new.yaml")), p)
    p = run("init", "--csv", at("absent.csv"))
    check("so does a table", p.returncode == 2 and b"absent.csv" in p.stderr, p)
    p = run("init", write(at("strange.bin"), "\x01\x02\x03 nothing\n"))
    check("a log that is not understood ends 3 and is named", p.returncode == 3 and b"strange.bin: warning: not read: in no format" in p.stderr, p)
    p = run("init", "--csv", write(at("none.csv"), "foo,bar\n1,2\n"))
    check("a table without known columns ends 3 and says so", p.returncode == 3 and b"no column is known" in p.stderr, p)
    p = run("init", "-", input=open(log, "rb").read())
    check("logs may come from standard input", p.returncode == 0 and b"ws-014" in p.stdout, p)
    p = run("init", samples)
    check("the shipped samples give a file that passes check", p.returncode in (0, 3) and run("check", write(at("s.yaml"), p.stdout.decode())).returncode == 0, p)

    # whose an address was, and when
    lease = lambda second, address, name: json.dumps({"ts": 1773650000 + second, "uid": "C1", "assigned_addr": address, "host_name": name, "lease_time": 3600.0, "mac": "00:1a:2b:3c:4d:5e", "trans_id": 1})
    leases = write(at("dhcp.log"), lease(0, "10.20.8.31", "ws-014") + "\n" + lease(7200, "10.20.8.31", "ws-022") + "\n")
    p = run("who", "10.20.8.31", leases, "--json")
    who = json.loads(p.stdout)
    check("who tells all holders of an address in order of time", p.returncode == 0 and [(a["kind"], a["value"]) for a in who["answers"]] == [("host", "ws-014"), ("host", "ws-022")], who)
    check("with the time and the record it rests on", who["answers"][0]["since"] == "2026-03-16T08:33:20Z" and who["answers"][0]["until"] == "2026-03-16T09:33:20Z" and who["answers"][0]["from"] == f"lease in {leases}, record 1", who)
    p = run("who", "10.20.8.31", leases, "--at", "2026-03-16T10:40:00Z")
    check("--at tells whose it was then", p.returncode == 0 and b"ws-022" in p.stdout and b"ws-014" not in p.stdout, p)
    p = run("who", "ws-014", leases)
    check("who tells the addresses of a computer", p.returncode == 0 and b"10.20.8.31" in p.stdout, p)
    p = run("who", "10.20.8.32", leases)
    check("nothing known ends 1", p.returncode == 1 and b"nothing is known of it" in p.stdout, p)
    p = run("who", "10.20.8.31")
    check("neither logs nor file ends 2 and says what to name", p.returncode == 2 and b"--institution" in p.stderr, p)
    p = run("who", "10.20.8.31", leases, "--at", "noon")
    check("a time that is none ends 2", p.returncode == 2 and b"'noon'" in p.stderr, p)
    p = run("who", "10.20.8.31", at("strange.bin"))
    check("logs that can't be read end 3 and are said", p.returncode == 3 and b"could not be read whole" in p.stdout, p)
    p = run("who", "m.osei@court.example.org", "--institution", example)
    check("who knows accounts of the file", p.returncode == 0 and b"m.osei" in p.stdout and b"institution file" in p.stdout, p)

    # the file sharpens a scan
    copy = {"Event": {"System": {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}}, "EventID": 4662, "Channel": "Security", "Computer": "dc-01.court.example.org", "EventRecordID": 7,
            "TimeCreated": {"#attributes": {"SystemTime": "2026-03-16T09:00:00.000000Z"}}}, "EventData": {"SubjectUserName": "svc-copy", "SubjectDomainName": "COURT", "AccessMask": "0x100", "ObjectServer": "DS",
            "Properties": "%%7688\n\t\t{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}"}}}
    events = write(at("dc.ndjson"), json.dumps(copy) + "\n")
    scan = lambda *more: subprocess.run([custos, "scan", events, "--json", "-", "--quiet", *more], capture_output=True, timeout=60)
    titles = lambda p: [json.loads(l)["rule"]["title"] for l in p.stdout.splitlines() if b'"type":"finding"' in l]
    p = scan()
    check("an account that copies the directory is found", p.returncode == 1 and any("posing as a domain controller" in t for t in titles(p)), p)
    knows = write(at("knows.yaml"), "version: 1\ninstitution: {name: Court, domain: court.example.org, netbios: COURT}\naccounts: [{name: svc-copy, domain: COURT, kind: service}]\n"
                  "known: [{kind: directory-sync, name: sync, accounts: [svc-copy]}]\n")
    p = scan("--institution", knows)
    check("but not one that the file says does so", p.returncode == 0 and not titles(p) and json.loads(p.stdout.splitlines()[-1])["rules"]["filters"] == 1, p)
    other = write(at("other.yaml"), open(knows).read().replace("svc-copy", "svc-other"))
    p = scan("--institution", other)
    check("another one is, with its full name", p.returncode == 1 and b'"value":"court\\\\svc-copy"' in p.stdout, p)
    p = scan("--institution", wrong)
    check("a file with errors is refused before anything is read", p.returncode == 2 and b"custos institution check" in p.stderr and not p.stdout, p)
    p = scan("--institution", at("absent.yaml"))
    check("so is one that is not there", p.returncode == 2 and b"absent.yaml" in p.stderr, p)
    p = run()
    check("no verb ends 2", p.returncode == 2 and b"--help" in p.stderr, p)
    p = run("--help")
    check("--help has examples", p.returncode == 0 and b"custos institution init" in p.stdout, p)

print(f"{len(failures)} failed" if failures else "all passed")
sys.exit(1 if failures else 0)
