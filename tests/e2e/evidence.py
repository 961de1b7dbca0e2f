#!/usr/bin/env python3
"""Evidence from end to end: sealed, verified by two programs that share no code, shown in part, damaged, vouched for, forked. evidence.py CUSTOS"""
import base64, contextlib, http.server, json, os, random, re, shutil, struct, subprocess, tempfile, threading, time, urllib.request, zipfile, zlib

from two_verifiers import both, check, custos, finish, run, samples


def damaged(data, chance):
    """Another file than this: a bit, bytes cut out, put in, exchanged, or the end gone."""
    while True:
        at, n, kind, bad = chance.randrange(len(data)), chance.randint(1, 60), chance.randrange(5), bytearray(data)
        if kind == 0:
            bad[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del bad[at:at + n]
        elif kind == 2:
            bad[at:at] = chance.randbytes(n)
        elif kind == 3:
            del bad[at:]
        else:
            other = chance.randrange(len(data))
            bad[at], bad[other] = bad[other], bad[at]
        if bytes(bad) != data:
            return bytes(bad)


def canonical_zip(members):
    """As docs/formats/package.md has it, whatever the members hold."""
    data, directory = b"", b""
    for name, body in members.items():
        raw = name.encode()
        common = struct.pack("<HHHHHIIIHH", 10, 0x0800, 0, 0, 0x0021, zlib.crc32(body), len(body), len(body), len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 10) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(data)) + raw
        data += b"PK\x03\x04" + common + raw + body
    return data + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(data), 0)


class Authority(http.server.BaseHTTPRequestHandler):
    """A real RFC 3161 authority: openssl ts behind HTTP."""
    folder = ""

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        with open(os.path.join(self.folder, "query"), "wb") as f:
            f.write(query)
        subprocess.run(["openssl", "ts", "-reply", "-queryfile", "query", "-inkey", "tsa.key", "-signer", "tsa.pem", "-out", "reply", "-config", "ts.cnf", "-section", "tsa"],
                       cwd=self.folder, check=True, capture_output=True)
        with open(os.path.join(self.folder, "reply"), "rb") as f:
            reply = f.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


def make_authority(folder):
    os.mkdir(folder)
    with open(os.path.join(folder, "ts.cnf"), "w") as f:
        f.write("[tsa]\ndir=.\nserial=./serial\ncrypto_device=builtin\ndefault_policy=1.2.3.4.1\ndigests=sha256\nsigner_digest=sha256\ness_cert_id_alg=sha256\n"
                "[use]\nextendedKeyUsage=critical,timeStamping\n")
    with open(os.path.join(folder, "serial"), "w") as f:
        f.write("01\n")
    for line in ("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 3650",
                 "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamps",
                 "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile ts.cnf -extensions use -out tsa.pem"):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)
    Authority.folder = folder
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", os.path.join(folder, "ca.pem")


