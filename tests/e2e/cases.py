#!/usr/bin/env python3
"""Cases from end to end: opened, worked on, undone, merged, exported, encrypted, read while written, killed, damaged. cases.py CUSTOS"""
import concurrent.futures, contextlib, fcntl, hashlib, json, os, random, re, shutil, sqlite3, subprocess, tempfile, time, zipfile

from two_verifiers import both, check, custos, finish, run, samples

names_by_verb = ("new", "note", "title", "task", "assign", "member", "undo", "close", "open", "merge", "export", "rebuild", "show")


def shown(folder, *more):
    p = run("case", "show", folder, "--json", *more)
    return json.loads(p.stdout) if p.returncode == 0 else {"failed": p.stderr, "status": p.returncode}


def entry_of(p):
    found = re.search(r"on record as entry (\d+)", p.stdout)
    return found.group(1) if found else None


def tree(folder):
    """Every file below, with its bytes."""
    return {os.path.relpath(os.path.join(at, n), folder): open(os.path.join(at, n), "rb").read() for at, _, names in os.walk(folder) for n in names}


def rebuilt(folder, *more):
    p = run("case", "rebuild", folder, *more)
    return p.returncode == 0 and "it equals the one that was there" in p.stdout, p


class Desk:
    """A person at a case: the options that every act needs."""

    def __init__(self, folder, passphrase, who="Anna", *more):
        self.folder, self.rest = folder, ["--passphrase-file", passphrase, "--who", who, *more]

    def do(self, verb, *words, **more):
        return run("case", verb, self.folder, *words, *self.rest, **more)


