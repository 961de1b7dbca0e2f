#!/usr/bin/env python3
"""Evidence that is encrypted to recipients, and keys that change, as a user meets them. encrypted.py CUSTOS"""
import json, os, re, shutil, subprocess, tempfile

from two_verifiers import both, check, finish, run, samples


def files_below(folder):
    return [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]


def make_identity(path):
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    return re.search(r"public key: (age1\S+)", open(path).read()).group(1)


def flip(path):
    """A bit in the last bytes: of a file of entries that is inside one that is encrypted."""
    data = bytearray(open(path, "rb").read())
    data[-20] ^= 1
    with open(path, "wb") as f:
        f.write(data)


with tempfile.TemporaryDirectory() as d:
    in_d = lambda *names: os.path.join(d, *names)
    evidence, passphrase = in_d("evidence"), ["--passphrase-file", in_d("pass")]
    with open(in_d("pass"), "w") as f:
        f.write("correct horse battery\n")
    anna, ben, other = make_identity(in_d("anna.txt")), make_identity(in_d("ben.txt")), make_identity(in_d("other.txt"))
    with open(in_d("recipients"), "w") as f:
        f.write(f"# who may read\n{anna}\n{ben}\n")
    seal = ["scan", samples, "--seal", evidence, *passphrase, "--origin", "court.example/evidence"]
    for wrong in ("age1nonsense", in_d("anna.txt"), in_d("missing"), ""):
        p = run(*seal, "--recipient", wrong)
        check(f"a recipient that is none makes no folder: {os.path.basename(wrong)!r}", p.returncode == 2 and p.stderr and not os.path.exists(os.path.join(evidence, "log.json")), p)
    p = run(*seal, "--recipient", in_d("recipients"))
    check("a scan seals to recipients", "sealed:" in p.stdout, p)
    key = re.search(r"court\.example/evidence\+[0-9a-f]{8}\+\S+", p.stdout).group(0)
    check("a second one goes on, and takes the same recipients again", "sealed:" in run(*seal, "--recipient", ben, "--recipient", anna).stdout)
    p = run(*seal, "--recipient", other)
    check("others are refused, with what to do", p.returncode == 2 and "evidence change" in p.stderr, p)

    check("both verify what everybody can", both(evidence, "--key", key) == (0, 0), both(evidence, "--key", key))
    p = run("verify", evidence, "--key", key)
    check("and say what nobody else can", "only a recipient can tell" in p.stdout, p.stdout)
    for name in ("anna.txt", "ben.txt"):
        p = run("verify", evidence, "--key", key, "--identity", in_d(name))
        check(f"{name} verifies all of it", p.returncode == 0 and "all give the roots" in p.stdout and "recipient" not in p.stdout, p.stdout)
    p = run("evidence", "log", evidence)
    check("without an identity nothing is listed, and it says why", p.returncode == 2 and "--identity" in p.stderr, p)
    p = run("evidence", "log", evidence, "--identity", in_d("other.txt"))
    check("nor with somebody else's", p.returncode == 2 and "somebody else" in p.stderr, p)
    listed = run("evidence", "log", evidence, "--findings", "--json", "--identity", in_d("anna.txt")).stdout.splitlines()
    ids = [json.loads(line)["id"] for line in listed]
    check("with hers Anna sees findings", len(ids) > 5, len(ids))
    shown = run("evidence", "show", evidence, ids[0], "--identity", in_d("ben.txt"))
    check("and Ben one of them", "its record:" in shown.stdout, shown)
    recorded = run("evidence", "show", evidence, ids[0], "--identity", in_d("ben.txt"), *passphrase, "--on-record", "--who", "Ben", "--reason", "asked by the registrar")
    views = [e for e in map(json.loads, run("evidence", "log", evidence, "--json", "--identity", in_d("anna.txt")).stdout.splitlines()) if e["kind"] == "view"]
    check("who looks on record is on record", shown.stdout in recorded.stdout and [(v["about"], v["custody"]["who"]) for v in views] == [(ids[0], "Ben")], (recorded, views))
    p = run("evidence", "show", evidence, ids[0], "--identity", in_d("ben.txt"), "--on-record", "--key", in_d("missing"), "--passphrase-file", in_d("pass"))
    check("and where that can't be written nothing is shown", p.returncode == 2 and "its record:" not in p.stdout, p)
    p = run("evidence", "package", evidence, "--findings", *ids[:3], "--out", in_d("p.zip"), *passphrase)
    check("a package needs an identity", p.returncode == 2 and "--identity" in p.stderr and not os.path.exists(in_d("p.zip")), p)
    p = run("evidence", "package", evidence, "--findings", *ids[:3], "--out", in_d("p.zip"), *passphrase, "--identity", in_d("anna.txt"))
    check("and opens for everybody", p.returncode == 0 and both(in_d("p.zip"), "--key", key) == (0, 0), p)

    segments = [p for p in files_below(os.path.join(evidence, "segments"))]
    opened = [subprocess.run(["age", "-d", "-i", in_d("ben.txt"), p], capture_output=True).stdout for p in segments]
    check("every segment opens with age itself", segments and all(o.startswith(b"custos segment 1\n\0") for o in opened), len(segments))
    epochs = files_below(os.path.join(evidence, "epochs"))
    opened = [subprocess.run(["age", "-d", "-i", in_d("anna.txt"), p], capture_output=True).stdout for p in epochs]
    check("so does every epoch's key, and no two are the same", len(epochs) >= 3 and all(len(o) == 32 for o in opened) and len(set(opened)) == len(opened), len(epochs))
    words = set(re.findall(rb"[A-Za-z][A-Za-z0-9_.\\-]{7,}", shown.stdout.encode())) - {b"evidence", b"court.example", b"records:", b"segment"}
    lying_open = b"".join(open(p, "rb").read() for p in files_below(evidence))
    check("no word of a finding lies open in the folder", len(words) > 10 and not [w for w in words if w in lying_open], [w for w in words if w in lying_open][:5])

    for below, found_without in (("segments", True), ("epochs", True), ("tile/0", True), ("tile/entries", False)):
        copy = in_d("copy")
        shutil.copytree(evidence, copy)
        flip(sorted(files_below(os.path.join(copy, below)))[0])
        with_it = run("verify", copy, "--quiet", "--identity", in_d("anna.txt")).returncode
        without = both(copy)
        check(f"a flipped bit below {below} is found", with_it == 1 and without == ((1, 1) if found_without else (0, 0)), (with_it, without))
        shutil.rmtree(copy)

    change = ["evidence", "change", evidence, *passphrase, "--reason", "Ben left"]
    p = run(*change, "--recipient", anna)
    check("a recipient is taken off the list", p.returncode == 0 and anna in p.stdout and ben not in p.stdout, p)
    check("twice is no change", run(*change, "--recipient", anna).returncode == 2)
    check("and the next scan is not for him", "sealed:" in run(*seal).stdout and run("evidence", "log", evidence, "--identity", in_d("ben.txt")).returncode == 2)
    check("but for her", run("evidence", "log", evidence, "--identity", in_d("anna.txt")).returncode == 0)
    check("both verify it still", both(evidence, "--key", key) == (0, 0) and run("verify", evidence, "--key", key, "--identity", in_d("anna.txt")).returncode == 0)

    keep = [evidence, *passphrase, "--identity", in_d("anna.txt"), "--reason", "retention"]
    listed = [json.loads(line) for line in run("evidence", "log", evidence, "--json", "--identity", in_d("anna.txt")).stdout.splitlines()]
    scan = next(i for i, e in enumerate(listed) if e["kind"] == "scan" and i > 3)
    p = run("evidence", "delete", evidence, *passphrase, "--reason", "retention", "--scan", str(scan))
    check("without an identity nothing is deleted", p.returncode == 2 and "--identity" in p.stderr, p)
    p = run("evidence", "hold", *keep, "--scan", str(scan))
    hold = re.search(r"on record as entry (\d+)", p.stdout)
    check("a hold tells its entry", hold and "hold" in run("evidence", "show", evidence, hold.group(1), "--identity", in_d("anna.txt")).stdout, p)
    check("what is held stays", run("evidence", "delete", *keep, "--scan", str(scan), "--with-findings").returncode == 2)
    check("until it is released", run("evidence", "release", *keep, "--hold", hold.group(1)).returncode == 0)
    p = run("evidence", "delete", *keep, "--scan", str(scan), "--with-findings")
    entry = re.search(r"on record as entry (\d+)", p.stdout)
    check("then it goes, and the entry that is told says so", entry and "deletion" in run("evidence", "show", evidence, entry.group(1), "--identity", in_d("anna.txt")).stdout, p)
    p = run("evidence", "copy", evidence, *passphrase, "--to", in_d("second"))
    check("a copy needs no identity", p.returncode == 0 and both(in_d("second"), "--key", key) == (0, 0), p)
    check("both verify it with a scan less", both(evidence, "--key", key) == (0, 0) and run("verify", evidence, "--identity", in_d("anna.txt")).returncode == 0)
    name = next(p for p in files_below(os.path.join(evidence, "segments")) if os.path.exists(p.replace(evidence, in_d("second"))))
    flip(name)
    p = run("evidence", "sweep", *keep, "--from", in_d("second"))
    check("a sweep restores an encrypted segment", p.returncode == 0 and "WHOLE" in p.stdout and both(evidence, "--key", key) == (0, 0), p)

    for wrong in (["--lost"], [], ["--recipient", anna, "--open"], ["--new-key", evidence + ".key", "--new-passphrase-file", in_d("pass")]):
        p = run(*change, *wrong)
        check(f"change {wrong[:1]} is refused, with a sentence", p.returncode == 2 and p.stderr.startswith("custos evidence"), p)
    p = run(*change, "--new-key", in_d("new.key"), "--new-passphrase-file", in_d("pass"))
    new_key = re.search(r"court\.example/evidence\+[0-9a-f]{8}\+\S+", p.stdout)
    check("the key is changed", p.returncode == 0 and new_key and new_key.group(0) != key, p)
    new_key = new_key.group(0)
    check("both reach the new key from the old one", both(evidence, "--key", key) == (0, 0) and both(evidence, "--key", new_key) == (0, 0), both(evidence, "--key", key))
    check("the old one signs nothing more", run(*seal).returncode == 2)
    check("the new one does", "sealed:" in run(*seal, "--key", in_d("new.key")).stdout)
    p = run("evidence", "change", evidence, "--lost", "--new-key", in_d("third.key"), "--new-passphrase-file", in_d("pass"), "--reason", "passphrase forgotten")
    third = re.search(r"court\.example/evidence\+[0-9a-f]{8}\+\S+", p.stdout)
    check("a lost key is replaced", p.returncode == 0 and third, p)
    check("both verify with the newest", both(evidence, "--key", third.group(0)) == (0, 0), both(evidence, "--key", third.group(0)))
    check("and neither with one from before the loss", both(evidence, "--key", new_key) == (1, 1), both(evidence, "--key", new_key))
    p = run("verify", evidence, "--key", third.group(0))
    check("which is said", "was lost" in p.stdout, p.stdout)
    p = run("evidence", "change", evidence, "--open", "--key", in_d("third.key"), *passphrase, "--reason", "handed over")
    run(*seal, "--key", in_d("third.key"))
    last = json.loads(run("evidence", "show", evidence, str(json.loads(run("verify", evidence, "--json").stdout)["size"] - 1), "--json").stdout or "{}")
    check("what is sealed after --open is not encrypted", p.returncode == 0 and last.get("kind") == "end" and both(evidence, "--key", third.group(0)) == (0, 0), (p, last))

finish()
