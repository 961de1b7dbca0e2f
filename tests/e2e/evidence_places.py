#!/usr/bin/env python3
"""Evidence and what is near it: outputs of every command keep out, links and junk are refused by both verifiers, options that make no sense and a log that is
another one are told before a passphrase is typed. evidence_places.py CUSTOS"""
import base64, fcntl, hashlib, json, os, pty, shutil, subprocess, sys, tempfile

import places
from two_verifiers import check, custos, finish, run

second = os.path.join(places.ROOT, "tools", "verify.py")


def both(path, *more):
    """Both verifiers: their statuses, and all that they said."""
    answers = run("verify", path, *more), subprocess.run([sys.executable, second, path, *more], capture_output=True, text=True, timeout=300)
    return tuple(p.returncode for p in answers), [p.stdout + p.stderr for p in answers]


def content(folder):
    found = {}
    for at, folders, names in os.walk(folder):
        found |= {os.path.join(at, n): None for n in folders}
        for n in names:
            with open(os.path.join(at, n), "rb") as f:
                found[os.path.join(at, n)] = f.read()
    return found


def asked(*args):
    """Status and screen of a command at a terminal where nobody types: was it asked for a passphrase?"""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(custos, [custos, *args])
    screen = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        if not piece:
            break
        screen += piece
        if b"passphrase of" in screen:
            os.write(terminal, b"\x03")  # ^C
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen.decode(errors="replace")