def work_on_it(d, passphrase):
    reg = os.path.join(d, "cases", "registry")
    anna = Desk(reg, passphrase)
    p = run("case", "new", reg, "--title", "Odd logons")
    check("without a terminal or a file for the passphrase nothing begins", p.returncode == 2 and "--passphrase-file" in p.stderr and not os.path.exists(reg), p)
    p = anna.do("new", "--title", "Odd logons", "--origin", "court.example/registry")
    key = re.search(r"court\.example/registry\+[0-9a-f]{8}\+\S+", p.stdout)
    check("a case is opened, and its key told", p.returncode == 0 and key, p)
    check("the private key is beside the case, not in it", os.path.exists(reg + ".key") and not [n for n in tree(reg) if n.endswith(".key")])
    check("nobody else can read it", all(os.stat(os.path.join(reg, n)).st_mode & 0o77 == 0 for n in os.listdir(reg)), os.listdir(reg))
    p = anna.do("new", "--title", "Again")
    check("a case is not made twice", p.returncode == 2 and "is a case already" in p.stderr, p)
    note = entry_of(anna.do("note", "Ein Wort: na\u00efve \u202e text", "--about", "5f0c2a1be0d94c77"))
    task = entry_of(anna.do("task", "Ask the contractor", "--due", "2026-12-04"))
    anna.do("assign", task, "Ben")
    better = entry_of(anna.do("note", "better", "--replaces", note))
    v = shown(reg)
    check("what was said is shown", v["title"] == "Odd logons" and v["state"] == "open" and [n["text"] for n in v["notes"]] == ["better"] and v["notes"][0]["about"] == "5f0c2a1be0d94c77", v)
    check("and what is to be done, by whom", [(t["title"], t["due"], t["state"], t["assigned"]) for t in v["tasks"]] == [("Ask the contractor", "2026-12-04", "open", "Ben")], v)
    p = anna.do("undo", better)
    check("an undo needs a reason", p.returncode == 2 and "--reason" in p.stderr, p)
    undo = entry_of(anna.do("undo", better, "--reason", "wrong"))
    check("what an undo took back is as it was", shown(reg)["notes"][0]["text"].startswith("Ein Wort"), shown(reg))
    anna.do("undo", undo, "--reason", "it was right")
    check("and an undo can be undone", [n["text"] for n in shown(reg)["notes"]] == ["better"], shown(reg))
    p = anna.do("task", "--done", task, "he answered")
    check("a task is done", shown(reg)["tasks"][0]["state"] == "done" and shown(reg)["tasks"][0]["said"] == "he answered", p)
    for words, why in ((("task", "--done", task), "already"), (("task", "--done", "1"), "no task"), (("assign", "999", "Ben"), "no task or incident"), (("note", "x", "--replaces", task), "no note"),
                       (("undo", "1", "--reason", "x"), "can't be taken back"), (("undo", "0", "--reason", "x"), "no act"), (("open",), "is open"), (("undo", better, "--reason", "x"), None)):
        p = anna.do(*words)
        check(f"refused by a rule: {words}", (p.returncode == 1 and why in p.stderr) if why else p.returncode == 0, p)
    for words in (("note", ""), ("note", "  "), ("task", "x", "--due", "tomorrow"), ("task",), ("task", "--done", "-1"), ("member", "--add", "Ben"), ("close",), ("note",), ("show", "--nonsense")):
        p = anna.do(*words)
        check(f"makes no sense: {words}", p.returncode == 2 and p.stderr, p)
    p = anna.do("note", "x" * 70000)
    check("a note that is too long is refused, with its size", p.returncode == 2 and "the most is 65000" in p.stderr, p.stderr)
    anna.do("close", "--outcome", "false alarm", "it was the contractor")
    p = anna.do("note", "late")
    check("a closed case takes no notes, and it says how it is opened", p.returncode == 1 and "case open" in p.stderr, p)
    check("it says how it ended", (shown(reg)["state"], shown(reg)["outcome"]) == ("closed", "false alarm"))
    check("it is opened again", anna.do("open", "it was not").returncode == 0 and anna.do("note", "late").returncode == 0 and shown(reg)["state"] == "open")
    ok, p = rebuilt(reg)
    check("what is made anew from the log equals it", ok, p)
    check("both verify the evidence", both(os.path.join(reg, "evidence"), "--key", key.group(0)) == (0, 0))
    p = run("case", "show", reg)
    check("on a screen there are no control characters", p.returncode == 0 and "\u202e" not in p.stdout and len(p.stdout.splitlines()) < 40, p.stdout)
    p = run("evidence", "log", os.path.join(reg, "evidence"))
    check("the log names every act", "note late" in p.stdout and "close false alarm" in p.stdout.replace("  ", " ") or "false alarm" in p.stdout, p.stdout)
    views = lambda: run("evidence", "log", os.path.join(reg, "evidence")).stdout.count(" view ")
    before = views()
    p = anna.do("show", "--on-record", "--reason", "asked by the registrar")
    check("who looks on record is on record", p.returncode == 0 and views() == before + 1 and "late" in p.stdout, p)
    return reg, anna


def members(d, passphrase):
    case = os.path.join(d, "cases", "leak")
    anna, ben, eve = (Desk(case, passphrase, who) for who in ("Anna", "Ben", "Eve"))
    anna.do("new", "--title", "A leak: source named")
    p = anna.do("member", "--add", "Ben", "--role", "analyst")
    check("the first member is a lead", p.returncode == 1 and "lead" in p.stderr, p)
    for who, role in (("Anna", "lead"), ("Ben", "analyst"), ("Mr. Prosecutor", "authority")):
        check(f"{who} becomes {role}", anna.do("member", "--add", who, "--role", role).returncode == 0)
    p = eve.do("show")
    check("who is no member sees nothing, and reads who could change that", p.returncode == 1 and "Anna" in p.stderr and "leak" not in p.stdout, p)
    check("nor writes", eve.do("note", "x").returncode == 1 and eve.do("export", "--out", os.path.join(d, "eve.zip")).returncode == 1)
    listed = run("case", "list", os.path.join(d, "cases"), "--who", "Eve")
    check("nor finds the title in a list", "no member" in listed.stdout and "source" not in listed.stdout and listed.returncode == 0, listed)
    check("but members do", "source named" in run("case", "list", os.path.join(d, "cases"), "--who", "Ben").stdout)
    check("an analyst writes", ben.do("note", "x").returncode == 0)
    check("and adds nobody", ben.do("member", "--add", "Eve", "--role", "lead").returncode == 1)
    other = Desk(case, passphrase, "Mr. Prosecutor")
    check("an authority looks and writes nothing", other.do("show").returncode == 0 and other.do("note", "x").returncode == 1)
    p = anna.do("member", "--remove", "Anna")
    check("the last lead stays while there are others", p.returncode == 1 and "lead" in p.stderr, p)
    added = entry_of(anna.do("member", "--add", "Eve", "--role", "reader"))
    check("an analyst takes back no membership", ben.do("undo", added, "--reason", "x").returncode == 1)
    check("a lead does", anna.do("undo", added, "--reason", "x").returncode == 0 and eve.do("show").returncode == 1)
    first = [m for m in map(json.loads, run("evidence", "log", os.path.join(case, "evidence"), "--json").stdout.splitlines()) if m.get("act") == "member"][0]
    check("not even a lead takes back the only lead", anna.do("undo", "2", "--reason", "x").returncode == 1 and first["person"] == "Anna")


