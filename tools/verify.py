#!/usr/bin/env python3
"""Checks evidence that custos wrote: a package (ZIP) or an evidence folder. It needs Python 3.11 and nothing else.

It shares no code with custos. It was written from docs/formats/evidence-log.md, docs/formats/package.md and the public
texts they name: C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature, tlog-proof; RFC 6962, 8032, 3161; DSSE.

It checks that the bytes before you are those the log's key signed, down to each record: signatures, hash trees, proofs,
digests, the spelling of every file. It says which of these it could not check, and who vouched for the keys.
It does not check that the records are true, that the log holds everything that happened, or that the signing key was
kept secret. It does not decrypt anything. Whoever holds the key can write another log: ask for cosignatures of witnesses
and for a time stamp.

Exit status: 0 verified, 1 refused (any difference from the documents), 2 wrong usage or a file that can't be opened.
"""
import argparse, base64, collections, datetime, functools, glob, hashlib, json, mmap, os, re, shutil, stat, struct
import subprocess, sys, tempfile, zlib

NOTE_LIMIT, STAMP_LIMIT, ENTRY_LIMIT = 1 << 16, 1 << 20, 65535  # bytes of a checkpoint, of a time stamp, of an entry
JSON_LIMIT, JSON_ITEMS = 64 << 20, 1_000_000  # bytes of one JSON text; commas and brackets in it
FILE_LIMIT = 256 << 20  # bytes of any other file that is read whole
SEGMENT_BYTES, SEGMENT_RECORDS = 4 << 20, 65536
PACKAGE_TYPE = "application/vnd.custos.package+json"
AGE = b"age-encryption.org/v1\n"
HEX64 = r"[0-9a-f]{64}"


class Refused(Exception):
    """The evidence is not what the documents say. The text is the reason."""


def need(holds, reason):
    if not holds:
        raise Refused(reason)


def shown(value):
    """Text for a terminal: control characters, marks of writing direction and other invisible ones are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(value)[:300])


def sha256(*parts):
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


def from_base64(text, what, size=None, url=False):
    """The bytes of a base64 text. Only the one canonical spelling is taken; url: RFC 4648 section 5 without padding."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4 if url else 0), b"-_" if url else None, validate=True)
        again = base64.b64encode(data, b"-_" if url else None).decode()
    except ValueError:
        raise Refused(f"{what}: not base64")
    need((again.rstrip("=") if url else again) == text, f"{what}: not canonical base64")
    need(size is None or len(data) == size, f"{what}: {len(data)} bytes where {size} should be")
    return data


def number(text, what):
    """A whole number below 2^64, written in the shortest way."""
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) < 1 << 64, f"{what}: not a whole number")
    return int(text)


def unique_keys(pairs):
    need(len(dict(pairs)) == len(pairs), "a JSON object has a key twice")
    return dict(pairs)


def from_json(data, what, kind=dict):
    """Strict JSON in UTF-8: no key twice, no NaN, no half surrogate pair, one value of the kind that is expected."""
    need(len(data) <= JSON_LIMIT and sum(map(data.count, b",[{")) <= JSON_ITEMS, f"{what}: too large to be read")
    try:
        value = json.loads(data.decode(), object_pairs_hook=unique_keys, parse_constant=lambda name: need(False, f"{what}: {name}"))
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(f"{what}: not strict JSON")
    need(type(value) is kind, f"{what}: not the kind of JSON value that belongs here")
    return value


TYPES = {"s": str, "n": int, "a": list, "o": dict, "b": bool}


def fields(value, schema, what):
    """The named keys must be there with their types: s text, n whole number, a array, o object, b boolean, ? any."""
    need(type(value) is dict, f"{what}: not an object")
    for key, kind in (item.split("=") for item in schema.split()):
        need(key in value and (kind == "?" or type(value[key]) is TYPES[kind]), f"{what}: no proper '{key}'")
        need(kind != "n" or 0 <= value[key] < 1 << 64, f"{what}: '{key}' is out of range")
    return value


def same(a, b):
    """Equal as JSON values, where 1, 1.0 and true are three values."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def instant(text, what, micro=False):
    need(type(text) is str and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d" + (r"\.\d{6}Z" if micro else r"(\.\d{1,6})?Z"),
                                            text, re.ASCII), f"{what}: not a time in UTC")
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{what}: there is no such time")


# --- Ed25519: RFC 8032 section 5.1. Signatures are checked without the cofactor: [S]B = R + [k]A, byte for byte ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """Sum of two points in extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    total = (0, 1, 1, 0)
    for bit in bin(scalar)[2:]:
        total = point_add(total, total)
        total = point_add(total, point) if bit == "1" else total
    return total


