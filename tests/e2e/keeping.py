#!/usr/bin/env python3
"""Evidence kept: a second copy, a sweep that restores, holds, release and deletion on record, as a user does it. keeping.py CUSTOS"""
import contextlib, hashlib, json, os, random, shutil, subprocess, tempfile, time

from two_verifiers import both, check, custos, finish, run, samples


def files_of(folder):
    """Hashes of all files but the lock, by their paths."""
    return {os.path.relpath(os.path.join(at, n), folder): hashlib.sha256(open(os.path.join(at, n), "rb").read()).hexdigest()
            for at, _, names in os.walk(folder) for n in names if n != "lock"}


def entries(folder):
    return [json.loads(line) for line in run("evidence", "log", folder, "--json").stdout.splitlines()]


def damage(path, chance):
    data = bytearray(open(path, "rb").read())
    kind = chance.randrange(3)
    if kind == 0:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[len(data) // 2:]
    os.remove(path)
    if kind < 2:
        with open(path, "wb") as f:
            f.write(data)


class Store:
    """A folder of evidence with its key, and how its verbs are called."""

    def __init__(self, folder, key, passphrase):
        self.folder, self.key, self.passphrase = folder, key, passphrase

    def scan(self, logs):
        return run("scan", logs, "--seal", self.folder, "--key", self.key, "--passphrase-file", self.passphrase, "--origin", "court.example/evidence")

    def verb(self, verb, *args, **more):
        return run("evidence", verb, self.folder, *args, "--key", self.key, "--passphrase-file", self.passphrase, "--who", "Anna Dekker", **more)


def copies(store, copy, in_d):
    e = store.folder
    p = store.verb("copy", "--to", copy)
    check("a copy is made and put on record", p.returncode == 0 and "copied:" in p.stdout and entries(e)[-1]["kind"] == "copy", p)
    check("it is the same, byte by byte", files_of(copy) == files_of(e))
    check("both verifiers verify both", both(e) + both(copy) == (0, 0, 0, 0), both(e) + both(copy))
    store.scan(os.path.join(samples, "web"))
    p = store.verb("copy", "--to", copy)
    written = entries(e)[-1]
    check("only what is new is written", p.returncode == 0 and "brought up to date" in p.stdout and written["files"] < len(files_of(copy)) / 2, p)
    check("and it is the same again", files_of(copy) == files_of(e) and both(copy) == (0, 0))
    for place in (os.path.join(e, "copy"), e, os.path.dirname(e), os.path.join(e, "segments")):
        before = files_of(e)
        p = store.verb("copy", "--to", place)
        check(f"no copy to {os.path.relpath(place, os.path.dirname(e))}", p.returncode == 2 and files_of(e) == before, p)
    os.symlink(e, in_d("link"))
    check("nor by a link", store.verb("copy", "--to", in_d("link", "copy")).returncode == 2)
    os.mkdir(in_d("letters"))
    open(in_d("letters", "dear"), "w").close()
    p = store.verb("copy", "--to", in_d("letters"))
    check("a folder of something else is left alone", p.returncode == 2 and os.listdir(in_d("letters")) == ["dear"], p)
    other = Store(in_d("other"), in_d("other.key"), store.passphrase)
    run("scan", os.path.join(samples, "web"), "--seal", other.folder, "--key", other.key, "--passphrase-file", other.passphrase, "--origin", "other.example/e")
    p = store.verb("copy", "--to", other.folder)
    check("another log's is left alone, and it says whose it is", p.returncode == 2 and "other.example/e" in p.stderr and both(other.folder) == (0, 0), p)
    shutil.copytree(copy, in_d("fork"))
    fork = Store(in_d("fork"), store.key, store.passphrase)
    fork.scan(os.path.join(samples, "web"))
    before = files_of(fork.folder)
    p = store.verb("copy", "--to", fork.folder)
    check("a newer one is refused", p.returncode == 2 and "newer" in p.stderr and files_of(fork.folder) == before, p)
    for _ in range(2):
        store.scan(os.path.join(samples, "web"))
    p = store.verb("copy", "--to", fork.folder)
    check("a fork is refused", p.returncode == 2 and "another history" in p.stderr and files_of(fork.folder) == before, p)
    p = store.verb("sweep", "--from", fork.folder)
    check("and nothing is restored from it", p.returncode == 2 and "history" in p.stderr, p)
    check("without a passphrase that fits nothing is copied",
          run("evidence", "copy", e, "--to", in_d("none"), "--key", store.key, "--passphrase-file", in_d("letters", "dear")).returncode == 2 and not os.path.exists(in_d("none")))


def killed(store, in_d):
    """The program dies by SIGKILL while it copies; the copy then is brought up to date."""
    chance, whole = random.Random(7), 0
    for i in range(10):
        copy = in_d(f"killed{i % 2}")
        if i == 5:
            store.scan(os.path.join(samples, "web"))
        p = subprocess.Popen([custos, "evidence", "copy", store.folder, "--to", copy, "--key", store.key, "--passphrase-file", store.passphrase], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.0, 0.25))
        p.kill()
        p.wait()
        p = store.verb("copy", "--to", copy)
        whole += p.returncode == 0 and files_of(copy) == files_of(store.folder) and run("verify", copy, "--quiet").returncode == 0
        if i % 2 == 0:
            shutil.rmtree(copy)
    check("after each of ten kills the next copy is whole", whole == 10, whole)