with tempfile.TemporaryDirectory() as d:
    in_d = lambda *names: os.path.join(d, *names)
    evidence, passphrase, logs = in_d("evidence"), in_d("pass"), in_d("a.ndjson")
    with open(passphrase, "w") as f:
        f.write("correct horse battery\n")
    with open(logs, "w") as f:
        for day in range(3):
            f.write('{"Channel":"System","Provider_Name":"x","EventID":1,"Computer":"h","@timestamp":"2026-03-%02dT10:00:00Z"}\n' % (day + 1))
    seal = ["scan", logs, "--seal", evidence, "--passphrase-file", passphrase]
    p = run(*seal, "--origin", "court.example/e")
    check("a scan seals", "sealed:" in p.stdout and both(evidence)[0] == (0, 0), (p, both(evidence)))
    with open(logs) as f, open(in_d("b.ndjson"), "w") as g:
        g.write(f.read().replace('"h"', '"other"'))
    run("learn", logs, "--baseline", in_d("one.baseline"))
    run("learn", in_d("b.ndjson"), "--baseline", in_d("two.baseline"))

    # Every command that writes a file, by the option that names it.
    writers = {
        "scan --json": lambda to: ("scan", logs, "--json", to), "scan --html": lambda to: ("scan", logs, "--html", to),
        "learn": lambda to: ("learn", logs, "--baseline", to), "baseline merge": lambda to: ("baseline", "merge", in_d("one.baseline"), in_d("two.baseline"),
                "--into", to),
        "evaluate --json": lambda to: ("evaluate", "simulated", "--data", d, "--json", to),
        "evaluate --html": lambda to: ("evaluate", "simulated", "--data", d, "--html", to),
        "institution init": lambda to: ("institution", "init", logs, "--out", to, "--force"),
        "simulate": lambda to: ("simulate", to, "--days", "1", "--hosts", "15", "--force", "--quiet"),
        "evidence package": lambda to: ("evidence", "package", evidence, "--findings", "0" * 16, "--out", to, "--passphrase-file", passphrase),
        "evidence timestamp": lambda to: ("evidence", "timestamp", evidence, "--query", to, "--passphrase-file", passphrase),
        "scan --seal": lambda to: ("scan", logs, "--seal", to, "--passphrase-file", passphrase),
        "scan --seal --key": lambda to: ("scan", logs, "--seal", in_d("another"), "--key", to, "--passphrase-file", passphrase)}
    before, key = content(evidence), open(evidence + ".key", "rb").read()
    os.symlink(os.path.join(evidence, "checkpoint"), in_d("link"))
    os.symlink(evidence, in_d("folder-link"))
    for name, command in writers.items():
        for to in (os.path.join(evidence, "new"), os.path.join(evidence, "log.json"), os.path.join(evidence, "segments", "00", "x"),
                   in_d("folder-link", "new"), in_d("link"), evidence + ".key"):
            p = run(*command(to))
            words = ("lies in a folder of evidence", "is a private key", "is there already", "is a file; name a folder", "is no private key", "not empty",
                     "Not a directory")
            if name != "scan --seal --key" or not to.endswith(".key"):  # that one is a key, and used
                check(f"{name} writes nothing to {os.path.relpath(to, d)}", p.returncode == 2 and any(w in p.stderr for w in words), p)
    check("evidence and key are as they were", content(evidence) == before and open(evidence + ".key", "rb").read() == key and both(evidence)[0] == (0, 0))
    for name in ("scan --json", "scan --html", "learn", "baseline merge", "institution init", "evidence timestamp", "simulate"):
        p = run(*writers[name](in_d("out." + name.replace(" ", ""))))
        check(f"{name} writes elsewhere", p.returncode in (0, 1) and os.path.exists(in_d("out." + name.replace(" ", ""))), p)
    p = run("scan", logs, "--seal", in_d("own"), "--key", in_d("own", "own.key"), "--passphrase-file", passphrase)
    check("no key is made in the folder that it signs", p.returncode == 2 and not os.path.exists(in_d("own")), p)

    # What is no plain file, and what is no segment.
    name = next(os.path.relpath(n, evidence) for n, data in before.items() if data is not None and "/segments/" in n)
    bad = in_d("bad")
    outside = in_d("outside")
    shutil.copy(os.path.join(evidence, name), outside)
    unnamed = "segments/ab/ab" + "0" * 62

    def judged(what, change, status, said):
        shutil.copytree(evidence, bad)
        change(bad)
        statuses, texts = both(bad)
        check(f"{what}: {status}", statuses == (status, status) and all(said in t for t in texts), (statuses, texts))
        shutil.rmtree(bad)

    def linked(at, target, folder):
        full = os.path.join(folder, at)
        if os.path.isdir(full):
            shutil.rmtree(full)
        elif os.path.lexists(full):
            os.remove(full)
        os.symlink(target, full)

    link = "is a symbolic link; evidence is plain files"
    for what, at, target in (("a segment behind a link", name, outside), ("a link that leads nowhere", "x", "nowhere"),
                             ("a link inside the folder", "x", "log.json"), ("the journal behind a link", "journal", d),
                             ("the lock behind a link", "lock", "/dev/null"), ("log.json behind a link", "log.json", outside),
                             ("segments behind a link", "segments", os.path.join(evidence, "segments"))):
        judged(what, lambda f: linked(at, target, f), 1, link)
    judged("a pipe", lambda f: os.mkfifo(os.path.join(f, "checkpoints", "1")), 1, "checkpoints/1")
    judged("a pipe in the place of log.json", lambda f: (os.remove(os.path.join(f, "log.json")), os.mkfifo(os.path.join(f, "log.json"))), 1, "log.json")

    def put(at):
        def change(folder):
            os.makedirs(os.path.dirname(os.path.join(folder, at)), exist_ok=True)
            with open(os.path.join(folder, at), "w") as f:
                f.write("x")
        return change
    for at in ("segments/README", "segments/ab/x", "segments/ac/ab" + "0" * 62, "segments/AB/AB" + "0" * 62, unnamed + ".new", "journal/7.new", "x"):
        judged(f"junk at {at[:30]}", put(at), 1, at)
    judged("a segment that no entry names", put(unnamed), 0, unnamed)

    # Values of options that are none.
    files = {"empty": b"", "text": b"hello\n", "binary": b"\xff\xfe\0", "broken": b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"}
    for n, data in files.items():
        with open(in_d(n), "wb") as f:
            f.write(data)
    log_key = json.loads(run("verify", evidence, "--json").stdout)["key"]
    material = b"\x04" + base64.b64decode(log_key.split("+", 2)[2])[1:]
    witness_key = f"w+{hashlib.sha256(b'w' + bytes([10]) + material).hexdigest()[:8]}+{base64.b64encode(material).decode()}"
    for option, values in {"--key": ["x", log_key[:-4] + "AAAA", witness_key, *map(in_d, files), d], "--witness": ["x", log_key, in_d("text")],
                           "--tsa": [*map(in_d, files), in_d("absent"), d]}.items():
        for value in values:
            for path in (evidence, logs):
                statuses, texts = both(path, option, value)
                check(f"{option} {os.path.basename(value)[:40]}: unusable, and told", statuses == (2,
                        2) and all(option in t and "Traceback" not in t for t in texts), (statuses, texts))
    for value in (*map(in_d, files), in_d("absent"), d):
        p = run("verify", evidence, "--checkpoint", value)
        check(f"--checkpoint {os.path.basename(value)}: unusable, and told", p.returncode == 2 and os.path.basename(value) in p.stderr, p)
    check("a good key still is one", both(evidence, "--key", log_key)[0] == (0, 0))
    check("a good witness that did not sign is missed", both(evidence, "--witness", witness_key)[0] == (1, 1))

    # Told before anybody types a passphrase.
    p = run(*seal, "--origin", "court.example/other")
    check("another origin is refused, and the log's is named", p.returncode == 2 and "court.example/e" in p.stderr, p)
    p = run(*seal, "--origin", "court.example/e")
    check("its own is not", "sealed:" in p.stdout, p)
    at_terminal = ["scan", logs, "--seal"]
    status, screen = asked(*at_terminal, evidence)
    check("a passphrase is asked for at the terminal", "passphrase of" in screen, (status, screen))
    os.mkdir(in_d("full"))
    put("x")(in_d("full"))
    os.mkdir(in_d("keyless"))
    shutil.copytree(evidence, in_d("keyless", "e"))
    for what, args, said in (("another origin", (*at_terminal, evidence, "--origin", "x.example/y"), "court.example/e"),
                             ("a folder of something else", (*at_terminal, in_d("full")), "no folder of evidence"),
                             ("a log without its key", (*at_terminal, in_d("keyless", "e")), "is not there"),
                             ("a name that is none", (*at_terminal, in_d("new"), "--origin", "a b"), "no blanks"),
                             ("no log", ("evidence", "timestamp", in_d("full"), "--query", in_d("q")), "no folder of evidence"),
                             ("nothing at all", ("evidence", "timestamp", in_d("absent"), "--query", in_d("q")), "no folder of evidence"),
                             ("a folder in evidence", (*at_terminal, os.path.join(evidence, "sub")), "lies in a folder of evidence")):
        status, screen = asked(*args)
        check(f"{what}: told without asking", status == 2 and "passphrase of" not in screen and said in " ".join(screen.split()), (status, screen))
    with open(os.path.join(evidence, "lock")) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        status, screen = asked(*at_terminal, evidence)
        check("a log that somebody else writes to: told without asking", status == 2 and "passphrase of" not in screen and "another process" in screen,
              (status, screen))

finish()