def point_decode(data):
    """The point that 32 bytes stand for, or None; only the canonical encoding is taken."""
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * SQRT_M1 % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def point_encode(point):
    x, y = (c * pow(point[2], -1, P) % P for c in point[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519_ok(public, signature, message):
    a, s = point_decode(public), int.from_bytes(signature[32:], "little")
    if a is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    return point_encode(point_add(point_times(s, BASE), point_times(k, minus_a))) == signature[:32]


# --- Merkle trees: RFC 6962 section 2.1 ---

def leaf_hash(*parts):
    return sha256(b"\0", *parts)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def roots_at(leaves, sizes):
    """{size: root} of the trees of the first so many leaf hashes."""
    found, stack, count = {0: sha256()}, [], 0
    for leaf in leaves:
        stack.append(leaf)
        count, pairs = count + 1, count
        while pairs & 1:  # the last two stand for subtrees of equal size
            stack[-2:] = [node_hash(*stack[-2:])]
            pairs >>= 1
        if count in sizes:
            found[count] = functools.reduce(lambda right, left: node_hash(left, right), reversed(stack))
    return found


def root_of(leaves):
    return roots_at(leaves, {len(leaves)})[len(leaves)]


def inclusion_root(index, size, leaf, proof):
    """The root that this inclusion proof leads to; a proof of a wrong length for these sizes is refused."""
    need(index < size, "inclusion proof: the leaf is outside of the tree")
    last = size - 1
    for sibling in proof:
        need(last > 0, "inclusion proof: too long")
        if index & 1 or index == last:
            leaf = node_hash(sibling, leaf)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        index, last = index >> 1, last >> 1
    need(last == 0, "inclusion proof: too short")
    return leaf


def consistent(old_size, new_size, old_root, new_root, proof):
    """Whether the proof shows that the old tree is the beginning of the new one. An old tree of no leaves is refused."""
    if not 0 < old_size <= new_size or (old_size == new_size and (proof or old_root != new_root)):
        return False
    if old_size == new_size:
        return True
    proof = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    if not proof:
        return False
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


# --- Signed notes, checkpoints, cosignatures: C2SP ---

Key = collections.namedtuple("Key", "text name id public")
Line = collections.namedtuple("Line", "text name id signature")
LOG, WITNESS = 1, 4  # signature types


def proper_name(name):
    return name and "+" not in name and not any(c.isspace() for c in name)


def parse_key(text, kind):
    """A verifier key: name+id+base64(type, public key)."""
    parts = text.split("+", 2)
    need(len(parts) == 3 and proper_name(parts[0]), f"verifier key '{text}': not name+id+key")
    data = from_base64(parts[2], f"verifier key '{text}'", 33)
    need(data[0] == kind, f"verifier key '{text}': type {data[0]} where {kind} should be")
    id = sha256(parts[0].encode(), b"\n", data)[:4]
    need(parts[1] == id.hex(), f"verifier key '{text}': its id is not that of its key")
    return Key(text, parts[0], id, data[1:])


def parse_line(line, what):
    parts = line.split(" ")
    need(len(parts) == 3 and parts[0] == "\u2014" and proper_name(parts[1]), f"{what}: a signature line is not one")
    data = from_base64(parts[2], f"{what}: signature")
    need(len(data) > 4, f"{what}: a signature is too short")
    return Line(line, parts[1], data[:4], data[4:])


def parse_note(data, what):
    """A signed note's text and signature lines. Nothing is verified yet."""
    need(len(data) <= NOTE_LIMIT, f"{what}: longer than {NOTE_LIMIT} bytes")
    try:
        text = data.decode()
    except ValueError:
        raise Refused(f"{what}: not UTF-8")
    need(not re.search("[\0-\x09\x0b-\x1f]", text) and text.endswith("\n"), f"{what}: not a note")
    body, gap, lines = text[:-1].rpartition("\n\n")
    need(gap and lines, f"{what}: a note without signatures")
    return body.encode() + b"\n", [parse_line(line, what) for line in lines.split("\n")]


class Checkpoint:
    """A checkpoint's parts; its signatures count only after signed_by()."""

    def __init__(self, data, what):
        self.data, self.what = data, what
        self.text, self.lines = parse_note(data, what)
        rows = self.text.decode().split("\n")
        need(len(rows) == 4, f"{what}: not three lines of text")
        self.origin, self.size, self.root = rows[0], number(rows[1], what), from_base64(rows[2], what, 32)

    def signed_by(self, key):
        """The log's signatures are right, all others look like cosignatures. Gives the bytes that a time stamp covers."""
        mine = [line for line in self.lines if (line.name, line.id) == (key.name, key.id)]
        need(mine, f"{self.what}: not signed by {key.text}")
        need(self.origin == key.name, f"{self.what}: its origin is not the key's name")
        need(all(ed25519_ok(key.public, line.signature, self.text) for line in mine), f"{self.what}: the log's signature is wrong")
        self.others = [line for line in self.lines if line not in mine]
        for line in self.others:
            need(len(line.signature) == 72 and line.signature[0] < 128, f"{self.what}: a line that is no cosignature")
        return b"".join([self.text, b"\n"] + [line.text.encode() + b"\n" for line in mine])

    def cosigned_by(self, key):
        """Times at which this witness cosigned; a line of it that does not verify is refused."""
        lines = [line for line in self.others if (line.name, line.id) == (key.name, key.id)]
        return [cosignature_time(line, key, self.text, self.what) for line in lines]


def cosignature_time(line, key, text, what):
    time = int.from_bytes(line.signature[:8], "big")
    need(len(line.signature) == 72 and time < 1 << 63, f"{what}: not a cosignature")
    message = b"cosignature/v1\ntime %d\n" % time + text
    need(ed25519_ok(key.public, line.signature[8:], message), f"{what}: the cosignature of {key.name} is wrong")
    return time


def epoch_text(seconds):
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"second {seconds} since 1970"


def dsse_message(kind, body):
    """DSSE's pre-authentication encoding: what is signed of an envelope."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


# --- Time stamps: RFC 3161 in CMS (RFC 5652), with a reader of DER that knows definite lengths alone ---

Der = collections.namedtuple("Der", "tag body raw")
BAD_DER = "time stamp: its encoding is not what RFC 3161 says"
SEQUENCE, SET, INTEGER, BITS, OCTETS, OID, BOOLEAN = 0x30, 0x31, 2, 3, 4, 6, 1


def der_items(data):
    """The values that stand one after the other in these bytes."""
    items, at = [], 0
    while at < len(data):
        need(len(data) - at >= 2 and data[at] & 31 != 31, BAD_DER)
        size, begin = data[at + 1], at + 2
        if size >= 128:
            need(0x81 <= size <= 0x84 and begin + size - 128 <= len(data), BAD_DER)
            digits = data[begin:begin + size - 128]
            size, begin = int.from_bytes(digits, "big"), begin + len(digits)
            need(size >= 128 and digits[0] > 0, BAD_DER)
        need(begin + size <= len(data), BAD_DER)
        items.append(Der(data[at], data[begin:begin + size], data[at:begin + size]))
        at = begin + size
    return items


def der_parts(item, tag=SEQUENCE):
    need(item.tag == tag, BAD_DER)
    return der_items(item.body)


def der_one(data, tag):
    items = der_items(data)
    need(len(items) == 1 and items[0].tag == tag, BAD_DER)
    return items[0]


def der_number(item):
    need(item.tag == INTEGER and item.body and not (len(item.body) > 1 and item.body[0] in (0, 255)
         and (item.body[0] ^ item.body[1]) < 128), BAD_DER)
    return int.from_bytes(item.body, "big", signed=True)


def der_time(item):
    """UTCTime or GeneralizedTime; a fraction is cut to microseconds."""
    text = item.body.decode("ascii", "replace")
    if item.tag == 0x17:
        text = ("20" if text[:2] < "50" else "19") + text
    match = re.fullmatch(r"(\d{14})(\.\d*[1-9])?Z", text, re.ASCII)
    need(item.tag in (0x17, 0x18) and match, BAD_DER)
    return datetime.datetime.strptime(match[1] + (match[2] or ".0")[:7] + "+0000", "%Y%m%d%H%M%S.%f%z")


def oid(dotted):
    """The bytes of an object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    data = b""
    for value in (40 * first + second, *rest):
        digits = [value & 127]
        while value := value >> 7:
            digits.insert(0, value & 127 | 128)
        data += bytes(digits)
    return data


HASHES = {oid("2.16.840.1.101.3.4.2.1"): "sha256", oid("2.16.840.1.101.3.4.2.2"): "sha384", oid("2.16.840.1.101.3.4.2.3"): "sha512"}
RSA, EC = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10045.2.1")
SIGNATURES = {RSA: (RSA, None)}  # signature algorithm -> key's algorithm, hash (None: the one the signer names beside it)
SIGNATURES.update({oid(f"1.2.840.113549.1.1.{n}"): (RSA, h) for n, h in ((11, "sha256"), (12, "sha384"), (13, "sha512"))})
SIGNATURES.update({oid(f"1.2.840.10045.4.3.{n}"): (EC, h) for n, h in ((2, "sha256"), (3, "sha384"), (4, "sha512"))})
Curve = collections.namedtuple("Curve", "p b n base")  # y^2 = x^3 - 3x + b
P256 = Curve(2**256 - 2**224 + 2**192 + 2**96 - 1, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
             0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
             (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
              0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5))
P384 = Curve(2**384 - 2**128 - 2**96 + 2**32 - 1,
             0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
             0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
             (0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
              0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F))
CURVES = {oid("1.2.840.10045.3.1.7"): P256, oid("1.3.132.0.34"): P384}


def curve_add(curve, a, b):
    """Sum of two points (x, y); None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % curve.p == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, curve.p) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, curve.p)
    x = (slope * slope - a[0] - b[0]) % curve.p
    return x, (slope * (a[0] - x) - a[1]) % curve.p


def curve_times(curve, scalar, point):
    total = None
    for bit in bin(scalar)[2:]:
        total = curve_add(curve, total, total)
        total = curve_add(curve, total, point) if bit == "1" else total
    return total


def ecdsa_ok(curve, point, digest, r, s):
    x, y = point
    if not (x < curve.p and y < curve.p and (y * y - x * x * x + 3 * x - curve.b) % curve.p == 0):
        return False
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    value = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())
    w = pow(s, -1, curve.n)
    sum = curve_add(curve, curve_times(curve, value * w % curve.n, curve.base), curve_times(curve, r * w % curve.n, point))
    return sum is not None and sum[0] % curve.n == r


def rsa_ok(n, e, digest, hash_name, signature):
    """PKCS #1 v1.5: the whole block is built and compared."""
    need(2048 <= n.bit_length() <= 8192 and 2 < e < 1 << 64 and e & 1, "time stamp: an RSA key of a size that is not taken")
    kind = next(id for id, name in HASHES.items() if name == hash_name)
    info = bytes([48, 17 + len(digest), 48, 13, 6, 9]) + kind + bytes([5, 0, 4, len(digest)]) + digest
    size = (n.bit_length() + 7) // 8
    block = b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info
    value = int.from_bytes(signature, "big")
    return len(signature) == size and value < n and pow(value, e, n) == int.from_bytes(block, "big")


def public_key_ok(key_info, algorithm, hash_name, signature, data):
    """Whether the key in a SubjectPublicKeyInfo made this signature."""
    key_algorithm, bits = der_parts(key_info)
    kind, own_hash = SIGNATURES.get(der_parts(algorithm)[0].body, (None, None))
    need(kind, "time stamp: a signature algorithm that is not taken (RSA PKCS #1 v1.5 and ECDSA with SHA-2 are)")
    need(der_parts(key_algorithm)[0].body == kind, "time stamp: the key is not of the signature's kind")
    need(bits.tag == BITS and bits.body[:1] == b"\0", BAD_DER)
    name = own_hash or hash_name
    need(name and hash_name in (None, name), "time stamp: two hashes for one signature")
    digest = hashlib.new(name, data).digest()
    if kind == RSA:
        n, e = map(der_number, der_parts(der_one(bits.body[1:], SEQUENCE)))
        return rsa_ok(n, e, digest, name, signature)
    curve = CURVES.get(der_parts(key_algorithm)[1].body)
    need(curve, "time stamp: a curve that is not taken (P-256 and P-384 are)")
    half = (curve.p.bit_length() + 7) // 8
    need(len(bits.body) == 2 + 2 * half and bits.body[1] == 4, BAD_DER)
    point = int.from_bytes(bits.body[2:2 + half], "big"), int.from_bytes(bits.body[2 + half:], "big")
    return ecdsa_ok(curve, point, digest, *map(der_number, der_parts(der_one(signature, SEQUENCE))))


class Certificate:
    """What is needed of an X.509 certificate."""

    def __init__(self, raw):
        self.raw = raw
        self.tbs, self.algorithm, signature = der_parts(der_one(raw, SEQUENCE))
        need(signature.tag == BITS and signature.body[:1] == b"\0", BAD_DER)
        self.signature = signature.body[1:]
        parts = der_parts(self.tbs)
        parts = parts[1:] if parts[0].tag == 0xA0 else parts
        self.serial, same_algorithm, self.issuer, validity, self.subject, self.key_info = parts[:6]
        need(same_algorithm == self.algorithm, BAD_DER)
        self.begins, self.expires = map(der_time, der_parts(validity))
        self.extensions = {}  # id -> (critical, value)
        for holder in parts[6:]:
            for extension in der_parts(der_one(holder.body, SEQUENCE)) if holder.tag == 0xA3 else []:
                id, *critical, value = der_parts(extension)
                need(id.body not in self.extensions and critical in ([], [Der(1, b"\xff", b"\1\1\xff")]), BAD_DER)
                self.extensions[id.body] = bool(critical), value.body

    def name(self):
        texts = [attribute[1].body for rdn in der_parts(self.subject) for attribute in map(der_parts, der_parts(rdn, SET))]
        return ", ".join(text.decode("utf-8", "replace") for text in texts)

    def stamps_time(self):
        """RFC 3161 section 2.3: time stamping is the only purpose, and critical."""
        critical, value = self.extensions.get(oid("2.5.29.37"), (False, b""))
        purposes = der_parts(der_one(value, SEQUENCE)) if value else []
        return critical and [purpose.body for purpose in purposes] == [oid("1.3.6.1.5.5.7.3.8")]

    def may_issue(self, time):
        _, value = self.extensions.get(oid("2.5.29.19"), (False, b""))
        return bool(value) and Der(BOOLEAN, b"\xff", b"\1\1\xff") in der_parts(der_one(value, SEQUENCE)) \
            and self.begins <= time <= self.expires


def vouched(signer, authority, time):
    """Whether the signer's certificate is in the authority's file, or signed by a certificate in it."""
    return any(known.raw == signer.raw or (known.subject.raw == signer.issuer.raw and known.may_issue(time)
               and public_key_ok(known.key_info, signer.algorithm, None, signer.signature, signer.tbs.raw)) for known in authority)


def signed_attributes(holder, content, hash_name):
    """Checks what stands in CMS's signed attributes; gives the hashes of the signer's certificate that they name."""
    pairs = [der_parts(item) for item in der_items(holder.body)]
    values = {kind.body: der_parts(value, SET) for kind, value in pairs}
    need(len(values) == len(pairs) and all(len(value) == 1 for value in values.values()), BAD_DER)
    kind, digest = (values.get(oid(f"1.2.840.113549.1.9.{n}"), [None])[0] for n in (3, 4))
    need(kind and kind.body == oid("1.2.840.113549.1.9.16.1.4"), "time stamp: the signer signed something else")
    need(digest and digest.body == hashlib.new(hash_name, content).digest(), "time stamp: the signed digest is another")
    certificates = []
    for number, default in ((12, "sha1"), (47, "sha256")):  # signing certificate, and its second version
        for value in values.get(oid(f"1.2.840.113549.1.9.16.2.{number}"), []):
            first = der_parts(der_parts(der_parts(value)[0])[0])
            named = HASHES.get(der_parts(first[0])[0].body) if number == 47 and first[0].tag == SEQUENCE else default
            digests = [part.body for part in first if part.tag == OCTETS]
            need(named and digests, BAD_DER)
            certificates.append((named, digests[0]))
    return certificates


def certificate_named(signer_id, certificates):
    """The certificate that a CMS SignerInfo means: by issuer and serial number, or by its key's identifier."""
    for certificate in certificates:
        if signer_id.tag == SEQUENCE and signer_id.body == certificate.issuer.raw + certificate.serial.raw:
            return certificate
        _, key_id = certificate.extensions.get(oid("2.5.29.14"), (False, b""))
        if signer_id.tag == 0x80 and key_id and der_one(key_id, OCTETS).body == signer_id.body:
            return certificate
    raise Refused("time stamp: the certificate of its signer is not there; give it with --authority")


def check_stamp(data, stamped, authority):
    """Checks a TimeStampResp over these bytes. Gives its time and the signer's certificate."""
    need(len(data) <= STAMP_LIMIT, "time stamp: too large")
    status, *token = der_parts(der_one(data, SEQUENCE))
    need(der_number(der_parts(status)[0]) == 0 and len(token) == 1, "time stamp: it was not granted")
    kind, content = der_parts(token[0])
    need(kind.body == oid("1.2.840.113549.1.7.2") and content.tag == 0xA0, BAD_DER)
    version, _, encapsulated, *rest = der_parts(der_one(content.body, SEQUENCE))
    kind, holder = der_parts(encapsulated)
    need(kind.body == oid("1.2.840.113549.1.9.16.1.4") and holder.tag == 0xA0, "time stamp: it holds something else")
    info = der_one(holder.body, OCTETS).body
    need(len(der_parts(rest[-1], SET)) == 1, "time stamp: not exactly one signer")
    embedded = [Certificate(item.raw) for part in rest[:-1] if part.tag == 0xA0 for item in der_items(part.body)]

    _, signer_id, digest_algorithm, attributes, algorithm, signature, *_ = der_parts(der_parts(rest[-1], SET)[0])
    hash_name = HASHES.get(der_parts(digest_algorithm)[0].body)
    need(hash_name, "time stamp: a hash that is not taken (SHA-256, SHA-384 and SHA-512 are)")
    need(attributes.tag == 0xA0 and signature.tag == OCTETS, BAD_DER)
    signer = certificate_named(signer_id, embedded + authority)
    named = signed_attributes(attributes, info, hash_name)
    need(named and all(hashlib.new(name, signer.raw).digest() == digest for name, digest in named),
         "time stamp: it does not name the certificate of its signer")
    need(public_key_ok(signer.key_info, algorithm, hash_name, signature.body, bytes([SET]) + attributes.raw[1:]),
         "time stamp: its signature is wrong")

    version, _, imprint, _, time, *_ = der_parts(der_one(info, SEQUENCE))
    imprint_algorithm, imprint_digest = der_parts(imprint)
    need(der_number(version) == 1 and HASHES.get(der_parts(imprint_algorithm)[0].body) == "sha256", BAD_DER)
    need(imprint_digest.tag == OCTETS and imprint_digest.body == sha256(stamped), "time stamp: it is of other bytes")
    need(time.tag == 0x18, BAD_DER)
    time = der_time(time)
    need(signer.begins <= time <= signer.expires, "time stamp: its certificate was not valid then")
    need(signer.stamps_time(), "time stamp: its certificate is not one for time stamping alone")
    need(not authority or vouched(signer, authority, time), "time stamp: its certificate is not of the --authority")
    return time, signer


def read_authority(path):
    text = open(path, "rb").read(STAMP_LIMIT).decode("ascii", "replace")
    blocks = re.findall("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----", text)
    need(blocks, f"{path}: no certificate in it")
    return [Certificate(from_base64("".join(block.split()), path)) for block in blocks]


# --- AES-256 (FIPS 197) and XXH3, for segments and journals ---

DOUBLE = bytes((2 * x ^ (0x1B if x & 128 else 0)) & 255 for x in range(256))  # times two in AES's field


@functools.cache
def aes_box():
    powers = [1]
    for _ in range(254):  # of three, which reaches every number but 0
        powers.append(DOUBLE[powers[-1]] ^ powers[-1])
    inverse = {0: 0, **{x: powers[-i % 255] for i, x in enumerate(powers)}}
    turned = ((x, [(b << n | b >> (8 - n)) & 255 for n in range(5)]) for x, b in sorted(inverse.items()))
    return bytes(functools.reduce(lambda a, b: a ^ b, turns, 0x63) for _, turns in turned)


def xor(*strings):
    total = functools.reduce(lambda a, b: a ^ b, (int.from_bytes(s, "little") for s in strings))
    return total.to_bytes(len(strings[0]), "little")


def aes256(key, blocks):
    """Each 16-byte block encrypted. Byte j of all blocks is one string, so that each step is done for all of them at once."""
    words, round_constant = [key[i:i + 4] for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = words[-1]
        if i % 8 == 0:
            word = xor((word[1:] + word[:1]).translate(aes_box()), bytes([round_constant, 0, 0, 0]))
            round_constant = DOUBLE[round_constant]
        elif i % 8 == 4:
            word = word.translate(aes_box())
        words.append(xor(words[-8], word))
    keys, count = b"".join(words), len(blocks) // 16
    state = [xor(blocks[j::16], keys[j:j + 1] * count) for j in range(16)]
    for turn in range(1, 15):
        state = [state[5 * j % 16].translate(aes_box()) for j in range(16)]  # substitute bytes, shift rows
        if turn < 14:  # mix columns
            columns = [[state[j // 4 * 4 + (j + i) % 4] for i in range(4)] for j in range(16)]
            state = [xor(xor(a, b).translate(DOUBLE), b, c, d) for a, b, c, d in columns]
        state = [xor(state[j], keys[16 * turn + j:16 * turn + j + 1] * count) for j in range(16)]
    out = bytearray(len(blocks))
    for j in range(16):
        out[j::16] = state[j]
    return bytes(out)


XXH_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248e"
    "e03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d"
    "8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc"
    "8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")
M64, PRIME1, PRIME32 = (1 << 64) - 1, 0x9E3779B185EBCA87, 0x9E3779B1


def u64(data, at):
    return int.from_bytes(data[at:at + 8], "little")


def xxh_fold(a, b):
    return (a * b & M64) ^ (a * b >> 64)


def xxh_finish(value):
    value = (value & M64) ^ (value & M64) >> 37
    value = value * 0x165667919E3779F9 & M64
    return value ^ value >> 32


def xxh3(data):
    """XXH3, 64 bits, without a seed, of 17 bytes or more."""
    size, secret = len(data), XXH_SECRET
    if size > 240:
        return xxh3_long(data)
    mix = lambda at, key: xxh_fold(u64(data, at) ^ u64(secret, key), u64(data, at + 8) ^ u64(secret, key + 8))
    if size <= 128:
        pairs = range((size + 31) // 32)
        return xxh_finish(size * PRIME1 + sum(mix(16 * i, 32 * i) + mix(size - 16 * i - 16, 32 * i + 16) for i in pairs))
    total = xxh_finish(size * PRIME1 + sum(mix(16 * i, 16 * i) for i in range(8)))
    return xxh_finish(total + sum(mix(16 * i, 16 * i - 125) for i in range(8, size // 16)) + mix(size - 16, 119))


def xxh3_long(data):
    lanes = [0xC2B2AE3D, PRIME1, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x85EBCA77, 0x27D4EB2F165667C5, PRIME32]
    secret = struct.unpack("<24Q", XXH_SECRET)
    full = (len(data) - 1) // 64
    for stripe in range(full + 1):
        at = 64 * stripe if stripe < full else len(data) - 64
        key = secret[stripe % 16:] if stripe < full else struct.unpack("<8Q", XXH_SECRET[121:185])
        for i, value in enumerate(struct.unpack_from("<8Q", data, at)):
            mixed = value ^ key[i]
            lanes[i] += (mixed & 0xFFFFFFFF) * (mixed >> 32)
            lanes[i ^ 1] += value
        lanes = [lane & M64 for lane in lanes]
        if stripe % 16 == 15 and stripe < full:
            lanes = [(lane ^ lane >> 47 ^ k) * PRIME32 & M64 for lane, k in zip(lanes, secret[16:])]
    folds = (xxh_fold(lanes[i] ^ u64(XXH_SECRET, 11 + 8 * i), lanes[i + 1] ^ u64(XXH_SECRET, 19 + 8 * i)) for i in range(0, 8, 2))
    return xxh_finish(len(data) * PRIME1 + sum(folds))


# --- What is said once for folder and package: entries, finding documents, disclosures ---

ENTRY_FIELDS = {  # what must be there, and of what type: see fields()
    "log": "origin=s key=s recipients=a format=n", "scan": "arguments=a host=? rules=o started=?",
    "source": "scan=n exhibit=s path=s size=n sha256=s container=? modified=? acquired=? method=? copy=s format=s state=s records=n "
              "clock=o",
    "segment": "scan=n holds=s file=s size=n records=n bytes=n root=s", "end": "scan=n complete=? findings=n sources=n coverage=o",
    "timestamp": "size=n authority=? stamped=s expires=s sha256=s", "witness": "size=n witness=s line=s",
    "package": "findings=a withheld=a sha256=s size=n to=s", "view": "what=? about=?", "key": "old=s new=s why=s",
    "hold": "segments=a until=?", "release": "segments=a until=?", "deletion": "segments=a", "copy": "to=? checkpoint=n files=n bytes=n",
    "sweep": "segments=n bytes=n damaged=a restored=a", "recovery": "bytes=n kept_as=s"}
DOCUMENT_FIELDS = "type=s id=s rule=o level=s time=? last_time=? log_source=s count=n attack=a tactics=a pipeline=s engine=s " \
                  "segments=a records=a verbatim=b tail=s holds=a"
CUSTODY_FIELDS = "who=s role=s reason=s authority=s tool=s configuration=s"
HELD = ("file", "entity", "identity", "matched", "behavior", "part")


def check_entry(data, what):
    need(data[:1] == b"{" and len(data) <= ENTRY_LIMIT and b"\n" not in data and b"\r" not in data, f"{what}: not one object in a line")
    entry = from_json(data, what)
    need(list(entry)[:4] == ["kind", "salt", "time", "custody"], f"{what}: its first keys are others")
    fields(entry, "kind=s salt=s time=s custody=o", what)
    need(re.fullmatch("[0-9a-f]{32}", entry["salt"]), f"{what}: a salt that is none")
    instant(entry["time"], what, micro=True)
    fields(entry["custody"], CUSTODY_FIELDS, what)
    fields(entry, ENTRY_FIELDS.get(entry["kind"], ""), what)
    if entry["kind"] == "log":
        need(entry["format"] == 1 and parse_key(entry["key"], LOG).name == entry["origin"], f"{what}: settings that are not of this format")
    if entry["kind"] == "segment":
        from_base64(entry["root"], what, 32)
        need(re.fullmatch(HEX64, entry["file"]) and entry["holds"] in ("records", "findings", "coverage"), f"{what}: no proper segment")
    return entry


def check_document(data, what):
    """A finding document by itself."""
    document = fields(from_json(data, what), DOCUMENT_FIELDS, what)
    need(document["type"] == "finding" and re.fullmatch("[0-9a-f]{16}", document["id"]), f"{what}: not a finding")
    names = document["segments"]
    need(all(type(name) is str and re.fullmatch(HEX64, name) for name in names), f"{what}: a segment's name is none")
    need(1 <= len(document["records"]) <= 1000, f"{what}: not 1 to 1,000 records")
    for place in document["records"]:
        need(fields(place, "segment=n leaf=n", what)["segment"] < len(names), f"{what}: a record in a segment that it does not name")
    for hold in document["holds"]:
        need(fields(hold, "what=s name=s digest=s", what)["what"] in HELD, f"{what}: it holds something unknown")
        from_base64(hold["digest"], what, 32, url=True)
    need(len({hold["digest"] for hold in document["holds"]}) == len(document["holds"]), f"{what}: it holds a digest twice")
    need(document["verbatim"] or not document["tail"], f"{what}: it has a tail and is not verbatim")
    return document


def open_disclosure(line, hold, what):
    """Checks one disclosure against its place in `holds`; gives the bytes of a part, else None."""
    salt, name, value = (from_json(from_base64(line, what, url=True), what, list) + [None] * 3)[:3]
    need(type(salt) is str and type(name) is str and name == hold["name"], f"{what}: a disclosure of another name")
    from_base64(salt, what, 16, url=True)
    if hold["what"] == "part" and type(value) is dict:
        need(list(value) == ["base64"] and type(value["base64"]) is str, f"{what}: a part that is neither text nor bytes")
        part = from_base64(value["base64"], what)
        need(part.decode("utf-8", "ignore").encode() != part, f"{what}: a part as bytes that is text")
        return part
    need(type(value) is (dict if hold["what"] == "behavior" else str), f"{what}: a disclosed value of another type")
    return value.encode() if hold["what"] == "part" else None


def check_disclosures(data, document, what):
    """Each line is one of `holds`, in order and once. Gives what is not shown, and the record's text if all of it is."""
    lines = data.split(b"\n")
    need(lines.pop() == b"", f"{what}: its last line has no end")
    parts, hidden, holds = [], [], iter(document["holds"])
    for line in lines:
        need(line.isascii(), f"{what}: a disclosure that is not ASCII")
        digest = base64.urlsafe_b64encode(sha256(line)).decode().rstrip("=")
        for hold in holds:
            if hold["digest"] == digest:
                break
            hidden.append(hold)
        else:
            raise Refused(f"{what}: a disclosure that the finding does not hold, or not at this place")
        part = open_disclosure(line.decode(), hold, what)
        parts += [part] if part is not None else []
    hidden += holds
    return hidden, None if any(hold["what"] == "part" for hold in hidden) else b"".join(parts)


def record_bytes(document, text, what):
    """The record's very bytes, where parts and tail are these."""
    return text + from_base64(document["tail"], what) if document["verbatim"] and text is not None else None


class Report:
    """What is told at the end."""

    def __init__(self, options):
        self.options, self.facts, self.checked, self.unchecked = options, [], [], []

    def fact(self, label, text):
        self.facts.append((label, text))

    def key(self, key):
        self.fact("key", key.text)
        self.fact("", "given with --key" if self.options.key else "taken from the evidence itself")
        if not self.options.key:
            self.unchecked.append("NOBODY VOUCHED FOR THE KEY: give the log's verifier key with --key")

    def cosignatures(self, found, others):
        """found: (witness, size, time); others: how many lines are of witnesses that nobody named."""
        for key, size, time in found[:6]:
            vouched = "given with --witness" if key in self.options.witness else "named by the log alone"
            self.fact("cosigned", f"size {size} by {key.name} at {epoch_text(time)}, {vouched}")
        for key in self.options.witness:
            need(any(key == witness for witness, _, _ in found), f"no cosignature of {key.name}, whom --witness names")
        if others:
            self.unchecked.append(f"{others} cosignatures of witnesses that --witness does not name")
        if not found:
            self.unchecked.append("no witness vouches that this is the only tree the log showed")

    def stamp(self, data, stamped, size):
        """Checks a time stamp and tells of it."""
        try:
            time, signer = check_stamp(data, stamped, self.options.authority)
        except (ValueError, IndexError, TypeError):
            raise Refused(BAD_DER)
        vouched = "vouched for by --authority" if self.options.authority else "nobody vouched for this authority"
        self.fact("time stamp", f"size {size} at {time:%Y-%m-%d %H:%M:%S} UTC by {signer.name()}")
        self.fact("", vouched)
        return time, signer

    def no_stamp(self):
        need(not self.options.authority, "no time stamp, and --authority was given")
        self.unchecked.append("when it was sealed: there is no time stamp")


# --- The package: docs/formats/package.md ---

def read_zip(view):
    """Members of a ZIP file of the one form that is allowed: each header is built anew and compared."""
    at, members, central = 0, {}, []
    while view[at:at + 4] == b"PK\3\4":
        need(at + 30 <= len(view) and len(members) < 65535, "ZIP: cut off, or too many members")
        size, _, name_size = struct.unpack_from("<IIH", view, at + 18)
        begin = at + 30 + name_size
        name, data = bytes(view[at + 30:begin]), view[begin:begin + size]
        common = struct.pack("<HHHHHIIIHH", 10, 0x800, 0, 0, 0x21, zlib.crc32(data), size, size, name_size, 0)
        need(len(data) == size and view[at:begin] == b"PK\3\4" + common + name, "ZIP: a member's header is not of the allowed form")
        need(name.isascii() and name.decode() not in members, "ZIP: a member's name is not allowed, or there twice")
        central.append(b"PK\1\2\x0a\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name)
        members[name.decode()], at = data, begin + size
    need(at < 1 << 32, "ZIP: 4 GiB or more")
    count, directory = len(members), b"".join(central)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0)
    need(view[at:] == directory + end, "ZIP: its directory is not of the allowed form")
    return members


def member(members, name, limit=JSON_LIMIT):
    need(name in members, f"{name} is missing")
    need(len(members[name]) <= limit, f"{name}: too large")
    return bytes(members[name])


def open_envelope(data, given):
    """The manifest and the log's key. The payload is parsed once: before its signature only to learn the key."""
    pattern = (r'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"' + re.escape(PACKAGE_TYPE) +
               r'","signatures":\[\{"keyid":"([0-9a-f]{8})","sig":"([A-Za-z0-9+/=]*)"\}\]\}\n')
    match = re.fullmatch(pattern.encode(), data)
    need(match, "manifest: not an envelope in its only spelling")
    payload = from_base64(match[1].decode(), "manifest")
    signature = from_base64(match[3].decode(), "manifest: signature", 64)
    manifest = None if given else fields(from_json(payload, "manifest"), "key=s", "manifest")
    key = given or parse_key(manifest["key"], LOG)
    need(match[2].decode() == key.id.hex(), "manifest: signed with another key")
    need(ed25519_ok(key.public, signature, dsse_message(PACKAGE_TYPE.encode(), payload)), "manifest: its signature is wrong")
    manifest = fields(manifest or from_json(payload, "manifest"), "format=n origin=s key=s created=s custody=o to=s checkpoint=o "
                      "findings=a withheld=a members=a", "manifest")
    need(manifest["format"] == 1 and manifest["key"] == key.text and manifest["origin"] == key.name, "manifest: of another format or key")
    instant(manifest["created"], "manifest")
    fields(manifest["custody"], CUSTODY_FIELDS, "manifest")
    fields(manifest["checkpoint"], "size=n root=s", "manifest")
    for finding in manifest["findings"]:
        need(re.fullmatch("[0-9a-f]{16}", fields(finding, "id=s title=s level=s time=? records=n", "manifest")["id"]), "manifest: an id")
    for item in manifest["withheld"]:
        why = fields(item, "finding=s what=s name=s digest=s why=s", "manifest")["why"]
        need(why in ("asked", "holds a withheld value"), "manifest: no proper reason to withhold")
    return manifest, key


def check_members(members, manifest):
    """Names, order, sizes and hashes. Gives the indexes of the entries."""
    entries = sorted(number(name[8:-5], name) for name in members if re.fullmatch("entries/[^/]*.json", name))
    ids, stamp = [finding["id"] for finding in manifest["findings"]], f"timestamps/{manifest['checkpoint']['size']}.tsr"
    need(len(set(ids)) == len(ids), "manifest: a finding twice")
    names = ["README.txt", "manifest.dsse.json", "checkpoint"] + [stamp] * (stamp in members)
    names += [f"entries/{i}{end}" for i in entries for end in (".json", ".tlog-proof")]
    names += [f"findings/{id}{end}" for id in ids for end in (".json", ".disclosures", ".proof.json")]
    names += [f"records/{id}{end}" for id in ids for end in (".proof.json", ".bin") if end != ".bin" or f"records/{id}.bin" in members]
    need(names == list(members), "the members are not those of a package, or not in their order")
    listed = [{"name": name, "size": len(data), "sha256": sha256(data).hex()} for name, data in members.items()
              if name != "manifest.dsse.json"]
    need(same(listed, manifest["members"]), "the manifest lists other members, sizes or hashes")
    try:
        member(members, "README.txt").decode()
    except ValueError:
        raise Refused("README.txt: not UTF-8")
    return entries


def packed_entry(members, index, checkpoint):
    """An entry of the log, with its proof: c2sp.org/tlog-proof without extra data."""
    name = f"entries/{index}"
    entry = check_entry(member(members, name + ".json"), name)
    head, gap, tail = member(members, name + ".tlog-proof", 2 * NOTE_LIMIT).partition(b"\n\n")
    need(gap and tail == checkpoint.data, f"{name}: its proof has another checkpoint")
    need(head.isascii(), f"{name}: not a proof")
    rows = head.decode().split("\n")
    need(rows[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"], f"{name}: not a proof of this entry")
    proof = [from_base64(row, name, 32) for row in rows[2:]]
    root = inclusion_root(index, checkpoint.size, leaf_hash(member(members, name + ".json")), proof)
    need(root == checkpoint.root, f"{name}: its proof does not lead to the checkpoint")
    need(entry["kind"] != "log" or entry["origin"] == checkpoint.origin, f"{name}: settings of another log")
    return entry


def packed_place(data, entries, holds, what):
    """A .proof.json: in its only spelling, and its hash is in the segment's tree. Gives it and the segment's entry."""
    place = fields(from_json(data, what), "entry=n leaf=n salt=s hash=s proof=a", what)
    need(all(type(row) is str for row in place["proof"]), f"{what}: not a proof")
    spelled = '{"entry":%d,"leaf":%d,"salt":"%s","hash":"%s","proof":[%s]}\n' % (
        place["entry"], place["leaf"], place["salt"], place["hash"], ",".join(f'"{row}"' for row in place["proof"]))
    need(spelled.encode() == data, f"{what}: not in its only spelling")
    need(re.fullmatch("([0-9a-f]{32})?", place["salt"]), f"{what}: a salt that is none")
    entry = entries.get(place["entry"], {})
    need(entry.get("kind") == "segment" and entry["holds"] == holds, f"{what}: its entry is not a segment with {holds}")
    leaf, proof = from_base64(place["hash"], what, 32), [from_base64(row, what, 32) for row in place["proof"]]
    root = inclusion_root(place["leaf"], entry["records"], leaf, proof)
    need(root == from_base64(entry["root"], what, 32), f"{what}: not in the segment's tree")
    return place, entry


def packed_finding(members, listed, entries):
    """A finding, its disclosures and its own record. Gives what of it is withheld, and whether the record's bytes are there."""
    name, record = f"findings/{listed['id']}", f"records/{listed['id']}"
    data = member(members, name + ".json")
    place, _ = packed_place(member(members, name + ".proof.json"), entries, "findings", name)
    need(place["salt"] and place["leaf"] % 2 == 0, f"{name}: not at the place of a finding")
    need(leaf_hash(bytes.fromhex(place["salt"]), data).hex() == from_base64(place["hash"], name).hex(), f"{name}: not what was sealed")
    document = check_document(data, name)
    told = {"id": document["id"], "title": document["rule"].get("title"), "level": document["level"], "time": document["time"]}
    need(all(same(listed[key], value) for key, value in told.items()), f"{name}: the manifest says something else of it")
    need(listed["records"] in (document["count"], len(document["records"])), f"{name}: the manifest counts other records")
    hidden, text = check_disclosures(member(members, name + ".disclosures"), document, name)

    place, entry = packed_place(member(members, record + ".proof.json"), entries, "records", record)
    first = document["records"][0]
    need((entry["file"], place["leaf"]) == (document["segments"][first["segment"]], first["leaf"]), f"{record}: another record")
    shows = record + ".bin" in members
    need(bool(place["salt"]) == shows, f"{record}: a salt without bytes, or bytes without a salt")
    if shows:
        need(text is not None, f"{record}: its bytes are there though a part is withheld")
        data, expected = members[record + ".bin"], record_bytes(document, text, record)
        need(leaf_hash(bytes.fromhex(place["salt"]), data) == from_base64(place["hash"], record), f"{record}: not what was sealed")
        need(expected is None or expected == data, f"{record}: the finding's parts are not its bytes")
    return [(listed["id"], hold["what"], hold["name"], hold["digest"]) for hold in hidden], shows


def verify_package(path, report):
    with open(path, "rb") as file:
        need(os.fstat(file.fileno()).st_size > 0, "an empty file")
        members = read_zip(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
    manifest, key = open_envelope(member(members, "manifest.dsse.json"), report.options.key)
    indexes = check_members(members, manifest)
    checkpoint = Checkpoint(member(members, "checkpoint"), "checkpoint")
    report.fact("origin", checkpoint.origin)
    report.key(key)
    stamped = checkpoint.signed_by(key)
    need(same(manifest["checkpoint"], {"size": checkpoint.size, "root": base64.b64encode(checkpoint.root).decode()}),
         "checkpoint: the manifest names another")
    report.fact("checkpoint", f"size {checkpoint.size}, root {checkpoint.root.hex()}")
    cosigned = [(witness, checkpoint.size, time) for witness in report.options.witness for time in checkpoint.cosigned_by(witness)]
    report.cosignatures(cosigned, len(checkpoint.others) - len(cosigned))
    stamp = f"timestamps/{checkpoint.size}.tsr"
    report.stamp(member(members, stamp), stamped, checkpoint.size) if stamp in members else report.no_stamp()
    report.fact("made", f"{manifest['created']} by {manifest['custody']['who'] or 'nobody named'} for {manifest['to'] or 'nobody named'}")

    entries = {index: packed_entry(members, index, checkpoint) for index in indexes}
    results = [packed_finding(members, listed, entries) for listed in manifest["findings"]]
    hidden = [item for items, _ in results for item in items]
    listed = [(item["finding"], item["what"], item["name"], item["digest"]) for item in manifest["withheld"]]
    need(sorted(hidden) == sorted(listed), "what is withheld is not what the manifest lists as withheld")
    whole = sum(shows for _, shows in results)
    report.checked += [f"every byte of the file, {len(members)} members against the signed manifest",
                       f"{len(entries)} entries: each is a leaf of the checkpoint's tree",
                       f"{len(results)} findings: each is what was sealed, and every disclosure is one that it holds",
                       f"{whole} records: the bytes are those that were sealed"]
    if hidden:
        report.unchecked.append(f"{len(hidden)} values are withheld: {', '.join(sorted({f'{w}:{n}' for _, w, n, _ in hidden}))}")
    if whole < len(results):
        report.unchecked.append(f"the bytes of {len(results) - whole} records, not shown: the log binds each by its hash, and the visible "
                                "parts are bound by the finding document that was sealed at the scan")
    report.unchecked.append("records that a finding folds beyond its own; what README.txt says; what else the log holds")


# --- The folder: docs/formats/evidence-log.md ---

def tile_path(level, index):
    """Where tlog-tiles puts a tile: 1234067 is x001/x234/067."""
    text = f"{index % 1000:03}"
    while index := index // 1000:
        text = f"x{index % 1000:03}/{text}"
    return f"tile/{level}/{text}"


def unzstd(data, limit, what):
    """What the program `zstd` makes of these bytes; never more than the limit."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        with subprocess.Popen(["zstd", "-dcq"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
            out = program.stdout.read(limit + 1)
            program.stdout.close()
    need(program.returncode == 0 and len(out) <= limit, f"{what}: zstd can't unpack it, or it is larger than said")
    return out


def read_varints(data, count, what):
    """LEB128 numbers in their shortest form, exactly so many."""
    values, value, shift = [], 0, 0
    for byte in data:
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            need((byte or shift == 7) and value < 1 << 64, f"{what}: a length that is not in its shortest form")
            values.append(value)
            value = shift = 0
    need(len(values) == count and shift == 0, f"{what}: not as many lengths as records")
    return values


def segment_records(data, entry, what):
    """The records of a segment, once its tree leads to the root in its entry."""
    need(data[:18] == b"custos segment 1\n\0" and len(data) >= 66 and len(data) == entry["size"], f"{what}: not the segment of its entry")
    seed, (count, size, packed) = data[18:50], struct.unpack_from("<IQI", data, 50)
    need((count, size) == (entry["records"], entry["bytes"]) and count <= SEGMENT_RECORDS and size <= FILE_LIMIT, f"{what}: its counts")
    lengths = read_varints(unzstd(data[66:66 + packed], 10 * count, what), count, what)
    body = unzstd(data[66 + packed:], size, what)
    need(sum(lengths) == len(body) == size, f"{what}: its lengths are not those of its records")
    need(size - max(lengths, default=0) <= SEGMENT_BYTES, f"{what}: more than 4 MiB of records")
    records, at = [], 0
    for length in lengths:
        records.append(body[at:at + length])
        at += length
    salts = aes256(seed, b"".join(i.to_bytes(16, "big") for i in range(count)))
    leaves = [leaf_hash(salts[16 * i:16 * i + 16], record) for i, record in enumerate(records)]
    need(root_of(leaves) == from_base64(entry["root"], what), f"{what}: its records are not those that were sealed")
    return records


class Source:
    """How far the records of a source were seen."""

    def __init__(self):
        self.bytes, self.records, self.seen_all, self.digest = 0, 0, True, hashlib.sha256()


class Folder:
    """An evidence folder. Files are counted off as they are read; what remains is refused."""

    def __init__(self, path, report):
        self.path, self.report, self.sizes, self.used = path, report, {}, set()
        for base, folders, names in os.walk(path, onerror=lambda error: need(False, f"can't be read: {error}")):
            for name in folders + names:
                info, full = os.lstat(os.path.join(base, name)), os.path.relpath(os.path.join(base, name), path)
                need(stat.S_ISDIR(info.st_mode) or stat.S_ISREG(info.st_mode), f"{full}: neither a file nor a folder")
                if stat.S_ISREG(info.st_mode):
                    self.sizes[full.replace(os.sep, "/")] = info.st_size
        self.stored, self.leaves, self.kinds, self.keys = [], [], collections.defaultdict(list), []
        self.origin, self.sealed, self.unread, self.epochs = None, False, 0, set()

    def read(self, name, limit=FILE_LIMIT):
        need(name in self.sizes, f"{name} is missing")
        need(self.sizes[name] <= limit, f"{name}: too large")
        self.used.add(name)
        with open(os.path.join(self.path, *name.split("/")), "rb") as file:
            return file.read(limit)

    def named(self, pattern):
        """The files whose names match: (name, what the group matched)."""
        matches = ((name, re.fullmatch(pattern, name)) for name in sorted(self.sizes))
        return [(name, match[1]) for name, match in matches if match]

    # Entries

    def entry(self, index):
        return from_json(self.stored[index], f"entry {index}")

    def readable(self, index):
        return index < len(self.stored) and self.stored[index][:1] == b"{"

    def add(self, stored, leaf):
        """The next entry of the log, and the hash that a tile or journal gives for it."""
        index = len(self.stored)
        what = f"entry {index}"
        need(len(stored) <= ENTRY_LIMIT and len(leaf) == 32, f"{what}: not whole")
        if stored[:1] == b"{":
            entry = check_entry(stored, what)
            need(leaf == leaf_hash(stored), f"{what}: not the entry whose hash is in the tree")
            need((index or entry["kind"] == "log") and not (self.sealed and entry["kind"] != "log"), f"{what}: of a kind that can't be here")
            self.kinds[entry["kind"]].append(index)
            if entry["kind"] == "log":
                need(self.origin in (None, entry["origin"]), f"{what}: another origin")
                self.origin, self.sealed = entry["origin"], bool(entry["recipients"])
                self.keys.append((index, parse_key(entry["key"], LOG)))
        else:
            need(self.sealed and stored[:1] == b"\1" and len(stored) > 21, f"{what}: neither readable nor encrypted as it should be")
            self.epochs.add(int.from_bytes(stored[1:5], "little"))
            self.unread += 1
        self.stored.append(stored)
        self.leaves.append(leaf)

    def widest(self, level, index, width):
        """The file of this tile that holds so many items: the full tile, or the widest partial one."""
        path = tile_path(level, index)
        names = [path] + [f"{path}.p/{w}" for w in range(255, width - 1, -1)]
        return next((name for name in names if name in self.sizes), path if width == 256 else names[-1])

    def read_tree(self, size):
        for first in range(0, size, 256):
            width = min(256, size - first)
            name = self.widest("entries", first // 256, width)
            entries, at = self.read(name), 0
            hashes = self.read(self.widest(0, first // 256, width), 8192)
            for i in range(width):
                end = at + 2 + int.from_bytes(entries[at:at + 2], "big")
                need(at + 2 < end <= len(entries), f"{name}: cut off")
                self.add(entries[at + 2:end], hashes[32 * i:32 * i + 32])
                at = end

    def read_journals(self, origin):
        """Frames are whole, and go on where the tree ends; entries that are in the tree already are the same there."""
        end, known = None, 0
        for first in sorted(number(text, name) for name, text in self.named("journal/([0-9]+)")):
            name = f"journal/{first}"
            data, at, index = self.read(name), 56, first
            head = b"custosJ1" + first.to_bytes(8, "little") + sha256(origin.encode())
            need(data[:56] == head + xxh3(head).to_bytes(8, "little"), f"{name}: its head")
            need(first <= len(self.stored) and end in (None, first), f"{name}: it does not go on where the entries before end")
            while at < len(data):
                tail = at + 52 + int.from_bytes(data[at:at + 4], "little")
                need(at + 52 < tail <= len(data) - 8, f"{name}: it is cut off behind entry {index - 1}; opening the log to write mends it")
                need(xxh3(data[at:tail]) == u64(data, tail), f"{name}: entry {index} is damaged")
                acknowledged, leaf, stored = u64(data, at + 12), data[at + 20:at + 52], data[at + 52:tail]
                need(u64(data, at + 4) == index and known <= acknowledged <= index, f"{name}: entry {index} has a wrong number")
                if index == len(self.stored):
                    self.add(stored, leaf)
                need((stored, leaf) == (self.stored[index], self.leaves[index]), f"{name}: entry {index} is another in the tree")
                known, index, at = acknowledged, index + 1, tail + 8
            end = index

    # What is signed

    def check_tiles(self, size):
        """Every tile and entry file is exactly what the entries give, and none is missing."""
        levels = [b"".join(self.leaves)]
        while len(levels[-1]) >= 256 * 32:
            tiles = (levels[-1][at:at + 8192] for at in range(0, len(levels[-1]) - 8191, 8192))
            levels.append(b"".join(root_of([tile[i:i + 32] for i in range(0, 8192, 32)]) for tile in tiles))
        for level in range(len(levels)):
            count = size >> 8 * level
            for first in range(0, count, 256):
                name = self.widest(level, first // 256, min(256, count - first))
                need(name in self.sizes, f"{name} is missing")
        for name in self.sizes:
            match = re.fullmatch(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", name)
            if not match:
                continue
            index, width = int(match[2].replace("x", "").replace("/", "")), int(match[3] or 256)
            path = tile_path(match[1], index) + (f".p/{width}" if match[3] else "")
            first, end = 256 * index, 256 * index + width
            level = 0 if match[1] == "entries" else int(match[1])
            need(path == name and width < 256 + (not match[3]) and level < len(levels) and 32 * end <= len(levels[level]),
                 f"{name}: there is no such tile in this tree")
            if match[1] == "entries":
                expected = b"".join(len(stored).to_bytes(2, "big") + stored for stored in self.stored[first:end])
            else:
                expected = levels[level][32 * first:32 * end]
            need(self.read(name) == expected, f"{name}: not what the entries give")

    def key_at(self, size):
        return [key for index, key in self.keys if index < max(size, 1)][-1]

    def check_checkpoints(self, newest):
        """Signatures and roots of all checkpoints. Gives {size: (checkpoint, what a time stamp of it covers)}."""
        checkpoints = [newest]
        for name, text in self.named("checkpoints/([0-9]+)"):
            checkpoints.append(Checkpoint(self.read(name), name))
            need(checkpoints[-1].size == number(text, name) <= newest.size, f"{name}: not a checkpoint of this size")
        roots = roots_at(self.leaves[:newest.size], {checkpoint.size for checkpoint in checkpoints})
        found = {}
        for checkpoint in checkpoints:
            need(checkpoint.root == roots[checkpoint.size], f"{checkpoint.what}: its root is not that of the entries")
            found.setdefault(checkpoint.size, []).append((checkpoint, checkpoint.signed_by(self.key_at(checkpoint.size))))
        return found

    def check_witnesses(self, checkpoints):
        """Cosignatures by witnesses that --witness or the log's own entries name."""
        witnesses = list(self.report.options.witness)
        for index in self.kinds["witness"]:
            entry, what = self.entry(index), f"entry {index}"
            key = parse_key(entry["witness"], WITNESS)
            line = parse_line(entry["line"], what)
            need((line.name, line.id) == (key.name, key.id), f"{what}: a line of another witness")
            need(any(line in checkpoint.lines for checkpoint, _ in checkpoints.get(entry["size"], [])), f"{what}: no checkpoint has its line")
            witnesses += [key] if key not in witnesses else []
        latest, others = {}, 0
        for size, same_size in sorted(checkpoints.items()):
            for checkpoint, _ in same_size:
                others += len(checkpoint.others)
                for key in witnesses:
                    for time in checkpoint.cosigned_by(key):
                        latest[key], others = (key, size, time), others - 1
        self.report.cosignatures(list(latest.values()), others)

    def check_stamps(self, checkpoints):
        entries = {entry["size"]: entry for entry in map(self.entry, self.kinds["timestamp"])}  # the last one of each size
        stamps = sorted((number(text, name), name) for name, text in self.named(r"timestamps/([0-9]+)\.tsr"))
        need(set(entries) <= {size for size, _ in stamps}, "a time stamp that an entry names is missing")
        for size, name in stamps:
            need(size in checkpoints, f"{name}: there is no checkpoint of this size")
            data = self.read(name, STAMP_LIMIT)
            time, signer = self.report.stamp(data, checkpoints[size][-1][1], size)
            if size in entries:
                entry, what = entries[size], f"entry of the time stamp of size {size}"
                times = instant(entry["stamped"], what), instant(entry["expires"], what)
                need(entry["sha256"] == sha256(data).hex() and times == (time, signer.expires), f"{what}: not of this time stamp")
        if not stamps:
            self.report.no_stamp()

    def check_settings(self):
        need(self.kinds["log"], "no settings in the log")
        need(self.read("log.json") == self.stored[self.kinds["log"][-1]], "log.json: not the newest settings in the log")
        need(self.sizes.get("lock", 0) == 0, "lock: not empty")
        self.used.add("lock")
        epochs = self.named(r"epochs/([0-9]+)\.age")
        for name, text in epochs:
            need(number(text, name) < 1 << 32 and self.read(name).startswith(AGE), f"{name}: not the key of an epoch")
        missing = self.epochs - {int(text) for _, text in epochs}
        need(not missing, f"epochs/{min(missing, default=0)}.age is missing")
        need(not epochs or any(self.entry(index)["recipients"] for index in self.kinds["log"]), "epochs/: the log is not encrypted")

    # Records

    def check_segments(self):
        entries, deleted = {}, set()  # file name -> index of its entry
        for index in self.kinds["segment"]:
            need(entries.setdefault(self.entry(index)["file"], index) == index, f"entry {index}: a segment twice")
        for index in self.kinds["deletion"]:
            for item in self.entry(index)["segments"]:
                file = fields(item, "file=s size=n root=s", f"entry {index}")["file"]
                known = self.entry(entries[file]) if file in entries else self.unread and item
                need(known and all(item[key] == known[key] for key in ("size", "root")), f"entry {index}: it deletes an unknown segment")
                deleted.add(file)
        for name, file in self.named(f"segments/[0-9a-f]{{2}}/({HEX64})"):
            data = self.read(name)
            need(name == f"segments/{file[:2]}/{file}" and sha256(data).hex() == file, f"{name}: not the file of this name")
            need(file in entries or (self.unread and data.startswith(AGE)), f"{name}: no entry names it")
        there = {name.rpartition("/")[2] for name in self.used if name.startswith("segments/")}
        for file in entries:
            need(file in there or file in deleted or self.unread, f"segment {file} is missing")
        self.check_records(entries, there)
        self.report.checked.append(f"{len(there)} segments by name; {len(deleted)} were deleted, as the log says")
        if self.unread and len(there) < len(entries):
            self.report.unchecked.append("segments that are not there: an encrypted entry may say that they were deleted")

    def records(self, index, entry, there):
        """A segment's records, or None where they can't be had."""
        if entry["file"] not in there or not shutil.which("zstd"):
            return None
        self.unpacked += entry["records"]
        return segment_records(self.read(f"segments/{entry['file'][:2]}/{entry['file']}"), entry, f"segment of entry {index}")

    def check_records(self, entries, there):
        """Roots, sources, finding documents. Findings come first: they say what the records they rest on must be."""
        self.unpacked = self.findings = 0
        wanted, sources = collections.defaultdict(list), collections.defaultdict(Source)
        segments = [(index, self.entry(index)) for index in self.kinds["segment"]]
        for index, entry in segments:
            self.check_scan(index, entry)
            if entry["holds"] != "records":
                records = self.records(index, entry, there)
                need(entry["holds"] != "coverage" or entry["records"] == 1, f"entry {index}: not one coverage statement")
                if entry["holds"] == "findings":
                    need(entry["records"] % 2 == 0, f"entry {index}: a finding without disclosures")
                    self.check_findings(index, records or [], entries, wanted)
                elif records:
                    what = f"coverage of entry {index}"
                    need(from_json(records[0], what).get("type") == "coverage", f"{what}: it is none")
        for index, entry in segments:
            if entry["holds"] == "records":
                records = self.records(index, entry, there)
                self.check_parts(index, entry, records, sources)
                for leaf, digest, what in wanted[entry["file"]] if records else []:
                    need(sha256(records[leaf]) == digest, f"{what}: its parts are not the bytes of its record")
        self.check_ends(segments)
        self.check_sources(sources)

    def check_scan(self, index, entry):
        scan = entry["scan"]
        need(scan < index and (scan in self.kinds["scan"] or not self.readable(scan)), f"entry {index}: it names no scan before it")

    def check_findings(self, index, records, entries, wanted):
        for k in range(0, len(records), 2):
            what = f"finding {k // 2} of entry {index}"
            document = check_document(records[k], what)
            hidden, text = check_disclosures(records[k + 1], document, what)
            need(not hidden, f"{what}: not all disclosures are there")
            for place in document["records"]:
                file = document["segments"][place["segment"]]
                need(file in entries or self.unread, f"{what}: a segment that is not in the log")
                segment = self.entry(entries[file]) if file in entries else None
                need(not segment or (segment["holds"] == "records" and place["leaf"] < segment["records"]), f"{what}: there is no such record")
            expected, first = record_bytes(document, text, what), document["records"][0]
            if expected is not None:
                wanted[document["segments"][first["segment"]]].append((first["leaf"], sha256(expected), what))
            self.findings += 1

    def check_parts(self, index, entry, records, sources):
        """The parts of a segment are all its records, and go on in their sources where the parts before ended."""
        at, what = 0, f"entry {index}"
        for part in fields(entry, "parts=a", what)["parts"]:
            fields(part, "source=n first=n records=n at=n bytes=n", what)
            number, end = part["source"], at + part["records"]
            need(number in self.kinds["source"] or (number < len(self.stored) and not self.readable(number)), f"{what}: an unknown source")
            need(not self.readable(number) or self.entry(number)["scan"] == entry["scan"], f"{what}: a source of another scan")
            source = sources[number]
            need(part["first"] == at and part["at"] == source.bytes, f"{what}: its parts do not go on where the parts before end")
            source.bytes, source.records, source.seen_all = part["at"] + part["bytes"], source.records + part["records"], \
                source.seen_all and records is not None
            if records is not None:
                need(sum(map(len, records[at:end])) == part["bytes"], f"{what}: a part of another length")
                for record in records[at:end]:
                    source.digest.update(record)
            at = end
        need(at == entry["records"], f"{what}: its parts are not all its records")

    def check_ends(self, segments):
        self.ended = {}
        for index in self.kinds["end"]:
            entry, what = self.entry(index), f"entry {index}"
            self.check_scan(index, entry)
            need(self.ended.setdefault(entry["scan"], index) == index, f"{what}: the scan ended before")
            if self.unread:
                continue
            mine = [(i, segment) for i, segment in segments if segment["scan"] == entry["scan"]]
            found = sum(segment["records"] // 2 for _, segment in mine if segment["holds"] == "findings")
            sources = sum(self.entry(i)["scan"] == entry["scan"] for i in self.kinds["source"])
            need((entry["findings"], entry["sources"]) == (found, sources), f"{what}: other findings or sources than were sealed")
            place = entry["coverage"]
            covers = [i for i, segment in mine if segment["holds"] == "coverage" and place.get("segment") in (i, segment["file"])]
            need(covers and place.get("leaf") == 0, f"{what}: it names no coverage statement")

    def check_sources(self, sources):
        whole = partly = 0
        for index in self.kinds["source"]:
            entry, source, what = self.entry(index), sources[index], f"entry {index}"
            self.check_scan(index, entry)
            need(entry["exhibit"] == f"E-{index}" and re.fullmatch(HEX64, entry["sha256"]), f"{what}: no proper source")
            if (source.bytes, source.records) != (entry["size"], entry["records"]):
                need(entry["scan"] not in self.ended or self.unread, f"{what}: its segments do not hold all of this source")
                partly += 1
            elif source.seen_all:
                need(source.digest.hexdigest() == entry["sha256"], f"{what}: the SHA-256 of its records is another")
                whole += 1
            else:
                partly += 1
        tell, open_scans = self.report, len(set(self.kinds["scan"]) - set(self.ended))
        if shutil.which("zstd"):
            tell.checked += [f"{self.unpacked} records: roots of their segments; {whole} sources by SHA-256; {self.findings} finding documents"]
        elif self.kinds["segment"]:
            tell.unchecked.append("records, sources, finding documents: there is no program `zstd` here")
        if partly:
            tell.unchecked.append(f"{partly} sources of which not all records could be read")
        if open_scans and not self.unread:
            tell.unchecked.append(f"{open_scans} scans that have no end: whether they are whole")


def verify_folder(path, report):
    folder = Folder(path, report)
    newest = Checkpoint(folder.read("checkpoint"), "checkpoint")
    report.fact("origin", newest.origin)
    folder.read_tree(newest.size)
    folder.read_journals(newest.origin)
    folder.check_settings()
    key = folder.key_at(newest.size)
    need(report.options.key in (None, key), f"the log's key is {key.text}, not the one that --key names")
    report.key(key)
    for before, after in zip(folder.keys, folder.keys[1:]):
        if before[1] != after[1]:
            report.fact("", f"before entry {after[0]}: {before[1].text}")
    folder.check_tiles(newest.size)
    checkpoints = folder.check_checkpoints(newest)
    report.fact("checkpoint", f"size {newest.size}, root {newest.root.hex()}")
    folder.check_witnesses(checkpoints)
    folder.check_stamps(checkpoints)
    report.checked += [f"{sum(map(len, checkpoints.values()))} checkpoints, every tile, every entry file"]
    folder.check_segments()
    unknown = sorted(set(folder.sizes) - folder.used)
    need(not unknown, f"{len(unknown)} files that do not belong here, the first: {', '.join(unknown[:1])}")
    behind = len(folder.stored) - newest.size
    if behind:
        report.unchecked.append(f"who wrote the {behind} entries in the journal: no checkpoint is signed over them yet")
    if folder.unread:
        report.unchecked.append(f"{folder.unread} encrypted entries: their hashes stand in the tree, they can't be read; nor the segments and "
                                "epochs/ of an encrypted log beyond their names")


# --- Self-test, and the program ---

def passes(function, *arguments):
    try:
        return function(*arguments)
    except Refused:
        return False


def vector_holds(path):
    """Whether we judge an RFC 6962 proof as its vector does. Consistency with an empty tree is always refused."""
    case = json.load(open(path, encoding="utf-8"))
    read = lambda text: from_base64(text or "", path)
    proof = lambda: [read(text) for text in case["proof"] or []]
    if "leafIdx" in case:
        right = passes(lambda: inclusion_root(case["leafIdx"], case["treeSize"], read(case["leafHash"]), proof()) == read(case["root"]))
        return right == (not case["wantErr"])
    right = passes(lambda: consistent(case["size1"], case["size2"], read(case["root1"]), read(case["root2"]), proof()))
    return right == (not case["wantErr"] and case["size1"] > 0)


def note_holds(text):
    """The example at the end of the text signed-note, and its refusal when a letter is another."""
    key = parse_key(re.search(r"^ +(\S+\+[0-9a-f]{8}\+\S+)$", text, re.M)[1], LOG)
    note = re.findall("```\n(.*?)```", text, re.S)[-1].encode()
    body, lines = parse_note(note, "example")
    return ed25519_ok(key.public, lines[0].signature, body) and not ed25519_ok(key.public, lines[0].signature, body.lower())


def envelope_holds(text):
    """The example in DSSE's protocol: its encoding, and its ECDSA signature over it."""
    blocks = [block.strip() for block in re.findall("```(?:none|json)\n(.*?)```", text, re.S)]
    kind, body = b"http://example.com/HelloWorld", b"hello world"
    x, y = (int(re.search(rf"^{name}: ([0-9]+)$", text, re.M)[1]) for name in "XY")
    signature = from_base64(json.loads(blocks[-1])["signatures"][0]["sig"], "example", 64)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    message = dsse_message(kind, body)
    return message.decode() in blocks and ecdsa_ok(P256, (x, y), sha256(message), r, s) and not ecdsa_ok(P256, (x, y), sha256(body), r, s)


def self_test(vectors):
    text = lambda name: open(os.path.join(vectors, name), encoding="utf-8").read()
    paths = {kind: glob.glob(os.path.join(vectors, "rfc6962-merkle/testdata", kind, "**/*.json"), recursive=True)
             for kind in ("inclusion", "consistency")}
    roots = json.loads(text("rfc6962-merkle/roots.json"))
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in roots["leaves_hex"]]
    examples = [parse_note(note.encode(), "example") for name in ("checkpoint", "cosignature") for note in
                re.findall("```\n(example.*?)```", text(f"c2sp/tlog-{name}.md"), re.S)]
    aes = aes256(bytes(range(32)), bytes(range(0, 256, 17))).hex()  # FIPS 197, appendix C.3
    results = {f"{kind} proofs": [vector_holds(path) for path in found] for kind, found in paths.items()}
    results["roots"] = [root_of(leaves[:n]).hex() == root for n, root in enumerate(roots["roots_by_size"])]
    results["signed notes"] = [note_holds(text("c2sp/signed-note.md"))] + [len(body.split(b"\n")) == 4 for body, _ in examples]
    results["envelopes"] = [envelope_holds(text("dsse/protocol.md"))]
    results["AES-256"] = [aes == "8ea2b7ca516745bfeafc49904b496089"]
    for name, holds in results.items():
        print(f"{name}: {sum(holds)} of {len(holds)} as they should be")
    return 0 if all(holds and all(holds) for holds in results.values()) else 1


def tell(report, path, reason):
    """One screen of text, or JSON; gives the exit status."""
    report.unchecked += ["that the records are true, that nothing was left out, and that nobody else had the key"] if not reason else []
    if report.options.json:
        facts = [[shown(label), shown(text)] for label, text in report.facts]
        print(json.dumps({"file": path, "verified": not reason, "reason": reason, "facts": facts, "checked": report.checked,
                          "not_checked": report.unchecked}))
        return 1 if reason else 0
    print(f"{'evidence':<13}{shown(path)}")
    for label, text in report.facts[:24] if not reason else []:
        print(f"{label:<13}{shown(text)}")
    for label, texts in (("checked", report.checked), ("NOT CHECKED", report.unchecked)) if not reason else ():
        for i, text in enumerate(texts):
            print(f"{label if i == 0 else '':<13}{shown(text)}")
    print(f"REFUSED: {shown(reason)}" if reason else "VERIFIED")
    return 1 if reason else 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", metavar="PACKAGE.zip|DIR")
    parser.add_argument("--key", metavar="VKEY", help="the log's verifier key, known from elsewhere")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[], help="a witness that must have cosigned")
    parser.add_argument("--authority", metavar="PEMFILE", help="certificates of time stamp authorities that you trust")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--self-test", metavar="VECTORS_DIR", help="check this program against public test vectors")
    options = parser.parse_args()
    if (options.path is None) == (options.self_test is None):
        parser.error("give one package or folder, or --self-test")
    try:
        options.key = parse_key(options.key, LOG) if options.key else None
        options.witness = [parse_key(text, WITNESS) for text in dict.fromkeys(options.witness)]
        options.authority = read_authority(options.authority) if options.authority else []
        if options.path is not None and not os.path.isdir(options.path):
            if not stat.S_ISREG(os.stat(options.path).st_mode):
                parser.error("neither a file nor a folder")
            open(options.path, "rb").close()
        elif options.path is not None:
            os.listdir(options.path)
    except (Refused, OSError, ValueError, IndexError, TypeError) as error:
        parser.error(shown(error))
    return options


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    options = read_arguments()
    if options.self_test is not None:
        return self_test(options.self_test)
    report, reason = Report(options), None
    try:
        (verify_folder if os.path.isdir(options.path) else verify_package)(options.path, report)
    except Refused as refusal:
        reason = str(refusal)
    except Exception as error:  # whatever a hostile file brings about: it is not what the documents say
        reason = f"it is not made as the documents say ({type(error).__name__}: {error})"
    return tell(report, options.path, reason)


if __name__ == "__main__":
    sys.exit(main())