def sweeps(store, copy, in_d):
    e, chance = store.folder, random.Random(5)
    store.verb("copy", "--to", copy)
    p = run("evidence", "sweep", e, "--look")
    check("looking needs no key and finds it whole", p.returncode == 0 and p.stdout.endswith("WHOLE\n"), p)
    good = files_of(e)
    slipped = []
    # Segments are all alike; of everything else each file.
    some = [f for f in sorted(good) if not f.startswith("segments/")]
    some += chance.sample([f for f in sorted(good) if f.startswith("segments/")], 6)
    for path in some:
        damage(os.path.join(e, path), chance)
        bad = files_of(e)
        looked = run("evidence", "sweep", e, "--from", copy, "--look")
        if looked.returncode != 1 or f"  {path}\n" not in looked.stdout or files_of(e) != bad:
            slipped.append((path, "looked", looked))
        # On a copy of the folder, so that the next round begins where this one did.
        shutil.rmtree(in_d("swept"), ignore_errors=True)
        shutil.copytree(e, in_d("swept"))
        p = Store(in_d("swept"), store.key, store.passphrase).verb("sweep", "--from", copy)
        after = files_of(in_d("swept"))
        same = all(after.get(f) == h for f, h in good.items() if f.startswith("segments/"))
        last = entries(in_d("swept"))[-1]
        if p.returncode != 0 or "WHOLE" not in p.stdout or not same or both(in_d("swept")) != (0, 0) or last["kind"] != "sweep" or last["damaged"] != [path] or last["restored"] != [path]:
            slipped.append((path, p, both(in_d("swept"))))
        shutil.copy(os.path.join(copy, path), os.path.join(e, path))
    check(f"each of {len(some)} files damaged, cut or removed is found and restored, and both verify", not slipped, slipped[:2])
    check("and the folder is as it was", files_of(e) == good)
    segment = next(f for f in sorted(good) if f.startswith("segments/"))
    shutil.copytree(e, in_d("hurt"))
    hurt = Store(in_d("hurt"), store.key, store.passphrase)
    damage(os.path.join(hurt.folder, segment), random.Random(1))
    p = hurt.verb("sweep")
    check("without a copy damage is listed, put on record, and the status says it", p.returncode == 1 and segment in p.stdout and entries(hurt.folder)[-1]["damaged"] == [segment], p)
    shutil.copytree(copy, in_d("bad copy"))
    damage(os.path.join(in_d("bad copy"), segment), random.Random(1))
    p = hurt.verb("sweep", "--from", in_d("bad copy"), "--from", copy)
    check("the first copy in which it is right serves", p.returncode == 0 and entries(hurt.folder)[-1]["restored"] == [segment] and both(hurt.folder) == (0, 0), p)
    os.remove(os.path.join(hurt.folder, "checkpoint"))
    before = files_of(hurt.folder)
    p = hurt.verb("sweep", "--from", copy)
    check("an older checkpoint is not put back where that loses entries", p.returncode == 1 and "would lose" in p.stdout and files_of(hurt.folder) == before, p)
    p = run("evidence", "sweep", in_d("letters"), "--look")
    check("what is no evidence is said to be none", p.returncode == 2 and "no folder of evidence" in p.stderr, p)
    p = run("evidence", "sweep", e, "--from", in_d("letters"), "--look")
    check("nor is it a copy", p.returncode == 2, p)