def start_witness(d, key, passphrase):
    p = subprocess.Popen([custos, "witness", "serve", os.path.join(d, "witness"), "--name", "police.example/w", "--log", key, "--listen", "127.0.0.1:0",
                          "--passphrase-file", passphrase], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    witness = p.stdout.readline().split()[1]
    address = p.stdout.readline().split()[2]
    return p, witness, "http://" + address


def kill_at_random(d, evidence, passphrase):
    """The whole program dies by SIGKILL while it seals; what was sealed before stays, and the next scan goes on."""
    chance, whole = random.Random(3), 0
    for _ in range(10):
        p = subprocess.Popen([custos, "scan", samples, "--seal", evidence, "--passphrase-file", passphrase, "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, 0.6))
        p.kill()
        p.wait()
        done = run("scan", samples, "--seal", evidence, "--passphrase-file", passphrase)
        answers = both(evidence)
        whole += "sealed:" in done.stdout and answers == (0, 0)
    check("after each of ten kills the next scan seals, and both verify", whole == 10, whole)


with tempfile.TemporaryDirectory() as d:
    in_d = lambda *names: os.path.join(d, *names)
    evidence, passphrase, package, part = in_d("evidence"), in_d("pass"), in_d("package.zip"), in_d("part.zip")
    with open(passphrase, "w") as f:
        f.write("correct horse battery\n")
    p = run("scan", samples, "--seal", evidence)
    check("without a terminal or a file for the passphrase nothing begins", p.returncode == 2 and "--passphrase-file" in p.stderr and not os.path.exists(evidence), p)
    p = run("scan", samples, "--seal", evidence, "--passphrase-file", passphrase, "--origin", "court.example/evidence", "--who", "Anna Dekker", "--reason", "weekly review")
    key = re.search(r"court\.example/evidence\+[0-9a-f]{8}\+\S+", p.stdout)
    check("a scan seals and tells the key", p.returncode == 3 and "sealed:" in p.stdout and key, p)  # 3: two of the samples are damaged on purpose
    key = key.group(0)
    check("the private key is beside the folder, not in it", os.path.exists(evidence + ".key") and not any(n.endswith(".key") for n in os.listdir(evidence)))
    check("both verify the folder", both(evidence, "--key", key) == (0, 0), both(evidence, "--key", key))
    other_key = key[:-4] + "AAAA"
    check("another key is none", run("verify", evidence, "--key", other_key).returncode == 2)
    p = run("scan", samples, "--json", in_d("plain.ndjson"))
    ids = [json.loads(line)["id"] for line in open(in_d("plain.ndjson")) if '"type":"finding"' in line]
    listed = [json.loads(line)["id"] for line in run("evidence", "log", evidence, "--findings", "--json").stdout.splitlines()]
    check("the findings of an unsealed scan are the sealed ones", sorted(ids) == sorted(listed) and len(ids) > 5, (len(ids), len(listed)))

    p = run("evidence", "package", evidence, "--findings", *ids, "--out", package, "--passphrase-file", passphrase, "--to", "the prosecutor")
    check("a package is made and put on record", p.returncode == 0 and "package" in run("evidence", "log", evidence).stdout, p)
    check("both verify it", both(package, "--key", key) == (0, 0), both(package, "--key", key))
    shown = json.loads(run("evidence", "show", evidence, ids[0], "--json").stdout)
    named = [v for v in shown["values"] if v["what"] == "part" and v["name"]]
    field, value = max(((v["name"], v["value"]) for v in named), key=lambda nv: len(nv[1]))
    p = run("evidence", "package", evidence, "--findings", *ids, "--withhold", field, "--out", part, "--passphrase-file", passphrase)
    check("a field is withheld", p.returncode == 0 and "withheld:" in p.stdout, p)
    check("both verify the part", both(part, "--key", key) == (0, 0), both(part, "--key", key))
    readme = subprocess.run(["python3", "-c", "import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).read('README.txt').decode())", part], capture_output=True, text=True).stdout
    check("the withheld value is not in what people read", "[withheld]" in readme and value not in readme, field)
    p = run("verify", package, "--key", key, "--earlier", part)
    check("what was withheld is shown later and matches", p.returncode == 0 and "are shown now and match" in p.stdout, p)
    p = run("evidence", "package", evidence, "--findings", "0" * 16, "--out", in_d("none.zip"), "--passphrase-file", passphrase)
    check("a finding that is not there makes no package", p.returncode == 2 and not os.path.exists(in_d("none.zip")), p)

    p = run("evidence", "package", evidence, "--findings", ids[0], "--withhold", "nosuchfield", "--out", in_d("none.zip"), "--passphrase-file", passphrase)
    check("a field that no finding has makes no package: it may be a slip of the pen", p.returncode == 2 and not os.path.exists(in_d("none.zip")), p)
    summaries = [i for i in ids if " events between " in run("evidence", "show", evidence, i).stdout]
    p = run("evidence", "package", evidence, "--findings", *summaries, "--withhold", "entity:address", "--out", in_d("some.zip"), "--passphrase-file", passphrase)
    names = zipfile.ZipFile(in_d("some.zip")).namelist()
    check("records that can't be cut into fields stay where something is withheld", summaries and not any(n.endswith(".bin") for n in names) and both(in_d("some.zip")) == (0, 0), names)
    before = open(evidence + ".key").read()
    for place in (evidence + ".key", os.path.join(evidence, "p.zip"), os.path.join(evidence, "log.json"), os.path.join(evidence, "segments", "00", "x")):
        p = run("evidence", "package", evidence, "--findings", ids[0], "--out", place, "--passphrase-file", passphrase)
        q = run("scan", samples, "--json", place)
        r = run("evidence", "timestamp", evidence, "--query", place, "--passphrase-file", passphrase)
        check(f"nothing is written to {os.path.relpath(place, d)}", (p.returncode, q.returncode, r.returncode) == (2, 2, 2), (p.stderr, q.stderr, r.stderr))
    check("the key and the evidence are as they were", open(evidence + ".key").read() == before and both(evidence) == (0, 0))
    p = run("scan", samples, "--seal", "")
    check("an empty --seal is no --seal by mistake", p.returncode == 2, p)
    shutil.copytree(os.path.join(samples, "web"), in_d("logs"))
    p = run("scan", in_d("logs"), "--seal", in_d("logs", "ev"), "--passphrase-file", passphrase)
    check("evidence among the logs is refused", p.returncode == 2 and not os.path.exists(in_d("logs", "ev")), p)
    members = {n: zipfile.ZipFile(package).read(n) for n in zipfile.ZipFile(package).namelist()}
    envelope = json.loads(members["manifest.dsse.json"])
    for odd in (b'{"key":"x"}', b'{"key":1}', b'[]', b'', b'{"key":"a+1a2b3c4d+AAAA"}'):
        envelope["payload"] = base64.b64encode(odd).decode()
        members["manifest.dsse.json"] = (json.dumps(envelope, separators=(",", ":")) + "\n").encode()
        with open(in_d("odd.zip"), "wb") as f:
            f.write(canonical_zip(members))
        check(f"a manifest {odd} is refused by both", both(in_d("odd.zip")) == (1, 1), both(in_d("odd.zip")))

    chance, slipped = random.Random(1), []
    data = open(part, "rb").read()
    bad = in_d("bad.zip")
    for i in range(1000):
        with open(bad, "wb") as f:
            f.write(damaged(data, chance))
        answers = both(bad, "--key", key)
        if answers != (1, 1):
            slipped.append((i, answers))
    check("each of 1,000 random damages to a package is refused by both", not slipped, slipped[:5])

    files = [os.path.join(at, n) for at, _, names in os.walk(evidence) for n in names if n != "lock"]
    slipped = []
    for i in range(60):
        path = chance.choice(files)
        good = open(path, "rb").read()
        with open(path, "wb") as f:
            f.write(damaged(good, chance))
        answers = both(evidence, "--key", key)
        if 0 in answers:
            slipped.append((path, answers))
        with open(path, "wb") as f:
            f.write(good)
    check("each of 60 random damages to a folder is refused by both", not slipped, slipped[:5])
    check("and whole again it verifies", both(evidence, "--key", key) == (0, 0))

    process, witness, address = start_witness(d, key, passphrase)
    url, ca = make_authority(in_d("authority"))
    p = run("evidence", "witness", evidence, "--url", address, "--witness", witness, "--passphrase-file", passphrase)
    check("a witness cosigns", p.returncode == 0 and "cosigned" in p.stdout, p)
    p = run("evidence", "timestamp", evidence, "--url", "http://127.0.0.1:1/", "--passphrase-file", passphrase)
    check("without a network nothing is stamped, and it says what to do", p.returncode == 3 and "nothing is lost" in p.stderr, p)
    p = run("evidence", "timestamp", evidence, "--url", url, "--tsa", ca, "--passphrase-file", passphrase)
    check("an authority stamps", p.returncode == 0 and "stamped:" in p.stdout, p)
    p = run("evidence", "timestamp", evidence, "--url", url, "--if-due", "30", "--passphrase-file", passphrase)
    check("once is enough", "nothing to do" in p.stdout, p)
    p = run("evidence", "timestamp", evidence, "--url", url, "--if-due", "400", "--passphrase-file", passphrase)
    check("a stamp that ends soon is renewed", "stamped:" in p.stdout, p)
    vouched = ["--key", key, "--witness", witness, "--tsa", ca]
    check("both see witness and time stamp on the folder", both(evidence, *vouched) == (0, 0), both(evidence, *vouched))
    run("evidence", "package", evidence, "--findings", ids[0], "--out", package, "--passphrase-file", passphrase)
    check("both see witness and time stamp on a package", both(package, *vouched) == (0, 0), both(package, *vouched))
    seen = urllib.request.urlopen(address + "/" + __import__("hashlib").sha256(b"court.example/evidence").hexdigest() + "/checkpoint").read().decode()
    check("the witness shows what it cosigned", seen.startswith("court.example/evidence\n"))

    fork = in_d("fork")
    shutil.copytree(evidence, fork)
    shutil.copy(evidence + ".key", fork + ".key")
    for folder in (evidence, fork):
        for _ in range(2 if folder == fork else 1):  # longer than what the witness saw
            run("scan", samples, "--seal", folder, "--passphrase-file", passphrase)
        p = run("evidence", "witness", folder, "--url", address, "--witness", witness, "--passphrase-file", passphrase)
    check("the witness refuses a second history", p.returncode == 2 and "REFUSED" in p.stderr, p)
    process.terminate()
    alarms = process.communicate(timeout=20)[1]
    check("and raises the alarm", "ALARM" in alarms and "court.example/evidence" in alarms, alarms)
    check("a checkpoint of the true one finds the other out", run("verify", fork, "--checkpoint", os.path.join(evidence, "checkpoint")).returncode == 1)

    kill_at_random(d, evidence, passphrase)

    small = in_d("small")
    os.mkdir(small)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", small], capture_output=True).returncode == 0:
        try:
            shutil.copytree(os.path.join(samples, "linux") if os.path.isdir(os.path.join(samples, "linux")) else samples, in_d("few"))
            first = run("scan", in_d("few"), "--seal", os.path.join(small, "e"), "--key", in_d("small.key"), "--passphrase-file", passphrase)
            with open(os.path.join(small, "filler"), "wb", buffering=0) as f, contextlib.suppress(OSError):
                while f.write(b"x" * 4096):
                    pass
            p = run("scan", samples, "--seal", os.path.join(small, "e"), "--key", in_d("small.key"), "--passphrase-file", passphrase)
            check("a full disk is said", p.returncode in (2, 3) and "no space left" in p.stderr, (p.returncode, p.stderr[-300:]))
            os.remove(os.path.join(small, "filler"))
            p = run("scan", in_d("few"), "--seal", os.path.join(small, "e"), "--key", in_d("small.key"), "--passphrase-file", passphrase)
            check("and the log goes on when there is room again", "sealed:" in p.stdout and run("verify", os.path.join(small, "e")).returncode == 0, (first, p))
        finally:
            subprocess.run(["umount", small])
    else:
        print("skip   a full disk: nothing can be mounted here")

finish()