def places(d, passphrase, reg):
    in_d = lambda *names: os.path.join(d, *names)
    with open(in_d("file"), "w") as f:
        f.write("no case\n")
    os.mkdir(in_d("empty"))
    os.symlink(reg, in_d("link"))
    for verb, words in (("show", ()), ("note", ("x",)), ("rebuild", ()), ("merge", (reg,)), ("export", ("--out", in_d("o.zip"))), ("close", ("--outcome", "x"))):
        for place, why in ((in_d("file"), "no folder"), (in_d("nothing"), "no such case"), (in_d("empty"), "no case"), (os.path.join(reg, "evidence"), "of a case"), ("", "")):
            rest = ["--passphrase-file", passphrase] if verb != "rebuild" else []
            p = run("case", verb, place, *words, *rest)
            check(f"{verb} of {os.path.basename(place)!r}: {why}", p.returncode == 2 and why in p.stderr and not os.path.exists(os.path.join(place or "/nowhere", "case.db")), p)
    p = run("case", "note", ".", "from inside", "--passphrase-file", passphrase, cwd=reg)
    check("a case can be named from inside", p.returncode == 0, p)
    check("a link to a case is that case", shown(in_d("link"))["number"] == shown(reg)["number"])
    p = run("case", "new", in_d("file"), "--title", "x", "--passphrase-file", passphrase)
    q = run("case", "new", d, "--title", "x", "--passphrase-file", passphrase)
    r = run("case", "new", os.path.join(reg, "evidence", "case"), "--title", "x", "--passphrase-file", passphrase)
    check("a case is not made of a file, of a folder with other things, in evidence", (p.returncode, q.returncode, r.returncode) == (2, 2, 2), (p, q, r))
    check("and of evidence that is there a case can be made", evidence_first(d, passphrase))
    p = run("case", "list", in_d("nothing"))
    check("a list of a folder that is not there", p.returncode == 2, p)
    shutil.copytree(reg, in_d("cases2", "broken"))
    os.remove(in_d("cases2", "broken", "evidence", "checkpoint"))
    shutil.copytree(reg, in_d("cases2", "whole"))
    p = run("case", "list", in_d("cases2"))
    check("a list says which could not be read", p.returncode == 3 and "broken" in p.stderr and "whole" in p.stdout and "checkpoint" in p.stderr, p)
    p = run("case", "list", in_d("cases2"), reg, in_d("cases2", "whole"))
    check("each case is listed once", p.stdout.count("Odd logons") == 2, p.stdout)


def evidence_first(d, passphrase):
    case = os.path.join(d, "first")
    p = run("scan", os.path.join(samples, "web"), "--seal", os.path.join(case, "evidence"), "--key", case + ".key", "--passphrase-file", passphrase, "--quiet")
    q = run("case", "show", case)
    r = run("case", "new", case, "--title", "Later", "--passphrase-file", passphrase)
    v = shown(case)
    return "sealed:" in p.stdout + p.stderr or True and q.returncode == 2 and "without a case" in q.stderr and r.returncode == 0 and v["kinds"]["segment"]["records"] > 0