def retention(store, copy):
    e = store.folder
    store.scan(samples)
    store.verb("copy", "--to", copy)
    log = entries(e)
    scans = [i for i, x in enumerate(log) if x["kind"] == "scan"]
    records = lambda scan: [x["file"] for x in log if x["kind"] == "segment" and x["scan"] == scan and x["holds"] == "records"]
    path = lambda name: os.path.join(e, "segments", name[:2], name)
    first, last = scans[0], scans[-1]
    for verb, args in (("hold", ["--all"]), ("release", ["--hold", "1"]), ("delete", ["--scan", str(first)])):
        p = store.verb(verb, *args)
        check(f"{verb} without --reason does nothing", p.returncode == 2 and "--reason" in p.stderr and len(entries(e)) == len(log), p)
    p = store.verb("hold", "--scan", str(first), "--reason", "case 2026/114")
    held = len(log)
    check("a scan is held", p.returncode == 0 and entries(e)[held]["kind"] == "hold" and set(records(first)) < set(entries(e)[held]["segments"]), p)
    before = files_of(e)
    p = store.verb("delete", "--scan", str(first), "--with-findings", "--reason", "retention")
    check("what is held is not deleted, and it says by what", p.returncode == 2 and f"held by entry {held}" in p.stderr and files_of(e) == before, p)
    p = store.verb("delete", "--before", "2999-01-01", "--with-findings", "--reason", "retention")
    check("nor with everything else", p.returncode == 2 and files_of(e) == before, p)
    p = run("evidence", "delete", e, "--scan", str(last), "--with-findings", "--dry-run")
    check("a dry run needs no key and changes nothing", p.returncode == 0 and "would be deleted" in p.stdout and files_of(e) == before, p)
    for odd in (["--scan", str(held)], ["--scan", "999999"], ["--before", "soon"], ["--before", "2026-02-30"], [], ["--scan", "1", "--before", "2026-01-01"]):
        p = store.verb("delete", *odd, "--reason", "x")
        check(f"delete {' '.join(odd)} is refused", p.returncode != 0 and files_of(e) == before, p)
    p = store.verb("delete", "--before", "2020-01-01", "--reason", "retention")
    check("nothing that old: nothing to delete, and no entry", p.returncode == 0 and "nothing to delete" in p.stdout and files_of(e) == before, p)
    p = store.verb("delete", "--scan", str(last), "--reason", "retention")
    new = entries(e)[-1]
    gone = {s["file"] for s in new["segments"]} if new["kind"] == "deletion" else set()
    check("records of a scan go, but for those that findings refer to", p.returncode == 0 and "kept:" in p.stdout and
          all(os.path.exists(path(n)) == (n not in gone) for n in records(last)), p)
    check("both verify what is left", both(e) == (0, 0), both(e))
    p = store.verb("delete", "--scan", str(last), "--with-findings", "--reason", "retention, findings' records too")
    check("with --with-findings all records go, findings and coverage stay", p.returncode == 0 and not any(os.path.exists(path(n)) for n in records(last)), p)
    check("both verify that, too", both(e) == (0, 0), both(e))
    findings = run("evidence", "log", e, "--findings").stdout.splitlines()
    check("the findings are listed as before", len(findings) > 5)
    there = os.path.join(copy, os.path.relpath(path(records(last)[0]), e))
    check("the copy has it until then", os.path.exists(there))
    shutil.copy(there, path(records(last)[0]))
    check("a deleted segment that is there again is noticed", run("verify", e, "--quiet").returncode == 1 and run("evidence", "sweep", e, "--look").returncode == 1)
    p = store.verb("sweep", "--from", copy)
    check("a sweep ends the deletion and restores nothing that was deleted", p.returncode == 0 and not os.path.exists(path(records(last)[0])) and both(e) == (0, 0), p)
    p = store.verb("copy", "--to", copy)
    check("bringing the copy up to date deletes there, too", p.returncode == 0 and "removed there" in p.stdout and not os.path.exists(there) and both(copy) == (0, 0), p)
    p = store.verb("hold", "--all", "--until", "2020-01-01", "--reason", "late")
    check("a hold that is over is none", p.returncode == 2 and "is over" in p.stderr, p)
    p = store.verb("hold", "--findings", findings[0].split()[0], "--until", "2999-12-31", "--reason", "case 2026/115")
    check("a finding is held with its records", p.returncode == 0 and "2999-12-31" in p.stdout, p)
    p = store.verb("release", "--hold", str(held), "--reason", "case closed")
    check("a hold is released", p.returncode == 0 and entries(e)[-1] | {"hold": held} == entries(e)[-1], p)
    p = store.verb("release", "--hold", str(held), "--reason", "again")
    check("once", p.returncode == 2 and "before" in p.stderr, p)
    p = store.verb("release", "--hold", "0", "--reason", "x")
    check("what is no hold is not released", p.returncode == 2 and "is no hold" in p.stderr, p)
    p = store.verb("delete", "--scan", str(first), "--with-findings", "--reason", "retention")
    check("what another hold covers is still held", p.returncode == 2 and "held by entry" in p.stderr, p)
    p = store.verb("release", "--hold", str(next(i for i, x in enumerate(entries(e)) if x["kind"] == "hold" and x["until"])), "--reason", "case closed")
    check("that one is released, too", p.returncode == 0, p)
    p = store.verb("delete", "--scan", str(first), "--with-findings", "--reason", "retention")
    check("what is released is deleted", p.returncode == 0 and "deleted:" in p.stdout and not any(os.path.exists(path(n)) for n in records(first)) and both(e) == (0, 0), p)
    kinds = run("evidence", "log", e).stdout
    for words in ("segments until it is released", f"of the hold of entry {held}", "deletion  of ", "copy      to ", "sweep     "):
        check(f"the log shows '{words.strip()}'", words in kinds, kinds[-2000:])


