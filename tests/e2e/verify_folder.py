#!/usr/bin/env python3
"""The independent verifier against folders that are made here, entry by entry, as docs/formats/evidence-log.md says: changes of keys, encryption, holds,
deletions, odd spellings. Each refusal is asked for by its reason, so that a check that is taken out is missed. verify_folder.py"""
import base64, contextlib, hashlib, io, itertools, json, os, re, shutil, subprocess, sys, tempfile

import places

sys.path.insert(0, os.path.join(places.ROOT, "tools"))
import verify as v  # noqa: E402

ORIGIN, CUSTODY = "court.example/e", {"who": "Anna Dekker", "role": "", "reason": "", "authority": "", "tool": "t", "configuration": ""}
salts = itertools.count(1)
failures, cases = [], 0


class Key:
    """A private key of the log or of a witness: signs as RFC 8032 section 5.1.6 says."""

    def __init__(self, seed, name=ORIGIN, kind=v.LOG):
        digest = hashlib.sha512(seed.encode()).digest()
        self.name, self.kind, self.prefix = name, kind, digest[32:]
        self.scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
        self.public = v.point_encode(v.times(self.scalar, v.BASE, v.point_add, (0, 1, 1, 0)))
        data = bytes([kind]) + self.public
        self.id = v.sha256(name.encode(), b"\n", data)[:4]
        self.text = f"{name}+{self.id.hex()}+{base64.b64encode(data).decode()}"

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % v.ORDER
        point = v.point_encode(v.times(r, v.BASE, v.point_add, (0, 1, 1, 0)))
        k = int.from_bytes(hashlib.sha512(point + self.public + message).digest(), "little")
        return point + ((r + k * self.scalar) % v.ORDER).to_bytes(32, "little")

    def line(self, text, time=1_700_000_000):
        signature = self.sign(text) if self.kind == v.LOG else time.to_bytes(8, "big") + self.sign(b"cosignature/v1\ntime %d\n" % time + text)
        return f"\u2014 {self.name} {base64.b64encode(self.id + signature).decode()}\n"


OLD, NEW, THIRD, STRANGER = Key("old"), Key("new"), Key("third"), Key("stranger", "other.example/e")
WITNESS, NOBODY = Key("w", "police.example/w", v.WITNESS), Key("n", "nobody.example/w", v.WITNESS)
RECIPIENT = "age1" + "q" * 58


def note(keys, size, root, *extension):
    text = "".join(line + "\n" for line in (ORIGIN, str(size), base64.b64encode(root).decode(), *extension)).encode()
    return text.decode() + "\n" + "".join(key.line(text) for key in (keys if type(keys) is tuple else (keys,)))


def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)


def zstd(data):
    """A frame of blocks that are not compressed."""
    blocks = [data[at:at + 65536] for at in range(0, len(data), 65536)] or [b""]
    frames = (((len(block) << 3) | (i == len(blocks) - 1)).to_bytes(3, "little") + block for i, block in enumerate(blocks))
    return b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little") + b"".join(frames)


def segment(records):
    """A segment's file, and the root of its tree."""
    seed, lengths, body = hashlib.sha256(str(next(salts)).encode()).digest(), zstd(b"".join(varint(len(r)) for r in records)), b"".join(records)
    keys = v.aes256(seed, b"".join(i.to_bytes(16, "big") for i in range(len(records))))
    root = v.root_of([v.leaf_hash(keys[16 * i:16 * i + 16], r) for i, r in enumerate(records)])
    numbers = len(records).to_bytes(4, "little") + len(body).to_bytes(8, "little") + len(lengths).to_bytes(4, "little")
    return b"custos segment 1\n\0" + seed + numbers + lengths + zstd(body), root