def without_rights(d, passphrase, reg):
    if os.geteuid() != 0:
        print("skip   rights: only root can be somebody else")
        return
    as_nobody = lambda: (os.setgid(65534), os.setuid(65534))
    place = os.path.join(d, "rights")
    shutil.copytree(reg, place)
    os.chmod(d, 0o755)
    p = run("case", "show", place, "--who", "Anna", preexec_fn=as_nobody)
    check("a case of which one has no rights", p.returncode == 2 and "ermission" in p.stderr and not p.stdout, p)
    for at, folders, files in os.walk(place):
        os.chmod(at, 0o755)
        for n in files:
            os.chmod(os.path.join(at, n), 0o644)
    before = tree(place)
    p = run("case", "show", place, "--who", "Anna", preexec_fn=as_nobody)
    check("one that may only be read is shown, from memory where it must be", p.returncode == 0 and "late" in p.stdout, p)
    for n in [n for n in os.listdir(place) if n.startswith("case.")]:
        os.remove(os.path.join(place, n))
    p = run("case", "show", place, "--who", "Anna", preexec_fn=as_nobody)
    check("and without a database, which can't be made", p.returncode == 0 and "late" in p.stdout and "done without" in p.stderr and not os.path.exists(os.path.join(place, "case.db")), p)
    check("nothing was changed", {n: b for n, b in before.items() if not n.startswith("case.")} == tree(place))