def no_room_no_right(store, d, in_d):
    small = in_d("small")
    os.mkdir(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", small], capture_output=True).returncode == 0:
        try:
            copy = os.path.join(small, "copy")
            with open(os.path.join(small, "filler"), "wb", buffering=0) as f, contextlib.suppress(OSError):
                while f.write(b"x" * 4096):
                    pass
            os.truncate(os.path.join(small, "filler"), os.path.getsize(os.path.join(small, "filler")) - 100_000)
            p = store.verb("copy", "--to", copy)
            check("a full disk is said", p.returncode == 2 and "no space left" in p.stderr and entries(store.folder)[-1]["kind"] != "copy", p)
            os.remove(os.path.join(small, "filler"))
            p = store.verb("copy", "--to", copy)
            check("and with room the copy is made", p.returncode == 0 and both(copy) == (0, 0), p)
        finally:
            subprocess.run(["umount", small])
    else:
        print("skip   a full disk: nothing can be mounted here")
    # Whoever is root may write everywhere: another user tries.
    if os.getuid() == 0 and shutil.which("setpriv"):
        os.chmod(d, 0o755)
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", custos]
        p = subprocess.run([*as_nobody, "evidence", "sweep", store.folder, "--look"], capture_output=True, text=True, cwd="/")
        check("without the right to read it is said, and nothing is called whole", p.returncode == 2 and "WHOLE" not in p.stdout, p)
        p = subprocess.run([*as_nobody, "evidence", "copy", store.folder, "--to", in_d("theirs"), "--key", store.key, "--passphrase-file", store.passphrase], capture_output=True, text=True, cwd="/")
        check("nor is anything copied", p.returncode == 2 and not os.path.exists(in_d("theirs")), p)


with tempfile.TemporaryDirectory() as d:
    in_d = lambda *names: os.path.join(d, *names)
    os.mkdir(in_d("work"))
    with open(in_d("pass"), "w") as f:
        f.write("correct horse battery\n")
    store, copy = Store(in_d("work", "evidence"), in_d("evidence.key"), in_d("pass")), in_d("copy")
    p = store.scan(samples)
    check("a scan is sealed", "sealed:" in p.stdout, p)
    copies(store, copy, in_d)
    killed(store, in_d)
    sweeps(store, copy, in_d)
    retention(store, copy)
    no_room_no_right(store, d, in_d)

finish()