def age(size, stanza="X25519"):
    """What has the form of an age file of so many bytes of plaintext."""
    text = lambda: base64.b64encode(hashlib.sha256(str(next(salts)).encode()).digest()).decode()[:43]
    chunks = size + 16 * max(1, -(-size // 65536))
    return f"age-encryption.org/v1\n-> {stanza} {text()}\n{text()}\n--- {text()}\n".encode() + bytes(16 + chunks)


def place(data):
    name = hashlib.sha256(data).hexdigest()
    return f"segments/{name[:2]}/{name}"


def at_its_place(data):
    return {place(data): data}


class Log:
    """A log being written. Files are made from it at the end, so that a test may make them wrong first."""

    def __init__(self, key=OLD, recipients=()):
        self.entries, self.files, self.key, self.keys, self.size, self.checkpoints, self.stored, self.epoch = [], {}, key, [(-1, key)], None, [], {}, 0
        self.settings(recipients)

    def raw(self, data, stored=None):
        self.entries.append(data)
        if stored:
            self.stored[len(self.entries) - 1] = stored
        return len(self.entries) - 1

    def text(self, kind, /, **more):
        entry = {"kind": kind, "salt": f"{next(salts):032x}", "time": "2024-05-06T07:08:09Z", "custody": CUSTODY, **more}
        return json.dumps(entry, separators=(",", ":")).encode()

    def add(self, kind, /, **more):
        """The next entry, encrypted where the log has recipients: nobody who verifies here can tell that it isn't."""
        data = self.text(kind, **more)
        if not self.recipients or kind in ("log", "epoch", "timestamp", "witness"):
            return self.raw(data)
        return self.raw(data, b"\1" + self.epoch.to_bytes(4, "little") + bytes(len(data) + 16))

    def settings(self, recipients=(), old=None, by=None, signed_for=None, **more):
        """Settings, signed; `more` makes them wrong, `by` lets others sign, `signed_for` other recipients, `old` is the key before where that changes."""
        index, self.recipients = len(self.entries), list(recipients)
        why = "begin" if not index else "rotation" if old else "settings"
        entry = {"origin": ORIGIN, "key": self.key.text, "recipients": self.recipients, "format": 1, "old": (old or self.key).text if index else "",
                 "why": why, **more}
        if "signed" not in entry:
            signers = by or (self.key, *[old] * bool(old and entry["why"] == "rotation"))
            entry["signed"] = note(signers, index, v.root_of(self.leaves(index)), f"key {self.key.text}",
                                   *(f"recipient {r}" for r in (self.recipients if signed_for is None else signed_for)))
        self.raw(self.text("log", **entry))
        if recipients:
            self.open()
        return index

    def open(self):
        """A new epoch."""
        self.epoch += 1
        self.put_epoch(self.epoch, age(32))

    def put_epoch(self, number, data, **more):
        self.files[f"epochs/{number}.age"] = data
        self.add("epoch", **{"number": number, "sha256": hashlib.sha256(data).hexdigest(), **more})

    def leaves(self, size):
        return [v.leaf_hash(data) for data in self.entries[:size]]

    def change(self, new, /, **more):
        """A change of keys; `more` makes it wrong."""
        old, self.key = self.key, new
        self.keys.append((len(self.entries), new))
        return self.settings(self.recipients, old=old, **more)

    def seal(self, records=(b"one\n", b"two\n"), ended=True):
        """A scan of one source and a coverage statement. Gives the entry of the segment with records."""
        scan = self.add("scan", arguments=[], host="h", rules={}, started="")
        body = b"".join(records)
        source = len(self.entries)
        self.add("source", scan=scan, exhibit=f"E-{source}", path="p", size=len(body), sha256=hashlib.sha256(body).hexdigest(), container=None, modified="",
                 acquired="", method="", copy="working copy", format="", state="", records=len(records), clock={})
        first = self.segment(scan, "records", records, parts=[{"source": source, "first": 0, "records": len(records), "at": 0, "bytes": len(body)}])
        statement = self.segment(scan, "coverage", [b'{"type":"coverage"}'])
        if ended:
            self.add("end", scan=scan, complete=True, findings=0, sources=1, coverage={"segment": statement, "leaf": 0})
        return first

    def segment(self, scan, kind, records, **more):
        data, root = segment(records)
        if self.recipients:
            data = age(len(data))
        self.files[place(data)] = data
        more = {"scan": scan, "holds": kind, "file": hashlib.sha256(data).hexdigest(), "size": len(data), "records": len(records),
                "bytes": sum(map(len, records)), "root": base64.b64encode(root).decode(), **more}
        return self.add("segment", **more)

    def named(self, index):
        """What a deletion says of the segment of an entry."""
        return {key: json.loads(self.entries[index])[key] for key in ("file", "size", "root")}

    def delete(self, *indexes, keep=False, **more):
        items = [self.named(index) for index in indexes]
        for item in items:
            if not keep:
                self.files.pop(f"segments/{item['file'][:2]}/{item['file']}")
        return self.add("deletion", **{"segments": items, **more})

    def signer(self, size):
        return [key for index, key in self.keys if index < size][-1]

    def keep(self):
        """The checkpoint of here and now, under checkpoints/."""
        self.checkpoints.append(len(self.entries))

    def made(self):
        """All files of the folder, the checkpoint over the first `size` entries."""
        size = len(self.entries) if self.size is None else self.size
        files, stored = dict(self.files), [self.stored.get(i, data) for i, data in enumerate(self.entries)]
        for n in (size, *self.checkpoints):
            files["checkpoint" if n == size else f"checkpoints/{n}"] = note(self.signer(n), n, v.root_of(self.leaves(n))).encode()
        levels = [self.leaves(size)]
        while len(levels[-1]) >= 256:
            levels.append([v.root_of(levels[-1][at:at + 256]) for at in range(0, len(levels[-1]) - 255, 256)])
        tiles = [(level, hashes) for level, hashes in enumerate(levels)]
        for level, items in [*tiles, ("entries", [len(data).to_bytes(2, "big") + data for data in stored[:size]])]:
            for first in range(0, len(items), 256):
                width = min(256, len(items) - first)
                files[f"tile/{level}/{first // 256:03}" + (f".p/{width}" if width < 256 else "")] = b"".join(items[first:first + 256])
        files["journal/%d" % size] = self.journal(size, stored)
        files["log.json"] = [data for data in self.entries[:size] if data.startswith(b'{"kind":"log"')][-1]
        files["lock"] = b""
        return files

    def journal(self, first, stored, wrong=lambda i, number, acknowledged: (number, acknowledged)):
        head = b"custosJ1" + first.to_bytes(8, "little") + hashlib.sha256(ORIGIN.encode()).digest()
        data = head + v.xxh3(head).to_bytes(8, "little")
        for i in range(first, len(stored)):
            numbers = b"".join(n.to_bytes(8, "little") for n in wrong(i, i, first))
            frame = len(stored[i]).to_bytes(4, "little") + numbers + v.leaf_hash(self.entries[i]) + stored[i]
            data += frame + v.xxh3(frame).to_bytes(8, "little")
        return data


def run(path, *options):
    """Runs the verifier in this process. Gives its status and what it said."""
    argv, sys.argv, out = sys.argv, ["verify.py", path, *options], io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = v.main()
    except SystemExit as end:
        status = end.code
    finally:
        sys.argv = argv
    out.seek(0)
    return status, out.read()


def write(files, folder):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)


def expect(name, made, said, *options, status=1, also=None):
    """What the verifier must answer of a log or of these files, and words that it must say."""
    global cases
    cases += 1
    with tempfile.TemporaryDirectory() as folder:
        write(made.made() if isinstance(made, Log) else made, folder)
        if also:
            also(folder)
        answer = run(folder, *options)
    ok = answer[0] == status and said in answer[1]
    if not ok:
        failures.append(name)
        print(f"FAILED {name}: wanted {status} and '{said}', got {answer[0]}: {answer[1][-600:]}")


def holds(name, made, said, *options, also=None):
    expect(name, made, said, *options, status=0, also=also)


def log(*steps, **more):
    """A log on which these steps were done."""
    made = Log(**more)
    for step in steps:
        step(made)
    return made


def changes_of_keys():
    sealed = lambda made: made.seal()
    kept = lambda made: made.keep()
    to_new = lambda made: made.change(NEW)
    lost = lambda made: made.change(THIRD, why="loss")
    steps = [sealed, kept, to_new, sealed, kept]
    holds("nobody vouches", log(*steps), "NOBODY VOUCHED")
    holds("the newest key is given", log(*steps), "given with --key", "--key", NEW.text)
    holds("it says where the key changed", log(*steps), f"entry 6 changed the key by rotation; before: {OLD.text}")
    holds("the old key leads to the new one", log(*steps), f"changes lead from {OLD.text}", "--key", OLD.text)
    holds("over two changes", log(*steps, lambda made: made.change(THIRD), sealed), "changes lead from", "--key", OLD.text)
    holds("and over other settings", log(*steps, lambda made: made.settings([RECIPIENT]), lambda made: made.settings()), "changes lead from", "--key", OLD.text)
    holds("back to the first key", log(to_new, lambda made: made.change(OLD), sealed), "given with --key", "--key", OLD.text)
    holds("a lost key is told", log(*steps, lost, sealed), "by loss", "--key", THIRD.text)
    holds("nobody vouches over a loss", log(*steps, lost, sealed), "no key signed that")
    holds("from the key after the loss on", log(lost, to_new), "changes lead from", "--key", THIRD.text)
    holds("a change is the last entry", log(sealed, to_new), "entry 6 changed the key by rotation", "--key", NEW.text)
    expect("a key that was lost leads nowhere", log(*steps, lost, sealed), "was lost before entry", "--key", NEW.text)
    expect("nor does one before it", log(*steps, lost, sealed), "was lost before entry", "--key", OLD.text)
    expect("another key", log(*steps), "not the one that --key names", "--key", THIRD.text)
    wrongs = {
        "another old key": ({"old": THIRD.text}, "another key before it"), "no old key": ({"old": ""}, "another key before it"),
        "no known reason": ({"why": "whim"}, "its reason"),
        "the reason of the first": ({"why": "begin"}, "its reason"), "the reason of other settings": ({"why": "settings"}, "its reason"),
        "no note": ({"signed": ""}, "entry 1: "),
        "a note by the new key alone": ({"by": (NEW,)}, f"not signed by {OLD.text}"), "a note by the old key alone": ({"by": (OLD,)},
                f"not signed by {NEW.text}"),
        "a note by others": ({"by": (NEW, OLD, STRANGER)}, "no cosignature"), "a loss that nobody signed": ({"why": "loss", "by": (OLD,)},
                f"not signed by {NEW.text}"),
        "a loss that the lost key signed": ({"why": "loss", "by": (NEW, OLD)}, "no cosignature")}
    for why, (wrong, said) in wrongs.items():
        expect(f"a change with {why}", log(lambda made: changed(made, wrong["old"]) if "old" in wrong else made.change(NEW, **wrong)), said)
    for why, said, size, root, *extension in (
            ("over other entries", "over other entries", 1, bytes(32), f"key {NEW.text}"), ("over another size", "over other entries", 2, None,
                    f"key {NEW.text}"),
            ("for another key", "extension lines", 1, None, f"key {THIRD.text}"), ("without a key", "extension lines", 1, None),
            ("for somebody", "extension lines", 1, None, f"key {NEW.text}", f"recipient {RECIPIENT}")):
        expect(f"a note {why}", log(lambda made: made.change(NEW, signed=note((NEW, OLD), size, root or v.root_of(made.leaves(1)), *extension))), said)
    good = lambda made: note((NEW, OLD), 1, v.root_of(made.leaves(1)), f"key {NEW.text}")
    expect("a note that was changed", log(lambda made: made.change(NEW, signed=good(made).replace("\n1\n", "\n2\n"))), "signature is wrong")
    for why, more, said in (("a reason to change keys", {"why": "rotation"}, "its reason"), ("another reason to change keys", {"why": "loss"}, "its reason"),
                            ("another key", {"key": NEW.text}, "its reason"),
                            ("a recipient who was not signed", {"recipients": [RECIPIENT], "signed_for": []}, "extension lines"),
                            ("a recipient that is none", {"recipients": [7]}, "recipients that are none")):
        expect(f"settings with {why}", log(lambda made: made.settings(**more)), said)
    expect("recipients in another order than they were signed", log(lambda made: made.settings(["age1a", "age1b"], signed_for=["age1b", "age1a"])),
           "extension lines")
    for more, said in (({"why": "settings"}, "its reason"), ({"old": OLD.text}, "another key before it"), ({"signed": ""}, "entry 0: "),
                       ({"signed": note(NEW, 0, v.sha256(), f"key {OLD.text}")}, "not signed by")):
        first = Log()
        first.entries = [first.text("log", **{**{key: json.loads(first.entries[0])[key] for key in ("origin", "key", "recipients", "format", "old", "why",
                "signed")}, **more})]
        expect(f"first settings with {list(more)[0]} {list(more.values())[0][:10]}", first, said)

    def signed_by(size_name, key):
        made = log(*steps)
        files, n = made.made(), len(made.entries) if size_name == "checkpoint" else int(size_name[12:])
        files[size_name] = note(key, n, v.root_of(made.leaves(n))).encode()
        return files
    expect("the newest checkpoint by the old key", signed_by("checkpoint", OLD), "not signed by")
    expect("a checkpoint before the change by the new key", signed_by("checkpoints/6", NEW), "not signed by")
    made = log(sealed)
    expect("a checkpoint with an extension line", {**made.made(), "checkpoint": note(OLD, 6, v.root_of(made.leaves(6)), "x").encode()}, "extension lines")

    cut_off = log(sealed, to_new)
    cut_off.size, cut_off.checkpoints = 6, []
    holds("a change that was cut off", cut_off, "entry 6 behind the checkpoint: a change")
    holds("and the new key did not sign yet", cut_off, "given with --key", "--key", OLD.text)
    expect("so it vouches for nothing", cut_off, "not the one that --key names", "--key", NEW.text)
    holds("settings that a checkpoint would have put there", {**cut_off.made(), "log.json": cut_off.entries[6]}, "VERIFIED")
    expect("older settings", {**log(*steps).made(), "log.json": log(*steps).entries[0]}, "log.json: not the newest settings")


def changed(made, old):
    """A change whose entry names another key before it than signed it."""
    before, made.key = made.key, NEW
    made.keys.append((len(made.entries), NEW))
    signed = note((NEW, before), len(made.entries), v.root_of(made.leaves(len(made.entries))), f"key {NEW.text}")
    made.raw(made.text("log", origin=ORIGIN, key=NEW.text, recipients=[], format=1, old=old, why="rotation", signed=signed))


def encryption():
    to = {"recipients": [RECIPIENT]}
    sealed, opened = lambda made: made.seal(), lambda made: made.open()
    holds("an encrypted log", log(sealed, opened, sealed, **to), "10 encrypted entries")
    holds("it says what it can't check", log(sealed, **to), "what 2 encrypted segments hold, and whether one is missing")
    holds("a change of keys is plain", log(sealed, lambda made: made.change(NEW), sealed, **to), "changes lead from", "--key", OLD.text)
    copy = lambda made: made.add("copy", to="x", checkpoint=1, files=1, bytes=1)
    holds("others are not", log(copy, **to), "1 encrypted entries")
    mixed = log(sealed, lambda made: made.settings([RECIPIENT]), sealed, lambda made: made.settings(), sealed)
    holds("encrypted for a time", mixed, "5 encrypted entries")
    holds("an epoch without entries", log(sealed, opened, **to), "VERIFIED")
    behind = log(sealed, **to)
    behind.size = 3
    holds("encrypted entries behind the checkpoint", behind, "4 entries behind the newest checkpoint")

    def plain(made):
        made.raw(made.text("view", what="", about=""))
    expect("a readable entry though there are recipients", log(plain, **to), "readable, though the log has recipients")

    def stored(data):
        return lambda made: made.raw(b"x", data)
    body = bytes(40)
    expect("an encrypted entry though there are none", log(stored(b"\1\1\0\0\0" + body)), "neither readable nor encrypted")
    expect("an entry of another form", log(stored(b"\2\1\0\0\0" + body), **to), "neither readable nor encrypted")
    expect("an encrypted entry without content", log(stored(b"\1\1\0\0\0" + bytes(16)), **to), "neither readable nor encrypted")
    holds("the largest encrypted entry", log(stored(b"\1\1\0\0\0" + bytes(65016)), **to), "VERIFIED")
    expect("one that is too large", log(stored(b"\1\1\0\0\0" + bytes(65017)), **to), "neither readable nor encrypted")
    for number, what in ((0, "no epoch"), (1, "an epoch that comes back"), (3, "an epoch that is not on record")):
        expect(what, log(opened, stored(bytes([1, number, 0, 0, 0]) + body), **to), "not of the newest epoch")
    for number in (0, 1, 1 << 32):
        expect(f"epoch {number} behind 1", log(lambda made: made.put_epoch(number, age(32)), **to), "does not go on")
    holds("a number that a crash took", log(lambda made: made.put_epoch(3, age(32)), stored(b"\1\3\0\0\0" + body), **to), "the keys of 2 epochs")
    epochs = log(sealed, opened, sealed, **to).made()
    for number in (1, 2):
        expect(f"the key of epoch {number} is gone", {n: d for n, d in epochs.items() if n != f"epochs/{number}.age"}, f"epochs/{number}.age is missing")
    expect("another key of an epoch", {**epochs, "epochs/1.age": age(32)}, "epochs/1.age: not the file that is on record")
    holds("a key that no entry names", {**epochs, "epochs/3.age": b"cut o"}, "VERIFIED")
    expect("a file among the keys", {**epochs, "epochs/x": b""}, "do not belong here")
    expect("epochs without encryption", {**log(sealed).made(), "epochs/1.age": age(32)}, "nothing is encrypted")
    good = age(32)
    end = good.index(b"--- ") + 47
    for why, bad in {"another size": age(33), "no line end behind its MAC": good[:end] + b"x" + good[end + 1:], "no age file": b"x" * 200,
                     "no stanza": re.sub(b"-> .*\n.*\n", b"", good),
                     "a stanza of another kind": age(32, "scrypt"),
                     "half a stanza": re.sub(b"(-> .*\n).*\n", rb"\1", good), "a short share": good.replace(b"-> X25519 ", b"-> X25519 AA", 1),
                     "no MAC": good.replace(b"--- ", b"--- A"), "a longer MAC": re.sub(b"(--- .*)\n", rb"\1A\n", good),
                     "another version": good.replace(b"v1", b"v2", 1),
                     "cut off": good[:-1], "longer": good + b"x"}.items():
        expect(f"an epoch's key of {why}", log(lambda made: made.put_epoch(2, bad), **to), "epochs/2.age: ")
    expect("a file that is no key of an epoch", log(lambda made: made.put_epoch(2, age(64)), **to), "epochs/2.age: not the key of an epoch")
    made = log(sealed, **to).made()
    name = next(n for n in made if n.startswith("segments/"))
    expect("an encrypted segment was changed", {**made, name: made[name][:-1] + b"x"}, "not the file of this name")
    for why, bad in {"is cut off": age(100000)[:-100000 + 65536 - 16 + 15], "is for somebody else": age(10, "ssh-ed25519")}.items():
        expect(f"an encrypted segment {why}", {**made, **at_its_place(bad)}, f"{place(bad)}: ")
    holds("an encrypted segment of two chunks", {**made, **at_its_place(age(65537))}, "what 3 encrypted segments hold")
    expect("a chunk that is only a tag", {**made, **at_its_place(age(65536) + bytes(16))}, "cut off")
    holds("a segment without an entry, from before", {**made, **at_its_place(segment([b"x"])[0])}, "1 segments that no entry names")
    expect("a tile that is cut off", {**made, "tile/0/000.p/7": made["tile/0/000.p/7"][:-1]}, "not whole")
    flipped = log(sealed, **to).made()
    tile = next(n for n in flipped if n.startswith("tile/0/"))
    expect("the tree's tiles are not those of its root", {**flipped, tile: flipped[tile][:-1] + bytes([flipped[tile][-1] ^ 1])}, "")


def deletions():
    for what, (held, said) in {
            "is not held": (lambda made, s: None, None), "is held": (lambda made, s: made.add("hold", segments=[made.named(s)["file"]], until=""),
                                                                     "which was held then"),
            "is held until later": (lambda made, s: made.add("hold", segments=[made.named(s)["file"]], until="2024-05-07"), "which was held then"),
            "is held until that day": (lambda made, s: made.add("hold", segments=[made.named(s)["file"]], until="2024-05-06"), "which was held then"),
            "was held until the day before": (lambda made, s: made.add("hold", segments=[made.named(s)["file"]], until="2024-05-05"), None),
            "was released": (lambda made, s: made.add("release", hold=made.add("hold", segments=[made.named(s)["file"]], until="")), None),
            "another is held": (lambda made, s: made.add("hold", segments=["0" * 64], until=""), None),
            "was released once of two": (lambda made, s: (made.add("hold", segments=[made.named(s)["file"]], until=""),
                                                          made.add("release", hold=made.add("hold", segments=[made.named(s)["file"]], until=""))),
                                                          "which was held then")}.items():
        made = Log()
        at = made.seal()
        held(made, at)
        made.delete(at)
        expect(f"what is deleted {what}", made, said or "1 were deleted", status=1 if said else 0)
    made = Log()
    made.delete(made.seal())
    made.add("hold", segments=[], until="")
    holds("a hold after it is none", made, "1 were deleted")
    made = Log()
    at = made.seal()
    hold = made.add("hold", segments=[made.named(at)["file"]], until="")
    made.delete(at)
    made.add("release", hold=hold)
    expect("a release that comes too late", made, "which was held then")

    made = Log()
    made.delete(made.seal(), keep=True)
    expect("a deletion that was cut off", made, "a deletion that was cut off")
    made = log(lambda made: made.seal())
    made.files.pop(next(n for n in made.files if n.startswith("segments/")))
    expect("a segment is gone that nobody deleted", made, "is missing")
    for key, other in (("file", "0" * 64), ("size", 1), ("root", base64.b64encode(bytes(32)).decode())):
        made = Log()
        item = made.named(made.seal())
        made.add("deletion", segments=[{**item, key: other}])
        expect(f"a deletion with another {key}", made, "that was not sealed before")
    later, first = Log(), {}
    scan = later.add("scan", arguments=[], host="", rules={}, started="")
    data, root = segment([b'{"type":"coverage"}'])
    first = {"file": hashlib.sha256(data).hexdigest(), "size": len(data), "root": base64.b64encode(root).decode()}
    later.add("deletion", segments=[first])
    later.add("segment", scan=scan, holds="coverage", records=1, bytes=19, **first)
    expect("a deletion of what is sealed later", later, "that was not sealed before")
    for why, kind, more in (("without a segment's name", "deletion", {"segments": [{"size": 1, "root": ""}]}), ("of nothing", "hold", {"segments": []}),
                            ("of no hold", "release", {"hold": 0}), ("of a later one", "release", {"hold": 9}), ("without a number", "release", {"hold": "1"}),
                            ("of no name", "hold", {"segments": ["x"], "until": ""}), ("until nothing", "hold", {"segments": [], "until": "soon"}),
                            ("until no day", "hold", {"segments": [], "until": "2024-02-30"}),
                            ("until a time", "hold", {"segments": [], "until": "2024-02-20T00:00:00Z"}),
                            ("until a week", "hold", {"segments": [], "until": "2024-W02-1"})):
        expect(f"{kind} {why}", log(lambda made: made.add(kind, **more), lambda made: made.add("hold", segments=[], until="")), "entry 1: ")
    expect("a release of itself or later", log(lambda made: made.add("release", hold=2), lambda made: made.add("hold", segments=[], until="")),
           "it ends no hold")

    made = Log(recipients=[RECIPIENT])
    made.seal()
    made.settings()
    made.add("release", hold=3)
    made.add("deletion", segments=[{"file": "0" * 64, "size": 1, "root": ""}])
    holds("a deletion of what an encrypted entry may have sealed", made, "whether encrypted entries held what was deleted")


def places_of_files():
    twice = log(lambda made: made.seal())
    twice.add("segment", **{key: value for key, value in json.loads(twice.entries[3]).items() if key not in ("kind", "salt", "time", "custody")})
    expect("a segment in two entries", twice, "a segment twice")
    gone = log(lambda made: made.seal(), lambda made: made.settings([RECIPIENT]), lambda made: made.add("view", what="", about="")).made()
    gone.pop(next(n for n in gone if n.startswith("segments/")))
    holds("a segment that an encrypted entry may have deleted", gone, "1 segments not there; an encrypted entry may say why")
    stamp = {"size": 1, "authority": "", "stamped": "2024-05-06T07:08:09Z", "expires": "2025-05-06T07:08:09Z", "sha256": ""}
    expect("a time stamp on record that is not there", log(lambda made: made.add("timestamp", **stamp)), "a time stamp that an entry names is missing")
    expect("a time stamp of no checkpoint", {**log().made(), "timestamps/5.tsr": b"x"}, "there is no checkpoint of this size")
    for at in ("tile/9/000", "tile/0/001.p/1", "tile/entries/007"):
        expect(f"no place of a tile: {at}", {**log().made(), at: b"x"}, "there is no such tile in this tree")
    made = log(lambda made: made.seal()).made()
    holds("plain files", made, "VERIFIED")
    name = next(n for n in made if n.startswith("segments/"))
    data = segment([b"left over"])[0]
    holds("a segment that no entry names", {**made, **at_its_place(data)}, "1 segments that no entry names")
    for why, at in {"in another folder": "segments/" + ("00" if name[9:11] != "00" else "01") + "/" + name[12:], "without a folder": "segments/" + name[12:],
                    "of a short name": name[:-1],
                    "of a long name": name + "0", "in capitals": "segments/AA/" + "AA" + "0" * 62, "deeper": f"segments/aa/aa/{'a' * 64}",
                    "of another kind": "segments/README"}.items():
        expect(f"a file {why}", {**made, at: b"x"}, "no place for a segment")
    for at in ("x", "tile/0/001", "tile/9/000", "checkpoints/x", "checkpoints/07", "timestamps/x.tsr", "journal/x", "journal/00", "epochs/01.age",
               "log.json.new"):
        expect(f"a file {at}", {**made, at: b"x"}, "")
    expect("a lock that is not empty", {**made, "lock": b"1"}, "lock: not empty")

    def link(target, at):
        return lambda folder: os.symlink(target, os.path.join(folder, at))
    for at, target in (("x", "/dev/null"), ("segments/00", "."), ("x", "nowhere"), ("tile/0/link", "000")):
        expect(f"a symbolic link {at} -> {target}", {n: d for n, d in made.items() if not n.startswith("segments/00")},
               "is a symbolic link; evidence is plain files", also=link(target, at))

    def moved(folder):
        shutil.move(os.path.join(folder, "tile"), folder + ".tile")
        os.symlink(folder + ".tile", os.path.join(folder, "tile"))
    expect("a folder of tiles behind a link", made, "is a symbolic link", also=moved)
    expect("a pipe", made, "neither a file nor a folder", also=lambda folder: os.mkfifo(os.path.join(folder, "x")))
    for gone in ("checkpoint", "log.json", next(n for n in made if n.startswith("tile/0/")), next(n for n in made if n.startswith("tile/entries/")), name,
                 next(n for n in made if n.startswith("journal/"))):
        expect(f"without {gone[:20]}", {n: d for n, d in made.items() if n != gone}, "is missing")
    holds("without a lock", {n: d for n, d in made.items() if n != "lock"}, "VERIFIED")


def spellings():
    """What JSON allows is an entry; what it does not, or what readers would differ about, is none."""
    text = '{"kind":"view","salt":"%s","time":"2024-05-06T07:08:09.120Z","custody":%s,"what":"w","about":""}' % ("0" * 32, json.dumps(CUSTODY))
    witness = '{"kind":"copy","salt":"%s","time":"2024-05-06T07:08:09Z","custody":%s,"to":"x","checkpoint":%%s,"files":1,"bytes":2}' % ("0" * 32,
            json.dumps(CUSTODY))
    good = {"as it is": text, "with blanks": text.replace(',"salt":', ',\t"salt" : '), "with a blank at its end": text + " ",
            "with a carriage return": text.replace(',"salt"', ',\r"salt"'),
            "with its keys in another order": text.replace(',"what":"w","about":""', "").replace('"view",', '"view","about":"","what":"w",'),
            "with escapes": text.replace('"w"', '"\\ud83d\\ude00\\/"'),
            "with capitals in its salt": text.replace("0" * 32, "ABCDEF" + "0" * 26), "with a key that nobody knows": text.replace('"what"',
                    '"new":[1,null],"what"'),
            "of a kind that nobody knows": text.replace('"view"', '"wish"'), **{f"with {n} for a number": witness % n for n in ("7", "0", "18446744073709551615")}}
    bad = {"another key first": '{"about":"",' + text[1:].replace(',"about":""', ""), "its kind with an escape": text.replace('"view"', '"v\\u0069ew"'),
           "a blank before its kind": text.replace(":", ": ", 1), "a fraction in a key that nobody knows": text.replace('"what"', '"new":[1.5],"what"'),
           "a key twice": text.replace('"what"', '"kind":"view","what"'), "a line end": text.replace(",", ",\n", 1), "a blank before it": " " + text,
           "half a pair": text.replace('"w"', '"\\ud83d"'),
           "two values": text + "{}", "NaN": text.replace('"w"', "NaN"), "Infinity": text.replace('"w"', "-Infinity"), "a comma too many": text[:-1] + ",}",
           "single quotes": text.replace('"', "'"),
           "bytes that are not UTF-8": text.encode().replace(b'"w"', b'"\xff"'), "no salt": text.replace("salt", "sugar"),
           "a short salt": text.replace("0" * 32, "0" * 31), "a salt of other letters": text.replace("0" * 32, "g" * 32),
           "no time": text.replace("07:08:09.120Z", ""), "a time with two digits of fraction": text.replace(".120", ".12"),
           "a time elsewhere": text.replace("Z", "+01:00"), "no day": text.replace("05-06", "02-30"),
           "no custody": text.replace("custody", "custom"), "half a custody": text.replace('"who"', '"whom"'),
           "a key missing": text.replace('"about"', '"above"'), "too many bytes": text.replace('"w"', '"' + "w" * 65000 + '"'),
           **{f"with {n} for a number": witness % n for n in ("7.5", "7.0", "70e-1", "-0", "-1", "18446744073709551616", "1e20", "1e400", "1e99999999999999999999999", "true",
                                                              '"7"', "null", "07", "+7", "0x7", "7.")}}
    for why, data in good.items():
        holds(f"an entry {why}", log(lambda made: made.raw(data.encode())), "VERIFIED")
    for why, data in bad.items():
        expect(f"an entry: {why}", log(lambda made: made.raw(data if isinstance(data, bytes) else data.encode())), "entry 1: ")
    holds("the largest entry", log(lambda made: made.raw(text.replace('"w"', '"' + "w" * (65000 - len(text) + 1) + '"').encode())), "VERIFIED")
    for why, more, said in (("another format", {"format": 2}, "settings of another format"),
                            ("a format that is no number", {"format": "1"}, "no proper 'format'"),
                            ("a name that is not its key's", {"origin": "other.example/e"}, "the key's name is not the origin")):
        expect(f"settings with {why}", log(lambda made: made.settings(**more)), said)
    for why, more, said in (("of something unknown", {"holds": "x"}, "something unknown"), ("without a name", {"file": "x"}, "no proper name of a segment"),
                            ("without a root", {"root": "x"}, "base64")):
        expect(f"a segment {why}", log(lambda made: made.segment(0, "coverage", [b"{}"], **{"holds": "coverage", **more})), said)
    expect("settings of another log", log(lambda made: made.settings(origin=STRANGER.name, key=STRANGER.text)), "another origin")
    data = text.encode()
    files = {**log().made(), "tile/entries/000.p/1": len(data).to_bytes(2, "big") + data, "tile/0/000.p/1": v.leaf_hash(data)}
    expect("a log that does not begin with its settings", files, "the first entry is not the log's settings")


def many():
    """Full tiles, and a log that grows over them."""
    made = Log()
    for i in range(600):
        made.add("view", what=str(i), about="")
        if i == 300:
            made.keep()
    holds("600 entries", made, "2 checkpoints, every tile, every entry file")
    files, last = made.made(), "tile/entries/002.p/89"
    changed = files[last].replace(b'"what":"599"', b'"what":"598"')
    expect("another entry than the tree has", {**files, last: changed}, "not the entry whose hash is in the tree")
    expect("a file of entries that is cut off", {**files, last: files[last][:-1]}, f"{last}: cut off")
    expect("a time stamp that is too large", {**files, "timestamps/302.tsr": bytes(2 << 20)}, "too large")
    for name in ("tile/0/000", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/89", "tile/entries/000", "tile/entries/002.p/89"):
        expect(f"without {name}", {n: d for n, d in files.items() if n != name}, "is missing")
        expect(f"a bit of {name}", {**files, name: files[name][:-1] + bytes([files[name][-1] ^ 1])}, "")
    expect("a tile too many", {**files, "tile/1/000.p/3": files["tile/1/000.p/2"] + bytes(32)}, "no such tile")
    expect("a partial tile that is whole", {**files, "tile/0/000.p/256": files["tile/0/000"]}, "not a proper name")
    expect("a tile under another name", {**files, "tile/0/x000/000": files["tile/0/000"]}, "not a proper name")
    holds("a narrower tile beside it", {**files, "tile/0/002.p/3": files["tile/0/002.p/89"][:96]}, "VERIFIED")
    expect("a narrower tile that is another", {**files, "tile/0/002.p/3": bytes(96)}, "not what the entries give")
    expect("a checkpoint of another root", {**files, "checkpoints/302": note(OLD, 302, bytes(32)).encode()}, "its root is not that of the entries")
    text = files["checkpoints/302"].replace(ORIGIN.encode(), b"other.example/e", 1).partition(b"\n\n")[0] + b"\n"
    expect("a checkpoint of another log by this key", {**files, "checkpoints/302": text + b"\n" + OLD.line(text).encode()}, "not signed by")
    expect("a checkpoint under another size", {**files, "checkpoints/303": files["checkpoints/302"]}, "not a checkpoint of this size")


def journals():
    made = log(lambda made: made.seal())
    made.size = 3
    files, name = made.made(), "journal/3"
    holds("entries behind the checkpoint", files, "3 entries behind the newest checkpoint")
    for at in (0, 9, 20, 50, 58, 62, 70, 80, 120, 300, len(files[name]) - 1):
        bad = bytearray(files[name])
        bad[at] ^= 1
        expect(f"byte {at} of a journal", {**files, name: bytes(bad)}, "journal/3: ")
    expect("a journal that is cut off", {**files, name: files[name][:-1]}, "opening the log to write mends it")
    whole = made.journal(1, [made.stored.get(i, data) for i, data in enumerate(made.entries)])
    holds("a journal that begins before the checkpoint", {**{n: d for n, d in files.items() if n != name}, "journal/1": whole}, "3 entries behind")
    expect("one that overlaps another", {**files, "journal/1": whole}, "does not go on where those before end")
    expect("one behind a gap", {**files, "journal/9": made.journal(9, [])}, "does not go on")
    for why, wrong in {"an index twice": lambda i, number, acknowledged: (max(3, number - 1), acknowledged), "entries acknowledged that come later": lambda i,
                       number, acknowledged: (number, i + 1),
                       "fewer acknowledged than before": lambda i, number, acknowledged: (number, 7 - i)}.items():
        expect(f"a journal with {why}", {**files, name: made.journal(3, made.entries, wrong)}, "has a wrong number")
    other = made.entries[:2] + [made.entries[2].replace(b'"E-2"', b'"E-3"')] + made.entries[3:]
    expect("a journal with another entry than the tree", {**{n: d for n, d in files.items() if n != name}, "journal/1": made.journal(1, other)},
           "entry 2 is another in the tree")
    without = {n: d for n, d in files.items() if n != name}
    expect("the only one behind a gap", {**without, "journal/9": made.journal(9, [])}, "does not go on where those before end")
    expect("one that ends before the checkpoint", {**without, "journal/1": made.journal(1, made.entries[:2])}, "journal/3 is missing")
    expect("of another log", {**files, name: files[name].replace(hashlib.sha256(ORIGIN.encode()).digest(), bytes(32))}, "not the head of this journal")


def cosignatures():
    made = log(lambda made: made.seal())
    files = made.made()
    text = files["checkpoint"].partition(b"\n\n")[0] + b"\n"
    line = WITNESS.line(text)
    cosigned = {**files, "checkpoint": files["checkpoint"] + line.encode()}
    holds("a witness", cosigned, "given with --witness", "--witness", WITNESS.text)
    holds("a witness that nobody named", cosigned, "1 cosignatures of witnesses that --witness does not name")
    expect("a witness that did not sign", cosigned, "no cosignature of", "--witness", NOBODY.text)
    bad = {**files, "checkpoint": files["checkpoint"] + WITNESS.line(text + b"x").encode()}
    expect("a wrong cosignature", bad, "the cosignature of police.example/w is wrong", "--witness", WITNESS.text)
    late = {**files, "checkpoint": files["checkpoint"] + WITNESS.line(text, 1 << 63).encode()}
    expect("a cosignature at a time that is none", late, "the cosignature of police.example/w is wrong", "--witness", WITNESS.text)
    expect("a line that is no cosignature", {**files, "checkpoint": files["checkpoint"] + STRANGER.line(text).encode()}, "no cosignature")
    again = log(lambda made: made.seal(), lambda made: made.keep())
    again.add("witness", size=6, witness=WITNESS.text, line=line.rstrip("\n"))
    other = log(lambda made: made.add("witness", size=0, witness=NOBODY.text, line=line.rstrip("\n")))
    expect("an entry names another witness's line", other, "a line of another witness")
    expect("an entry names a line that no checkpoint has", again, "no checkpoint has its line")
    with_line = again.made()
    text = with_line["checkpoints/6"].partition(b"\n\n")[0] + b"\n"
    again.entries.pop()
    again.add("witness", size=6, witness=WITNESS.text, line=WITNESS.line(text).rstrip("\n"))
    files = again.made()
    holds("an entry names its line", {**files, "checkpoints/6": files["checkpoints/6"] + WITNESS.line(text).encode()}, "named by the log alone")


def options():
    good = log(lambda made: made.seal())
    with tempfile.TemporaryDirectory() as d:
        empty, odd = os.path.join(d, "empty.pem"), os.path.join(d, "odd")
        write({"empty.pem": b"x", "odd": b"\xff\xfe", "broken.pem": b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"}, d)
        for name, values in {"--key": ("x", "a+b", WITNESS.text, OLD.text[:-1], odd, d), "--witness": ("x", OLD.text, "a+00000000+AAAA"),
                             "--tsa": (empty, odd, os.path.join(d, "broken.pem"), "nowhere", d)}.items():
            for value in values:
                expect(f"{name} {value[:40]}", good, name if value != "nowhere" else value, name, value, status=2)
    for name in ("--key", "--witness", "--tsa"):
        expect(f"{name} with nothing", good, "is empty", name, "", status=2)
    program = [sys.executable, os.path.join(places.ROOT, "tools", "verify.py")]
    with tempfile.TemporaryDirectory() as folder:
        write(good.made(), folder)
        statuses = {}
        with open("/dev/full", "w") as full:
            statuses["a full disk"] = subprocess.run([*program, folder], stdout=full, stderr=subprocess.PIPE)
        reader, writer = os.pipe()
        os.close(reader)
        statuses["a closed pipe"] = subprocess.run([*program, folder, "--json"], stdout=writer, stderr=subprocess.PIPE)
        for where, done in statuses.items():
            if done.returncode != 3 or b"the answer could not be written" not in done.stderr:
                failures.append(f"an answer for {where}: {done}")
        if subprocess.run(f'"{program[0]}" "{program[1]}" "{folder}" >&-', shell=True, stderr=subprocess.PIPE).returncode != 3:
            failures.append("an answer for nobody")


for part in (changes_of_keys, encryption, deletions, places_of_files, spellings, many, journals, cosignatures, options):
    before = len(failures)
    part()
    print(f"{part.__name__}: {len(failures) - before} failed")
print(f"{cases} folders; failed: " + ", ".join(failures) if failures else f"{cases} folders judged as they should be")
sys.exit(1 if failures else 0)