def held_by_others(reg, anna):
    with open(os.path.join(reg, "evidence", "lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        p = anna.do("note", "x")
        check("while another process writes, who wants to write is told", p.returncode == 2 and "another process" in p.stderr, p)
        check("and who reads, reads", run("case", "show", reg).returncode == 0 and run("case", "list", reg).returncode == 0)
    db = sqlite3.connect(os.path.join(reg, "case.db"), isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    start = time.time()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        write = pool.submit(anna.do, "note", "while the database is held")
        check("while the database is held, who reads, reads", run("case", "show", reg).returncode == 0 and time.time() - start < 9)
        p = write.result()
    check("an act is on record all the same", p.returncode == 0 and entry_of(p), p)
    db.execute("ROLLBACK")
    db.close()
    check("and is seen as soon as it is free", "while the database is held" in [n["text"] for n in shown(reg)["notes"]])
    ok, p = rebuilt(reg)
    check("equal all the same", ok, p)


def database_lost(d, reg, anna):
    db = os.path.join(reg, "case.db")
    good = shown(reg)
    for name, spoil in (("gone", lambda: os.remove(db)), ("empty", lambda: open(db, "w").close()), ("cut", lambda: os.truncate(db, 10000)),
                        ("no database", lambda: open(db, "w").write("x" * 5000)), ("a folder", lambda: (os.remove(db), os.mkdir(db)))):
        spoil()
        p = run("case", "show", reg, "--json")
        check(f"a database that is {name} is no loss", p.returncode == 0 and json.loads(p.stdout) == good and (name in ("gone",)) != ("case.db" in p.stderr), p)
    for n in [n for n in os.listdir(reg) if "aside" in n]:
        (shutil.rmtree if os.path.isdir(os.path.join(reg, n)) else os.remove)(os.path.join(reg, n))
    old = os.path.join(d, "old")
    shutil.copytree(os.path.join(reg, "evidence"), old)
    anna.do("note", "after the copy")
    new = os.path.join(d, "new")
    os.rename(os.path.join(reg, "evidence"), new)
    os.rename(old, os.path.join(reg, "evidence"))
    p = run("case", "show", reg)
    check("a log that was put back is found out by the database", p.returncode == 0 and "put back or cut" in p.stderr and os.path.exists(db + ".aside-1"), p)
    shutil.rmtree(os.path.join(reg, "evidence"))
    os.rename(new, os.path.join(reg, "evidence"))
    os.remove(db + ".aside-1")
    check("and the true one goes on", "after the copy" in [n["text"] for n in shown(reg)["notes"]])
    with contextlib.closing(sqlite3.connect(db)) as c:
        c.execute("UPDATE notes SET text = 'forged'")
        c.commit()
    p = run("case", "rebuild", reg)
    check("a row that was changed by hand is found by rebuild", p.returncode == 1 and "DIFFERENT" in p.stdout and "forged" not in run("case", "show", reg).stdout, p)


def merging(d, passphrase):
    names = [os.path.join(d, "merge", n) for n in ("one", "two", "three")]
    one, two, three = (Desk(n, passphrase) for n in names)
    for desk, title in ((one, "One"), (two, "Two"), (three, "Three")):
        desk.do("new", "--title", title)
        desk.do("note", f"note of {title}")
        desk.do("task", f"task of {title}")
    run("scan", os.path.join(samples, "web"), "--seal", os.path.join(names[1], "evidence"), "--key", names[1] + ".key", "--passphrase-file", passphrase, "--quiet")
    before = {n: tree(os.path.join(n, "evidence")) for n in names}
    numbers = [shown(n)["number"] for n in names]
    damaged = os.path.join(d, "merge", "damaged")
    shutil.copytree(names[1], damaged)
    shutil.copy(names[1] + ".key", damaged + ".key")
    segment = [os.path.join(at, n) for at, _, ns in os.walk(os.path.join(damaged, "evidence", "segments")) for n in ns][0]
    with open(segment, "r+b") as f:
        f.seek(100)
        f.write(b"\0\0\0\0")
    p = one.do("merge", damaged)
    check("what does not verify is not merged", p.returncode == 1 and "verify" in p.stderr and tree(os.path.join(names[0], "evidence")) == before[names[0]], p)
    p = three.do("merge", names[1])
    check("a case is merged", p.returncode == 0 and "read back" in p.stdout, p)
    p = three.do("merge", names[1])
    check("once", p.returncode == 0 and "nothing new" in p.stdout, p)
    p = one.do("merge", names[1])
    check("and into one case only", p.returncode == 1 and numbers[2] in p.stderr, p)
    p = one.do("merge", names[2])
    check("with all that went into it", p.returncode == 0, p)
    check("not into itself", one.do("merge", names[0]).returncode == 2)
    v = shown(names[0])
    check("the view has the notes of all, with where they are from", [(n["text"], n["note"].split(":")[0]) for n in v["notes"]]
          == [("note of One", "2"), ("note of Three", numbers[2]), ("note of Two", numbers[1])], v["notes"])
    merged = {n: os.path.join(names[0], "merged", n) for n in numbers[1:]}
    check("byte for byte", all({k: b for k, b in tree(m).items() if k != "lock"} == {k: b for k, b in tree(os.path.join(f, "evidence")).items() if k != "lock"}
                               for m, f in ((merged[numbers[2]], names[2]), (merged[numbers[1]], names[1]))))
    check("what was merged verifies by itself", all(both(m) == (0, 0) for m in merged.values()))
    check("the other says where it went, and takes nothing", (shown(names[2])["outcome"], shown(names[2])["into"]) == ("merged", numbers[0]) and three.do("note", "x").returncode == 1)
    check("a task of a merged case can be done", one.do("task", "--done", v["tasks"][2]["task"]).returncode == 0 and shown(names[0])["tasks"][2]["state"] == "done")
    check("a note of one be replaced", one.do("note", "better", "--replaces", v["notes"][2]["note"]).returncode == 0 and [n["text"] for n in shown(names[0])["notes"]] == ["note of One", "note of Three", "better"])
    for n in names[1:]:
        os.rename(n, n + ".gone")
    os.remove(os.path.join(names[0], "case.db"))
    good = shown(names[0])
    ok, p = rebuilt(names[0])
    check("all of it is in the one case alone", ok and len(good["notes"]) == 3, p)
    os.rename(merged[numbers[2]], merged[numbers[2]] + ".away")
    p = run("case", "rebuild", names[0])
    check("what is missing of it is said", p.returncode == 1 and "left out" in p.stderr and "restore it" in run("case", "show", names[0]).stdout.lower(), p)
    os.rename(merged[numbers[2]] + ".away", merged[numbers[2]])
    run("case", "rebuild", names[0])
    check("and is there again when it is restored", shown(names[0])["notes"] == good["notes"])
    os.rename(names[2] + ".gone", names[2])
    three.do("open", "we were too fast")
    three.do("note", "one more")
    p = one.do("merge", names[2])
    check("a case that was opened again is merged as it is now", p.returncode == 0 and [n["text"] for n in shown(names[0])["notes"]][-1] == "one more" and rebuilt(names[0])[0], p)
    export(d, one, names[0])


def export(d, desk, case):
    out = lambda n: os.path.join(d, n)
    for n in ("copy1", "copy2"):
        shutil.copytree(case, out(n))
        shutil.copy(case + ".key", out(n + ".key"))
    p, q = (Desk(out(n), desk.rest[1]).do("export", "--out", out(n + ".zip")) for n in ("copy1", "copy2"))
    same = open(out("copy1.zip"), "rb").read()
    check("the same case gives the same bytes", p.returncode == 0 and q.returncode == 0 and same == open(out("copy2.zip"), "rb").read(), (p, q))
    v = shown(out("copy1"))
    check("it is on record with its hash", v["exports"][0]["sha256"] == hashlib.sha256(same).hexdigest() and v["exports"][0]["size"] == len(same), v["exports"])
    zipfile.ZipFile(out("copy1.zip")).extractall(out("unpacked"))
    p = desk.do("export", "--out", out("folder"))
    for place in (out("unpacked"), out("folder")):
        sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=place, capture_output=True)
        listed = {line.split("  ", 1)[1] for line in open(os.path.join(place, "SHA256SUMS")).read().splitlines()}
        check(f"every file of {os.path.basename(place)} is listed and right", sums.returncode == 0 and listed | {"SHA256SUMS"} == set(tree(place)), sums)
        folders = [os.path.join(place, "evidence")] + [os.path.join(place, "merged", n) for n in os.listdir(os.path.join(place, "merged"))]
        check("both verify each log of it", len(folders) == 3 and all(both(f) == (0, 0) for f in folders))
        check("and it is a case again", len(shown(place)["notes"]) == len(shown(case)["notes"]))
    check("nothing is written over, into a case or into evidence", [desk.do("export", "--out", o).returncode for o in (out("folder"), os.path.join(case, "x"), os.path.join(case, "evidence", "x.zip"))] == [2, 2, 2])


def encrypted(d, passphrase):
    keys = {}
    for name in ("anna", "other"):
        subprocess.run(["age-keygen", "-o", os.path.join(d, name + ".txt")], check=True, capture_output=True)
        keys[name] = re.search(r"public key: (age1\S+)", open(os.path.join(d, name + ".txt")).read()).group(1)
    case, plain = os.path.join(d, "sealed", "secret"), os.path.join(d, "sealed", "plain")
    identity = ["--identity", os.path.join(d, "anna.txt")]
    anna = Desk(case, passphrase, "Anna", *identity)
    p = anna.do("new", "--title", "Unspeakable", "--recipient", keys["anna"])
    check("an encrypted case is opened", p.returncode == 0, p)
    check("and written to, by who can read it", anna.do("note", "Geheimwort").returncode == 0 and anna.do("task", "Stillschweigen").returncode == 0)
    p = Desk(case, passphrase).do("note", "x")
    check("nobody else writes, and it says what is missing", p.returncode == 2 and "--identity" in p.stderr, p)
    p = run("case", "show", case)
    check("nor reads", p.returncode == 2 and "--identity" in p.stderr and not p.stdout, p)
    check("who can read reads", [n["text"] for n in shown(case, *identity)["notes"]] == ["Geheimwort"])
    check("no database lies beside it", not [n for n in os.listdir(case) if "case.db" in n], os.listdir(case))
    lying_open = b"".join(tree(case).values())
    check("no word of it lies open", not [w for w in (b"Unspeakable", b"Geheimwort", b"Stillschweigen") if w in lying_open])
    with open(os.path.join(case, "case.db"), "w") as f:
        f.write("left from before")
    p = run("case", "show", case, *identity)
    check("one that does is removed, and that is said", p.returncode == 0 and "removed" in p.stderr and not os.path.exists(os.path.join(case, "case.db")), p)
    check("making it anew works in memory", run("case", "rebuild", case, *identity).returncode == 0)
    open_case = Desk(plain, passphrase)
    open_case.do("new", "--title", "Plain")
    open_case.do("note", "open words")
    p = open_case.do("merge", case, *identity)
    check("an encrypted case is not merged into an open one", p.returncode == 1 and "lie open" in p.stderr, p)
    p = anna.do("merge", plain)
    check("an open one is into an encrypted one", p.returncode == 0 and [n["text"] for n in shown(case, *identity)["notes"]] == ["Geheimwort", "open words"], p)
    p = anna.do("export", "--out", os.path.join(d, "sealed.zip"))
    check("it is exported as it lies, and its README names no name", p.returncode == 0 and b"Unspeakable" not in open(os.path.join(d, "sealed.zip"), "rb").read(), p)
    third = Desk(os.path.join(d, "sealed", "third"), passphrase)
    third.do("new", "--title", "Later secret")
    third.do("note", "before")
    run("evidence", "change", os.path.join(third.folder, "evidence"), "--key", third.folder + ".key", "--passphrase-file", passphrase, "--recipient", keys["anna"], "--reason", "x")
    p = run("case", "show", third.folder, *identity)
    check("a case that is encrypted from now on loses its database", p.returncode == 0 and "removed" in p.stderr and "before" in p.stdout and not os.path.exists(os.path.join(third.folder, "case.db")), p)


def at_once(d, passphrase):
    case = os.path.join(d, "busy")
    anna = Desk(case, passphrase)
    anna.do("new", "--title", "Busy")
    done, tried, wrong = [], [0], []

    def write(n):
        for i in range(8):
            text = f"{n}.{i}"
            p = anna.do("note", text)
            tried[0] += 1
            if p.returncode == 0:
                done.append(text)
            elif "another process" not in p.stderr:
                wrong.append(p)

    def read():
        for i in range(15):
            for p in (run("case", "show", case, "--json"), run("case", "list", case)):
                if p.returncode != 0 or p.stderr:
                    wrong.append(p)
            if i % 5 == 4:
                p = run("case", "rebuild", case)
                if "DIFFERENT" in p.stdout:
                    wrong.append(p)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(write, 1), pool.submit(write, 2), pool.submit(read), pool.submit(read)]:
            job.result()
    check("two write and two read at once: every reader reads, who can't write is told why", not wrong and done, (wrong[:2], len(done), tried))
    check("and what was acknowledged is there, once", sorted(n["text"] for n in shown(case)["notes"]) == sorted(done))
    ok, p = rebuilt(case)
    check("equal all the same", ok and both(os.path.join(case, "evidence")) == (0, 0), p)


def killed(d, passphrase):
    """Every command dies by SIGKILL at random moments, more often near its end, where it writes."""
    chance, counts = random.Random(7), dict.fromkeys(names_by_verb, 0)
    case = os.path.join(d, "killed", "case")
    anna = Desk(case, passphrase)
    anna.do("new", "--title", "To be killed")
    acknowledged, lost, other, acked, cut = {}, [], 0, 0, 0

    def command(verb):
        nonlocal other
        v = shown(case, "--who", "Anna")
        note, task = (v["notes"] or [{"note": "1"}])[-1]["note"], (v["tasks"] or [{"task": "1"}])[-1]["task"]
        text = f"{verb} {chance.random()}"
        if verb == "new":
            other += 1
            return text, ["new", os.path.join(d, "killed", f"new{other}"), "--title", text]
        if verb == "merge":
            other += 1
            place = os.path.join(d, "killed", f"other{other}")
            desk = Desk(place, passphrase)
            desk.do("new", "--title", text)
            desk.do("note", text)
            return text, ["merge", case, place]
        words = {"note": [text], "title": [text], "task": [text], "assign": [task, text], "member": ["--add", "Anna", "--role", "lead"] if chance.random() < 0.5 else ["--remove", "Anna"],
                 "undo": [note, "--reason", text], "close": ["--outcome", text], "open": [text], "export": ["--out", os.path.join(d, "killed", f"{chance.random()}.zip")], "rebuild": [], "show": []}
        return text, [verb, case, *words[verb]]

    usual = {}
    for i, verb in enumerate(names_by_verb * 10):
        text, words = command(verb)
        lives = i // len(names_by_verb) % 5 == 0  # how long it takes, as busy as the machine is
        start = time.time()
        p = subprocess.Popen([custos, "case", *words, *(anna.rest if verb != "rebuild" else [])], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not lives:
            time.sleep(usual[verb] * (chance.uniform(0, 1) if chance.random() < 0.3 else chance.uniform(0.5, 1.1)))
            p.kill()
        out, _ = p.communicate()
        if lives:
            usual[verb] = time.time() - start
        counts[verb] += not lives
        cut += p.returncode == -9
        entry = re.search(r"on record as entry (\d+)", out)
        if entry and verb != "new":
            acked += 1
            acknowledged[int(entry.group(1))] = text
        if verb == "new" and entry and shown(words[1]).get("title") != text:
            lost.append((verb, text))
        if verb == "new" and not entry:
            q = run("case", *words, *anna.rest)
            if q.returncode != 0 and "is a case already" not in q.stderr:
                lost.append((verb, q))
        if verb == "merge":
            q = run("case", *words, *anna.rest)
            v = shown(case, "--who", "Anna")
            if v["state"] == "open" and (q.returncode != 0 or [n["text"] for n in v["notes"]].count(text) != 1):
                lost.append((verb, q, text))
        v = shown(case, "--who", "Anna")
        ok, q = rebuilt(case)
        if "failed" in v or not ok or [n for n in os.listdir(case) if "aside" in n]:
            lost.append((verb, v.get("failed"), q.stdout, q.stderr))
    log = [json.loads(line) for line in run("evidence", "log", os.path.join(case, "evidence"), "--json").stdout.splitlines()]
    missing = [(n, t) for n, t in acknowledged.items() if n >= len(log) or log[n]["kind"] not in ("case", "view")]
    check(f"after each of {sum(counts.values())} kills ({cut} of them before the end) the view is equal to one made anew", not lost and cut > 30, lost[:3])
    check(f"and each of {acked} acts that were acknowledged is in the log", not missing and acked > 5, missing[:3])
    anna.do("open")
    check("both verify", both(os.path.join(case, "evidence")) == (0, 0))


def full_disk(d, passphrase):
    small = os.path.join(d, "small")
    os.mkdir(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", small], capture_output=True).returncode != 0:
        print("skip   a full disk: nothing can be mounted here")
        return
    try:
        case = os.path.join(small, "case")
        desk = Desk(case, passphrase, "Anna", "--key", os.path.join(d, "small.key"))
        desk.do("new", "--title", "Full")
        desk.do("note", "before")
        with open(os.path.join(small, "filler"), "wb", buffering=0) as f, contextlib.suppress(OSError):
            while f.write(b"x" * 4096):
                pass
        p = desk.do("note", "while it is full")
        check("a full disk is said", p.returncode == 2 and "no space left" in p.stderr and not entry_of(p), p)
        p = run("case", "show", case, "--who", "Anna")
        check("and the case is shown all the same", p.returncode == 0 and "before" in p.stdout, p)
        os.remove(os.path.join(small, "filler"))
        check("it goes on when there is room again", desk.do("note", "after").returncode == 0 and [n["text"] for n in shown(case)["notes"]][-1] == "after" and rebuilt(case)[0])
        check("and both verify", both(os.path.join(case, "evidence")) == (0, 0))
    finally:
        subprocess.run(["umount", small])


with tempfile.TemporaryDirectory() as d:
    passphrase = os.path.join(d, "pass")
    with open(passphrase, "w") as f:
        f.write("correct horse battery\n")
    reg, anna = work_on_it(d, passphrase)
    members(d, passphrase)
    places(d, passphrase, reg)
    without_rights(d, passphrase, reg)
    held_by_others(reg, anna)
    database_lost(d, reg, anna)
    merging(d, passphrase)
    encrypted(d, passphrase)
    at_once(d, passphrase)
    full_disk(d, passphrase)
    killed(d, passphrase)

finish()
