#!/usr/bin/env python3
"""Checks evidence that custos wrote: a package (ZIP) or an evidence folder. It needs Python 3.11 and nothing else.

It shares no code with custos. It was written from docs/formats/evidence-log.md, docs/formats/package.md and the public
texts they name: signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature and tlog-proof of C2SP, RFC 6962, RFC 8032,
RFC 3161, DSSE.

It checks that the bytes before you are those the log's key signed, down to each record: signatures, hash trees, proofs,
digests, the spelling of every file. It says what it could not check, and who vouched for the keys. Records of a folder
are unpacked by the program `zstd`, where there is one.
It does not check that the records are true, that the log holds everything that happened, or that the key was kept
secret. It decrypts nothing. Whoever holds the key can write another log: ask for cosignatures and for a time stamp.

Exit status: 0 verified, 1 refused (any difference from the documents), 2 wrong usage or a file that can't be opened,
3 the answer could not be written.
"""
import argparse, base64, collections, contextlib, datetime, decimal, functools, hashlib, json, mmap, os, re, shutil, stat
import struct, subprocess, sys, tempfile, zlib

NOTE_LIMIT, STAMP_LIMIT, ENTRY_LIMIT = 1 << 16, 1 << 20, 65000  # bytes of a checkpoint, a time stamp, an entry
JSON_LIMIT, JSON_ITEMS = 64 << 20, 1_000_000  # bytes of one JSON text; commas and brackets in it
FILE_LIMIT = 256 << 20  # bytes of any other file that is read whole, and of what zstd unpacks
SEGMENT_BYTES, SEGMENT_RECORDS = 4 << 20, 65536
HEX64, ID, AGE = "[0-9a-f]{64}", "[0-9a-f]{16}", b"age-encryption.org/v1\n"


class Refused(Exception):
    """The evidence is not what the documents say. The text is the reason."""


def need(holds, reason="not made as the documents say"):
    if not holds:
        raise Refused(reason)


@contextlib.contextmanager
def about(what):
    """Says in the reason what was being read. A failure that nobody foresaw is a refusal too."""
    try:
        yield
    except Refused as refusal:
        raise Refused(f"{what}: {refusal}") from None
    except OSError as error:
        raise Refused(f"{what}: can't be read: {error.strerror}") from None
    except Exception as error:
        raise Refused(f"{what}: not made as the documents say ({type(error).__name__})") from None


def shown(value):
    """Text for a terminal: control characters, marks of writing direction and other invisible ones are escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value)[:400])


def sha256(*parts):
    state = hashlib.sha256()
    for part in parts:
        state.update(part)
    return state.digest()


def from_base64(text, size=None, url=False):
    """Bytes of a base64 text in its one canonical spelling; url: RFC 4648 section 5 without padding."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4 if url else 0), b"-_" if url else None, validate=True)
    except ValueError:
        raise Refused("not base64")
    again = base64.b64encode(data, b"-_" if url else None).decode()
    need((again.rstrip("=") if url else again) == text, "not canonical base64")
    need(size is None or len(data) == size, f"{len(data)} bytes in base64 where {size} should be")
    return data


def number(text):
    """A whole number below 2^64, written in the shortest way."""
    need(re.fullmatch("0|[1-9][0-9]{0,19}", text) and int(text) < 1 << 64, "not a proper whole number")
    return int(text)


def unique_keys(pairs):
    need(len(dict(pairs)) == len(pairs), "a JSON object has a key twice")
    return dict(pairs)


def json_number(text):
    """Whole numbers are exact in any form that JSON has for them: 10, 10.0, 1e1."""
    with contextlib.suppress(decimal.InvalidOperation):
        value = decimal.Decimal(text)
        if value.adjusted() < 20 and value == value.to_integral_value():
            return int(value)
    return float(text)


def no_number(text):
    need(False, "a number that is not whole")


def from_json(data, kind=dict, any_number=True):
    """A JSON value in UTF-8, of the kind that is expected. Refused are a key that is there twice, since readers would
    differ, text that is none: half a surrogate pair, and where it says so any number but whole ones in digits alone."""
    need(len(data) <= JSON_LIMIT and sum(map(data.count, b",[{")) <= JSON_ITEMS, "too large to be read")
    try:
        value = json.loads(data.decode(), object_pairs_hook=unique_keys, parse_int=json_number if any_number else number,
                           parse_float=json_number if any_number else no_number,
                           parse_constant=lambda name: need(False, f"{name} is no JSON"))
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused("not strict JSON")
    need(type(value) is kind, "another kind of JSON value than belongs here")
    return value


def fields(value, schema):
    """The named keys must be there with their types: s text, n whole number, a array, o object, b boolean, ? any."""
    need(type(value) is dict, "no JSON object where one should be")
    for key, kind in (item.split("=") for item in schema.split()):
        proper = {"s": str, "n": int, "a": list, "o": dict, "b": bool}.get(kind, object)
        need(key in value and (kind == "?" or type(value[key]) is proper), f"no proper '{key}'")
        need(kind != "n" or 0 <= value[key] < 1 << 64, f"'{key}' is out of range")
    return value


def same(a, b):
    """Equal as JSON values, where 1 and true are two values."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def instant(text):
    """A time in UTC as RFC 3339 writes it, with 0, 3 or 6 digits of fraction."""
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z"
    need(type(text) is str and re.fullmatch(pattern, text, re.ASCII), "not a time in UTC")
    return datetime.datetime.fromisoformat(text)


# --- Ed25519: RFC 8032 section 5.1. Signatures are checked without the cofactor: R = [S]B - [k]A, byte for byte ---

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


def times(scalar, point, add, zero):
    """The point added to itself so often; for any curve."""
    total = zero
    for bit in bin(scalar)[2:]:
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def point_decode(data):
    """The point that 32 bytes stand for, or None; only the canonical encoding is taken."""
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x * SQRT_M1 % P if v * x * x % P == -u % P else x
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
    minus_a, zero = (P - a[0], a[1], 1, P - a[3]), (0, 1, 1, 0)
    sum = point_add(times(s, BASE, point_add, zero), times(k, minus_a, point_add, zero))
    return point_encode(sum) == signature[:32]


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


# --- Signed notes, checkpoints, cosignatures: C2SP. Envelopes: DSSE ---

Key = collections.namedtuple("Key", "text name id public")
Line = collections.namedtuple("Line", "text name id signature")
LOG, WITNESS = 1, 4  # signature types


def proper_name(name):
    return name and "+" not in name and not any(c.isspace() for c in name)


def parse_key(text, kind):
    """A verifier key: name+id+base64(type, public key)."""
    with about(f"verifier key '{text}'"):
        need(text.count("+") > 1, "not of the form <name>+<id>+<base64>")
        name, id, encoded = text.split("+", 2)
        data = from_base64(encoded, 33)
        need(proper_name(name) and data[0] == kind, f"its type is {data[0]} where {kind} should be")
        need(id == sha256(name.encode(), b"\n", data)[:4].hex(), "its id is not that of its key")
        return Key(text, name, bytes.fromhex(id), data[1:])


def parse_line(line):
    dash, name, encoded = line.split(" ")
    data = from_base64(encoded)
    need(dash == "\u2014" and proper_name(name) and len(data) > 4, "not a signature line")
    return Line(line, name, data[:4], data[4:])


def parse_note(data):
    """A signed note's text and signature lines. Nothing is verified yet."""
    need(len(data) <= NOTE_LIMIT, f"longer than {NOTE_LIMIT} bytes")
    text = data.decode()
    need(not re.search("[\0-\x09\x0b-\x1f]", text) and text.endswith("\n"), "not a signed note")
    body, gap, lines = text[:-1].rpartition("\n\n")
    need(gap and lines, "a note without signatures")
    return body.encode() + b"\n", [parse_line(line) for line in lines.split("\n")]


class Checkpoint:
    """A checkpoint's parts, and the extension lines that must be there; signatures count only after signed_by()."""

    def __init__(self, data, what, *extension):
        with about(what):
            self.data, self.what = data, what
            self.text, self.lines = parse_note(data)
            self.origin, size, root, *more = self.text.decode().split("\n")
            need(more == [*extension, ""], "other extension lines than belong here")
            self.size, self.root = number(size), from_base64(root, 32)

    def signed_by(self, *keys):
        """The signatures of these keys are right, all others look like cosignatures. Gives the bytes that a time stamp covers:
        the checkpoint with these keys' signature lines alone."""
        mine = [line for line in self.lines if (line.name, line.id) in [(key.name, key.id) for key in keys]]
        self.others = [line for line in self.lines if line not in mine]
        with about(self.what):
            for key in keys:
                own = [line for line in mine if line.id == key.id]
                need(own and self.origin == key.name, f"not signed by {key.text}")
                for line in own:
                    need(ed25519_ok(key.public, line.signature, self.text), "the log's signature is wrong")
            need(all(len(line.signature) == 72 for line in self.others), "a signature line that is no cosignature")
        return b"\n".join([self.text, *(line.text.encode() for line in mine), b""])

    def cosigned_by(self, key):
        """Times at which this witness cosigned; a line of it that does not verify is refused."""
        found = []
        for line in self.others:
            if (line.name, line.id) == (key.name, key.id):
                found.append(int.from_bytes(line.signature[:8], "big"))
                message = b"cosignature/v1\ntime %d\n" % found[-1] + self.text
                need(found[-1] < 1 << 63 and ed25519_ok(key.public, line.signature[8:], message), f"{self.what}: the cosignature of {key.name} is wrong")
        return found


def epoch_text(seconds):
    if seconds >= 253402300800:
        return "a time after the year 9999"
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def dsse_message(kind, body):
    """DSSE's pre-authentication encoding: what is signed of an envelope."""
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


# --- Time stamps: RFC 3161 in CMS (RFC 5652), with a reader of DER that knows definite lengths alone ---

Der = collections.namedtuple("Der", "tag body raw")
BOOLEAN, INTEGER, BITS, OCTETS, SEQUENCE, SET = 1, 2, 3, 4, 0x30, 0x31


def der_items(data):
    """The values that stand one after the other in these bytes."""
    items, at = [], 0
    while at < len(data):
        need(data[at] & 31 != 31)
        size, begin = data[at + 1], at + 2
        if size >= 128:
            digits = data[begin:begin + size - 128]
            need(0x81 <= size <= 0x84 and len(digits) == size - 128)
            size, begin = int.from_bytes(digits, "big"), begin + len(digits)
            need(size >= 128 and digits[0] > 0)
        need(begin + size <= len(data))
        items.append(Der(data[at], data[begin:begin + size], data[at:begin + size]))
        at = begin + size
    return items


def der_parts(item, tag=SEQUENCE):
    need(item.tag == tag)
    return der_items(item.body)


def der_one(data, tag=SEQUENCE):
    item, = der_items(data)
    need(item.tag == tag)
    return item


def der_number(item):
    value = int.from_bytes(item.body, "big", signed=True)
    need(item.tag == INTEGER and len(item.body) == (value + (value < 0)).bit_length() // 8 + 1)
    return value


def der_time(item):
    """UTCTime or GeneralizedTime; a fraction is cut to microseconds."""
    text = item.body.decode()
    if item.tag == 0x17:
        text = ("20" if text < "50" else "19") + text
    match = re.fullmatch(r"(\d{14})(\.\d*[1-9])?Z", text, re.ASCII)
    need(item.tag in (0x17, 0x18) and match)
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


HASHES = {oid(f"2.16.840.1.101.3.4.2.{n}"): name for n, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}
RSA, EC = oid("1.2.840.113549.1.1.1"), oid("1.2.840.10045.2.1")
SIGNATURES = {RSA: (RSA, None)}  # signature algorithm -> the key's, hash (None: the one that is named beside it)
SIGNATURES |= {oid(f"1.2.840.113549.1.1.{n}"): (RSA, h) for n, h in ((11, "sha256"), (12, "sha384"), (13, "sha512"))}
SIGNATURES |= {oid(f"1.2.840.10045.4.3.{n}"): (EC, h) for n, h in ((2, "sha256"), (3, "sha384"), (4, "sha512"))}
SIGNED_DATA, TIME_STAMP_INFO = oid("1.2.840.113549.1.7.2"), oid("1.2.840.113549.1.9.16.1.4")
STAMPING = oid("1.3.6.1.5.5.7.3.8")
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
    rise, run = (3 * a[0] * a[0] - 3, 2 * a[1]) if a == b else (b[1] - a[1], b[0] - a[0])
    slope = rise * pow(run, -1, curve.p)
    x = (slope * slope - a[0] - b[0]) % curve.p
    return x, (slope * (a[0] - x) - a[1]) % curve.p


def ecdsa_ok(curve, point, digest, r, s):
    x, y = point
    on_curve = x < curve.p and y < curve.p and (y * y - x * x * x + 3 * x - curve.b) % curve.p == 0
    if not (on_curve and 0 < r < curve.n and 0 < s < curve.n):
        return False
    value = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.n.bit_length())
    add, w = functools.partial(curve_add, curve), pow(s, -1, curve.n)
    sum = add(times(value * w % curve.n, curve.base, add, None), times(r * w % curve.n, point, add, None))
    return sum is not None and sum[0] % curve.n == r


def rsa_ok(n, e, hash_name, digest, signature):
    """PKCS #1 v1.5: the whole block is built and compared."""
    need(2048 <= n.bit_length() <= 8192 and 2 < e < 1 << 64 and e & 1, "an RSA key of a size that is not taken")
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
    need(kind, "a signature algorithm that is not taken (RSA PKCS #1 v1.5 and ECDSA with SHA-2 are)")
    need(der_parts(key_algorithm)[0].body == kind and bits.tag == BITS and bits.body[0] == 0, "a key of another kind")
    name = own_hash or hash_name
    need(name and hash_name in (None, name), "two hashes for one signature")
    digest = hashlib.new(name, data).digest()
    if kind == RSA:
        n, e = map(der_number, der_parts(der_one(bits.body[1:])))
        return rsa_ok(n, e, name, digest, signature)
    curve = CURVES.get(der_parts(key_algorithm)[1].body)
    need(curve, "a curve that is not taken (P-256 and P-384 are)")
    half = (curve.p.bit_length() + 7) // 8
    need(len(bits.body) == 2 + 2 * half and bits.body[1] == 4)
    point = int.from_bytes(bits.body[2:2 + half], "big"), int.from_bytes(bits.body[2 + half:], "big")
    r, s = map(der_number, der_parts(der_one(signature)))
    return ecdsa_ok(curve, point, digest, r, s)


class Certificate:
    """What is needed of an X.509 certificate."""

    def __init__(self, raw):
        self.raw = raw
        self.signed, self.algorithm, bits = der_parts(der_one(raw))
        parts = der_parts(self.signed)
        parts = parts[1:] if parts[0].tag == 0xA0 else parts
        self.serial, algorithm, self.issuer, validity, self.subject, self.key_info = parts[:6]
        need(bits.tag == BITS and bits.body[0] == 0 and algorithm == self.algorithm)
        self.signature = bits.body[1:]
        self.begins, self.expires = map(der_time, der_parts(validity))
        self.extensions = {}  # id -> values: perhaps "critical", and the content
        for holder in parts[6:]:
            for extension in der_parts(der_one(holder.body)) if holder.tag == 0xA3 else []:
                id, *values = der_parts(extension)
                need(id.body not in self.extensions)
                self.extensions[id.body] = values

    def name(self):
        parts = [der_parts(part) for rdn in der_parts(self.subject) for part in der_parts(rdn, SET)]
        return ", ".join(value.body.decode("utf-8", "replace") for _, value in parts)

    def stamps_time(self):
        """RFC 3161 section 2.3: time stamping is the only purpose, and critical."""
        critical, *value = self.extensions.get(oid("2.5.29.37"), [None])
        return critical == TRUE and [purpose.body for purpose in der_parts(der_one(value[0].body))] == [STAMPING]

    def may_issue(self, time):
        """Basic constraints say that it is an authority's, and it is valid then."""
        constraints = self.extensions.get(oid("2.5.29.19"))
        return constraints and TRUE in der_parts(der_one(constraints[-1].body)) and self.begins <= time <= self.expires


TRUE = der_one(b"\1\1\xff", BOOLEAN)


def vouched(signer, authority, time):
    """Whether the signer's certificate is in the authority's file, or signed by a certificate in it."""
    issuers = [known for known in authority if known.subject.raw == signer.issuer.raw and known.may_issue(time)]
    return signer.raw in [known.raw for known in authority] or any(
        public_key_ok(known.key_info, signer.algorithm, None, signer.signature, signer.signed.raw) for known in issuers)


def check_attributes(holder, content, hash_name, signer):
    """CMS's signed attributes: content type, digest of the content, hash of the signer's certificate (RFC 5035)."""
    pairs = [der_parts(item) for item in der_items(holder.body)]
    values = {kind.body: der_parts(value, SET) for kind, value in pairs}
    need(len(values) == len(pairs) and all(len(value) == 1 for value in values.values()))
    kind, digest = (values[oid(f"1.2.840.113549.1.9.{n}")][0].body for n in (3, 4))
    need(kind == TIME_STAMP_INFO, "the signer signed something else")
    need(digest == hashlib.new(hash_name, content).digest(), "the signed digest is that of something else")
    named = 0
    for n, hash_name in ((12, "sha1"), (47, "sha256")):  # signing certificate, and its second version
        for value in values.get(oid(f"1.2.840.113549.1.9.16.2.{n}"), []):
            first = der_parts(der_parts(der_parts(value)[0])[0])
            if n == 47 and first[0].tag == SEQUENCE:
                hash_name = HASHES[der_parts(first.pop(0))[0].body]
            need(first[0].body == hashlib.new(hash_name, signer.raw).digest(), "it names another certificate")
            named += 1
    need(named, "it does not name the certificate of its signer")


def check_stamp(data, stamped, authority):
    """Checks a TimeStampResp over these bytes. Gives its time and the signer's certificate."""
    need(len(data) <= STAMP_LIMIT, "too large")
    status, *token = der_parts(der_one(data))
    need(der_number(der_parts(status)[0]) == 0 and len(token) == 1, "it was not granted")
    kind, content = der_parts(token[0])
    need(kind.body == SIGNED_DATA and content.tag == 0xA0)
    _, _, encapsulated, *certificates, signers = der_parts(der_one(content.body))
    kind, holder = der_parts(encapsulated)
    need(kind.body == TIME_STAMP_INFO and holder.tag == 0xA0, "it holds something else")
    info = der_one(holder.body, OCTETS).body

    signer_info, = der_parts(signers, SET)
    _, signer_id, digest_algorithm, attributes, algorithm, signature, *_ = der_parts(signer_info)
    hash_name = HASHES.get(der_parts(digest_algorithm)[0].body)
    need(hash_name, "a hash that is not taken (SHA-256, SHA-384 and SHA-512 are)")
    need(signer_id.tag == SEQUENCE and attributes.tag == 0xA0 and signature.tag == OCTETS)
    embedded = [Certificate(item.raw) for part in certificates if part.tag == 0xA0 for item in der_items(part.body)]
    signer = next((c for c in embedded + authority if c.issuer.raw + c.serial.raw == signer_id.body), None)
    need(signer, "the certificate of its signer is not there; give it with --tsa")
    check_attributes(attributes, info, hash_name, signer)
    signed = bytes([SET]) + attributes.raw[1:]
    need(public_key_ok(signer.key_info, algorithm, hash_name, signature.body, signed), "its signature is wrong")

    version, _, imprint, _, time, *_ = der_parts(der_one(info))
    imprint_algorithm, digest = der_parts(imprint)
    need(der_number(version) == 1 and HASHES.get(der_parts(imprint_algorithm)[0].body) == "sha256" and time.tag == 0x18)
    need(digest.tag == OCTETS and digest.body == sha256(stamped), "it is of other bytes")
    time = der_time(time)
    need(signer.begins <= time <= signer.expires, "its certificate was not valid then")
    need(signer.stamps_time(), "its certificate is not one for time stamping alone")
    need(not authority or vouched(signer, authority, time), "its certificate is not of the --tsa")
    return time, signer


def read_authority(path):
    with open(path, "rb") as file:
        text = file.read(STAMP_LIMIT).decode("ascii", "replace")
    blocks = re.findall("-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----", text)
    with about(f"--tsa {path}"):
        need(blocks, "no certificate in it")
        return [Certificate(from_base64("".join(block.split()))) for block in blocks]


# --- AES-256 (FIPS 197) for segments, XXH3 for journals ---

DOUBLE = bytes((2 * x ^ (0x1B if x & 128 else 0)) & 255 for x in range(256))  # times two in AES's field


@functools.cache
def aes_box():
    """FIPS 197 section 5.1.1: the inverse in the field, then each bit mixed with four others."""
    powers = [1]
    for _ in range(254):  # of three, which reaches every number but 0
        powers.append(DOUBLE[powers[-1]] ^ powers[-1])
    inverse = {0: 0, **{x: powers[-i % 255] for i, x in enumerate(powers)}}
    turned = ([(inverse[x] << n | inverse[x] >> (8 - n)) & 255 for n in range(5)] for x in range(256))
    return bytes(functools.reduce(lambda a, b: a ^ b, turns, 0x63) for turns in turned)


def xor(*strings):
    total = functools.reduce(lambda a, b: a ^ b, (int.from_bytes(s, "little") for s in strings))
    return total.to_bytes(len(strings[0]), "little")


def aes256(key, blocks):
    """Every 16-byte block encrypted. Byte j of all blocks is one string, so each step is done for all at once."""
    words, constant = [key[i:i + 4] for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = words[-1][1:] + words[-1][:1] if i % 8 == 0 else words[-1]
        word = word.translate(aes_box()) if i % 4 == 0 else word
        if i % 8 == 0:
            word, constant = xor(word, bytes([constant, 0, 0, 0])), DOUBLE[constant]
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


M64, PRIME1, PRIME32 = (1 << 64) - 1, 0x9E3779B185EBCA87, 0x9E3779B1
LANES = (0xC2B2AE3D, PRIME1, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x85EBCA77, 0x27D4EB2F165667C5, PRIME32)
XXH_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248e"
    "e03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d"
    "8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc"
    "8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")


def u64(data, at):
    return int.from_bytes(data[at:at + 8], "little")


def xxh_fold(a, b):
    return (a * b & M64) ^ (a * b >> 64)


def xxh_finish(value):
    value = (value & M64) ^ (value & M64) >> 37
    value = value * 0x165667919E3779F9 & M64
    return value ^ value >> 32


def xxh3(data):
    """XXH3 of 64 bits, without a seed, of 17 bytes or more."""
    size, secret = len(data), XXH_SECRET

    def mix(at, key):
        return xxh_fold(u64(data, at) ^ u64(secret, key), u64(data, at + 8) ^ u64(secret, key + 8))

    if size > 240:
        return xxh3_long(data)
    if size <= 128:
        pairs = ((16 * i, 32 * i) for i in range((size + 31) // 32))  # one from the front, one from the end
        return xxh_finish(size * PRIME1 + sum(mix(at, key) + mix(size - at - 16, key + 16) for at, key in pairs))
    total = xxh_finish(size * PRIME1 + sum(mix(16 * i, 16 * i) for i in range(8)))
    return xxh_finish(total + sum(mix(16 * i, 16 * i - 125) for i in range(8, size // 16)) + mix(size - 16, 119))


def xxh3_long(data):
    lanes, secret, full = list(LANES), struct.unpack("<24Q", XXH_SECRET), (len(data) - 1) // 64
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
    keys = [u64(XXH_SECRET, 11 + 8 * i) for i in range(8)]
    pairs = ((lanes[i] ^ keys[i], lanes[i + 1] ^ keys[i + 1]) for i in range(0, 8, 2))
    return xxh_finish(len(data) * PRIME1 + sum(xxh_fold(*pair) for pair in pairs))


# --- What folder and package have in common: entries, finding documents, disclosures ---

CUSTODY = "who=s role=s reason=s authority=s tool=s configuration=s"
ENTRY = {  # what must be there, and of what type: see fields()
    "log": "origin=s key=s recipients=a format=n old=s why=s signed=s", "scan": "arguments=a host=? rules=o started=?",
    "source": "scan=n exhibit=s path=s size=n sha256=s container=? modified=? acquired=? method=? copy=s format=s "
              "state=s records=n clock=o",
    "segment": "scan=n holds=s file=s size=n records=n bytes=n root=s",
    "end": "scan=n complete=? findings=n sources=n coverage=o", "witness": "size=n witness=s line=s",
    "timestamp": "size=n authority=? stamped=s expires=s sha256=s", "view": "what=? about=?", "epoch": "number=n sha256=s",
    "package": "findings=a withheld=a sha256=s size=n to=s",
    "hold": "segments=a until=s", "release": "hold=n", "deletion": "segments=a",
    "copy": "to=s checkpoint=n files=n bytes=n", "sweep": "segments=n bytes=n damaged=a restored=a from=a",
    "recovery": "bytes=n kept_as=s"}
DOCUMENT = "type=s id=s rule=o level=s time=? last_time=? log_source=s count=n attack=a tactics=a pipeline=s " \
           "engine=s segments=a records=a verbatim=b holds=a"
MANIFEST = "format=n origin=s key=s created=s custody=o to=s checkpoint=o findings=a withheld=a members=a"
NAMELESS = ("title", "file", "behavior")
HELD = ("entity", "identity", "matched", "part", *NAMELESS)


def check_entry(data):
    need(len(data) <= ENTRY_LIMIT and b"\n" not in data and re.match(rb'\{"kind":"[a-z]+",', data), "not an entry")
    entry = fields(from_json(data, any_number=False), "kind=s salt=s time=s custody=o")
    need(re.fullmatch("[0-9a-fA-F]{32}", entry["salt"]), "no proper salt")
    instant(entry["time"])
    fields(entry["custody"], CUSTODY)
    fields(entry, ENTRY.get(entry["kind"], ""))
    if entry["kind"] == "log":
        need(entry["format"] == 1, "settings of another format")
        need(parse_key(entry["key"], LOG).name == entry["origin"], "the key's name is not the origin")
    if entry["kind"] == "segment":
        from_base64(entry["root"], 32)
        need(entry["holds"] in ("records", "findings", "incidents", "coverage"), "a segment of something unknown")
        need(re.fullmatch(HEX64, entry["file"]), "no proper name of a segment")
    return entry


def check_document(data):
    """A finding document by itself."""
    document = fields(from_json(data), DOCUMENT)
    need(document["type"] == "finding" and re.fullmatch(ID, document["id"]), "not a finding")
    names, holds = document["segments"], document["holds"]
    need(all(re.fullmatch(HEX64, name) for name in names), "a segment's name that is none")
    need(1 <= len(document["records"]) <= 1000, "not 1 to 1,000 records")
    for place in document["records"]:
        need(fields(place, "segment=n leaf=n")["segment"] < len(names), "a record in a segment that it does not name")
    for hold in holds:
        need(fields(hold, "what=s name=s digest=s")["what"] in HELD, "it holds something unknown")
        need(hold["what"] not in NAMELESS or hold["name"] == "", "it names what has no name")
        need(hold["what"] != "title" or document["rule"]["title"] == "Unusual behaviour", "a title beside the rule's")
        from_base64(hold["digest"], 32, url=True)
    need(len({hold["digest"] for hold in holds}) == len(holds), "it holds a digest twice")
    return document


def check_disclosures(data, document):
    """Each line is one of `holds`, in order and once. Gives those not shown, and the record's text if all of it is."""
    *lines, rest = data.split(b"\n")
    need(rest == b"", "the last disclosure has no line end")
    parts, hidden = [], []
    given = collections.deque((base64.urlsafe_b64encode(sha256(line)).decode().rstrip("="), line) for line in lines)
    for hold in document["holds"]:
        if not given or given[0][0] != hold["digest"]:
            hidden.append(hold)
            continue
        salt, name, value = from_json(from_base64(given.popleft()[1].decode("ascii"), url=True), list)
        from_base64(salt, 16, url=True)
        proper = dict if hold["what"] == "behavior" else str
        need(name == hold["name"] and type(value) is proper, "a disclosure of another name or type")
        parts += [value.encode()] if hold["what"] == "part" else []
    need(not given, "a disclosure that the finding does not hold, or not at this place")
    return hidden, None if any(hold["what"] == "part" for hold in hidden) else b"".join(parts)


class Report:
    """What is told at the end."""

    def __init__(self, options):
        self.options, self.facts, self.checked, self.unchecked = options, [], [], []

    def fact(self, label, text):
        self.facts.append((label, text))

    def key(self, key):
        given = self.options.key
        self.fact("key", key.text)
        self.fact("", "taken from the evidence itself" if not given else "given with --key" if given == key else
                  f"to which changes lead from {given.text}, given with --key")
        if not self.options.key:
            self.unchecked.append("NOBODY VOUCHED FOR THE KEY: give the log's verifier key with --key")

    def cosignatures(self, found, others):
        """found: (witness, size, time); others: how many lines are of witnesses that nobody named."""
        for key, size, time in found[:6]:
            vouched = "given with --witness" if key in self.options.witness else "named by the log alone"
            self.fact("cosigned", f"size {size} by {key.name} at {epoch_text(time)}, {vouched}")
        for key in self.options.witness:
            need(key in [witness for witness, _, _ in found], f"no cosignature of {key.name}, whom --witness names")
        if others:
            self.unchecked.append(f"{others} cosignatures of witnesses that --witness does not name")
        if not found:
            self.unchecked.append("whether the log showed others another tree: no witness vouches for it")

    def stamp(self, data, stamped, size):
        """Checks a time stamp and tells of it."""
        with about(f"time stamp of size {size}"):
            time, signer = check_stamp(data, stamped, self.options.tsa)
            self.fact("time stamp", f"size {size} at {time:%Y-%m-%d %H:%M:%S} UTC by {signer.name()}")
        self.fact("", "vouched for by --tsa" if self.options.tsa else "nobody vouched for this authority")
        revoked = "whether the certificate of a time stamp was revoked"
        self.unchecked += [] if revoked in self.unchecked else [revoked]
        return time, signer

    def readings(self, count):
        if count:
            self.unchecked.append(f"the text of {count} findings: custos's own reading of a record, not its bytes")

    def no_stamp(self):
        need(not self.options.tsa, "no time stamp, and --tsa was given")
        self.unchecked.append("when it was sealed: there is no time stamp")


# --- The package: docs/formats/package.md ---

def read_zip(view):
    """Members of a ZIP file of the one form that is allowed: each header is built anew and compared."""
    at, members, central = 0, {}, []
    while view[at:at + 4] == b"PK\3\4":
        size, _, name_size = struct.unpack_from("<IIH", view, at + 18)
        begin = at + 30 + name_size
        name, data = bytes(view[at + 30:begin]), view[begin:begin + size]
        common = struct.pack("<HHHHHIIIHH", 10, 0x800, 0, 0, 0x21, zlib.crc32(data), size, size, name_size, 0)
        need(len(data) == size and view[at:begin] == b"PK\3\4" + common + name, "a header is not of the allowed form")
        need(name.decode() not in members and len(members) < 65535, "a member is there twice, or too many are")
        central.append(b"PK\1\2\x0a\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name)
        members[name.decode()], at = data, begin + size
    count, directory = len(members), b"".join(central)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0)
    need(view[at:] == directory + end, "its directory is not of the allowed form")
    return members


class Package:
    """Members of a package, and what they are checked against."""

    def __init__(self, view):
        with about("ZIP"):
            self.members = read_zip(view)
        self.manifest = self.key = self.checkpoint = None
        self.entries = {}

    def read(self, name, limit=JSON_LIMIT):
        need(name in self.members, f"{name} is missing")
        need(len(self.members[name]) <= limit, f"{name}: too large")
        return bytes(self.members[name])

    def check_manifest(self, given):
        """The envelope's spelling and signature. Before that, its payload is used for nothing but the key."""
        form = (rb'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"(application/vnd\.custos\.package\+json)",'
                rb'"signatures":\[\{"keyid":"([0-9a-f]{8})","sig":"([A-Za-z0-9+/=]*)"\}\]\}\n')
        match = re.fullmatch(form, self.read("manifest.dsse.json"))
        need(match, "not an envelope in its only spelling")
        payload, signature = from_base64(match[1].decode()), from_base64(match[4].decode(), 64)
        manifest = None if given else fields(from_json(payload), "key=s")
        self.key = given or parse_key(manifest["key"], LOG)
        need(match[3].decode() == self.key.id.hex(), "signed with another key")
        need(ed25519_ok(self.key.public, signature, dsse_message(match[2], payload)), "its signature is wrong")
        self.manifest = fields(manifest or from_json(payload), MANIFEST)
        need(self.manifest["format"] == 1, "of another format")
        need((self.manifest["key"], self.manifest["origin"]) == (self.key.text, self.key.name), "it names another key")
        instant(self.manifest["created"])
        fields(self.manifest["custody"], CUSTODY)
        fields(self.manifest["checkpoint"], "size=n root=s")
        for finding in self.manifest["findings"]:
            need(re.fullmatch(ID, fields(finding, "id=s title=s level=s time=? records=n")["id"]), "no proper id")
        for item in self.manifest["withheld"]:
            why = fields(item, "finding=s what=s name=s digest=s why=s")["why"]
            need(why in ("asked", "holds a withheld value", "can't be cut into fields"), "no proper reason to withhold")

    def check_members(self):
        """Names, order, sizes and hashes. Gives the indexes of the entries."""
        indexes = sorted(number(name[8:-5]) for name in self.members if re.fullmatch("entries/[^/]*.json", name))
        ids = [finding["id"] for finding in self.manifest["findings"]]
        need(len(set(ids)) == len(ids), "a finding is there twice")
        optional = [f"timestamps/{self.manifest['checkpoint']['size']}.tsr"] + [f"records/{id}.bin" for id in ids]
        names = ["README.txt", "manifest.dsse.json", "checkpoint", optional[0]]
        names += [f"entries/{i}{end}" for i in indexes for end in (".json", ".tlog-proof")]
        names += [f"findings/{id}{end}" for id in ids for end in (".json", ".disclosures", ".proof.json")]
        names += [f"records/{id}{end}" for id in ids for end in (".proof.json", ".bin")]
        absent = set(optional) - set(self.members)
        names = [name for name in names if name not in absent]
        need(names == list(self.members), "the members are not those of a package, or not in their order")
        listed = [{"name": name, "size": len(data), "sha256": sha256(data).hex()} for name, data in self.members.items() if name != "manifest.dsse.json"]
        need(same(listed, self.manifest["members"]), "the manifest lists other members, sizes or hashes")
        self.read("README.txt").decode()
        return indexes

    def check_checkpoint(self, report):
        self.checkpoint = Checkpoint(self.read("checkpoint"), "checkpoint")
        size, root = self.checkpoint.size, self.checkpoint.root
        report.fact("origin", self.checkpoint.origin)
        report.key(self.key)
        stamped = self.checkpoint.signed_by(self.key)
        told = self.manifest["checkpoint"]
        need((told["size"], from_base64(told["root"])) == (size, root), "checkpoint: the manifest names another")
        report.fact("checkpoint", f"size {size}, root {root.hex()}")
        cosigned = [(key, size, time) for key in report.options.witness for time in self.checkpoint.cosigned_by(key)]
        report.cosignatures(cosigned, len(self.checkpoint.others) - len(cosigned))
        name = f"timestamps/{size}.tsr"
        report.stamp(self.read(name, STAMP_LIMIT), stamped, size) if name in self.members else report.no_stamp()

    def check_entry(self, index):
        """An entry of the log, with its proof: c2sp.org/tlog-proof without extra data."""
        data = self.read(f"entries/{index}.json")
        entry = check_entry(data)
        head, _, tail = self.read(f"entries/{index}.tlog-proof", 2 * NOTE_LIMIT).partition(b"\n\n")
        need(tail == self.checkpoint.data, "its proof has another checkpoint")
        rows = head.decode().split("\n")
        need(rows[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"], "not a proof of this entry")
        root = inclusion_root(index, self.checkpoint.size, leaf_hash(data), [from_base64(row, 32) for row in rows[2:]])
        need(root == self.checkpoint.root, "its proof does not lead to the checkpoint")
        need(entry["kind"] != "log" or entry["origin"] == self.checkpoint.origin, "settings of another log")
        return {key: entry.get(key) for key in ("kind", "holds", "file", "records", "root")}

    def check_place(self, name, holds):
        """A .proof.json: in its only spelling, and its hash is in the segment's tree."""
        data = self.read(name)
        place = fields(from_json(data), "entry=n leaf=n salt=s hash=s proof=a")
        rows = ",".join(f'"{row}"' for row in place["proof"])
        spelled = '"salt":"%s","hash":"%s","proof":[%s]' % (place["salt"], place["hash"], rows)
        spelled = '{"entry":%d,"leaf":%d,%s}\n' % (place["entry"], place["leaf"], spelled)
        need(spelled.encode() == data and re.fullmatch("([0-9a-f]{32})?", place["salt"]), "not in its only spelling")
        entry = self.entries.get(place["entry"], {"kind": "none"})
        need(entry["kind"] == "segment" and entry["holds"] == holds, f"its entry is not a segment of {holds}")
        place["hash"], proof = from_base64(place["hash"], 32), [from_base64(row, 32) for row in place["proof"]]
        root = inclusion_root(place["leaf"], entry["records"], place["hash"], proof)
        need(root == from_base64(entry["root"], 32), "not in the segment's tree")
        return place, entry

    def check_finding(self, listed):
        """A finding and its disclosures. Gives the document, what of it is withheld, and the text of its record."""
        name = f"findings/{listed['id']}"
        data, (place, _) = self.read(name + ".json"), self.check_place(name + ".proof.json", "findings")
        need(place["salt"] and place["leaf"] % 2 == 0, "not at the place of a finding")
        need(leaf_hash(bytes.fromhex(place["salt"]), data) == place["hash"], "not what was sealed")
        document = check_document(data)
        told = [document["id"], document["rule"]["title"], document["level"], document["time"]]
        need(same(told, [listed[key] for key in ("id", "title", "level", "time")]), "not as the manifest says")
        need(listed["records"] in (document["count"], len(document["records"])), "the manifest counts other records")
        return document, *check_disclosures(self.read(name + ".disclosures"), document)

    def check_record(self, document, text):
        """The finding's own record. Gives whether its bytes are there."""
        name, first = f"records/{document['id']}", document["records"][0]
        place, entry = self.check_place(name + ".proof.json", "records")
        file = document["segments"][first["segment"]]
        need((entry["file"], place["leaf"]) == (file, first["leaf"]), "another record than the finding's own")
        data = self.members.get(name + ".bin")
        need((data is None) == (place["salt"] == ""), "a salt without bytes, or bytes without a salt")
        if data is not None:
            need(text is not None, "its bytes are there though a part is withheld")
            need(leaf_hash(bytes.fromhex(place["salt"]), data) == place["hash"], "not what was sealed")
            need(not document["verbatim"] or data[:len(text)] == text, "the finding's parts are not its bytes")
        return data is not None


def verify_package(path, report):
    with open(path, "rb") as file:
        need(0 < os.fstat(file.fileno()).st_size < 1 << 32, "not a package: empty, or 4 GiB or more")
        package = Package(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
    with about("manifest"):
        package.check_manifest(report.options.key)
        manifest, indexes = package.manifest, package.check_members()
    package.check_checkpoint(report)
    report.fact("made", f"{manifest['created']} by {manifest['custody']['who'] or 'nobody named'}, for {manifest['to'] or 'nobody named'}")
    for index in indexes:
        with about(f"entry {index}"):
            package.entries[index] = package.check_entry(index)
    hidden, whole, readings = [], 0, 0
    for listed in manifest["findings"]:
        with about(f"finding {listed['id']}"):
            document, unshown, text = package.check_finding(listed)
        with about(f"record of finding {listed['id']}"):
            whole += package.check_record(document, text)
        readings += not document["verbatim"]
        hidden += [(listed["id"], hold["what"], hold["name"], hold["digest"]) for hold in unshown]
    withheld = [(item["finding"], item["what"], item["name"], item["digest"]) for item in manifest["withheld"]]
    need(sorted(hidden) == sorted(withheld), "what is withheld is not what the manifest lists as withheld")
    report.checked += [f"every byte of the file; {len(package.members)} members against the signed manifest",
                       f"{len(indexes)} entries: each is a leaf of the checkpoint's tree",
                       f"{len(manifest['findings'])} findings: each is what was sealed, and holds each disclosure",
                       f"{whole} records: their bytes are those that were sealed"]
    if hidden:
        what = ", ".join(sorted({f"{what}:{name}" for _, what, name, _ in hidden}))
        report.unchecked.append(f"{len(hidden)} values that are withheld: {what}")
    if without := len(manifest["findings"]) - whole:
        report.unchecked.append(f"{without} records without their bytes: the log binds them by a hash; their visible "
                                "parts are bound by the finding document, sealed at the scan")
    report.readings(readings)
    report.unchecked.append("what README.txt says; records that a finding folds beyond its own; the rest of the log")


# --- The folder: docs/formats/evidence-log.md ---

def tile_path(level, index):
    """Where tlog-tiles puts a tile: 1234067 is x001/x234/067."""
    text = f"{index % 1000:03}"
    while index := index // 1000:
        text = f"x{index % 1000:03}/{text}"
    return f"tile/{level}/{text}"


def frame_size(data):
    """How many bytes the zstd frame has that stands at the beginning (RFC 8878 section 3.1.1)."""
    need(data[:4] == b"\x28\xb5\x2f\xfd", "no zstd frame")
    flags = data[4]
    single, dictionary = flags >> 5 & 1, (0, 1, 2, 4)[flags & 3]
    at, last = 5 + (1 - single) + dictionary + (single, 2, 4, 8)[flags >> 6], 0
    while not last:
        need(at + 3 <= len(data), "a zstd frame that is cut off")
        block = int.from_bytes(data[at:at + 3], "little")
        last, kind = block & 1, block >> 1 & 3
        at += 3 + (1 if kind == 1 else block >> 3)  # a block of one byte, repeated
    return at + 4 * (flags >> 2 & 1)


def unzstd(data, limit):
    """What the program `zstd` makes of the one frame that these bytes are; never more than the limit."""
    need(frame_size(data) == len(data), "not exactly one zstd frame")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        streams = {"stdin": file, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(["zstd", "-dcq"], **streams) as program:
            out = program.stdout.read(limit + 1)
            program.stdout.close()
    need(program.returncode == 0 and len(out) <= limit, "zstd can't unpack it, or it is larger than said")
    return out


def check_age(data):
    """The form of an age file, which is all that can be seen without an identity: stanzas for X25519, the header's MAC, a
    nonce, chunks of 64 KiB with a tag each. Gives the size of the chunks."""
    head, _, rest = data.partition(b"\n--- ")
    first, *lines = head.decode("ascii").split("\n")
    need(first + "\n" == AGE.decode() and lines and len(lines) % 2 == 0, "not the header of an age file")
    for stanza, body in zip(lines[::2], lines[1::2]):
        need(stanza.startswith("-> X25519 "), "encrypted to something else than X25519 recipients")
        for text in (stanza[10:], body):
            from_base64(text + "=", 32)
    from_base64(rest[:43].decode("ascii") + "=", 32)
    size = len(rest) - 44 - 16
    need(rest[43:44] == b"\n" and (size == 16 or size > 16 and (size - 1) % 65552 >= 16), "an age file that is cut off")
    return size


def read_varints(data):
    """LEB128 numbers in their shortest form."""
    values, value, shift = [], 0, 0
    for byte in data:
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            need((byte or shift == 7) and value < 1 << 64, "a length that is not in its shortest form")
            values.append(value)
            value = shift = 0
    need(shift == 0, "a length that is cut off")
    return values


def segment_records(data, entry):
    """The records of a segment, once its tree leads to the root in its entry."""
    need(data[:18] == b"custos segment 1\n\0", "not a segment")
    seed, (count, size, packed) = data[18:50], struct.unpack_from("<IQI", data, 50)
    need((count, size) == (entry["records"], entry["bytes"]), "other counts than in its entry")
    need(count <= SEGMENT_RECORDS and size <= FILE_LIMIT, "larger than a segment may be")
    lengths, body = read_varints(unzstd(data[66:66 + packed], 10 * count)), unzstd(data[66 + packed:], size)
    need(len(lengths) == count and sum(lengths) == len(body) == size, "its lengths are not those of its records")
    need(size - max(lengths, default=0) <= SEGMENT_BYTES, "more than 4 MiB of records")
    records, at = [], 0
    for length in lengths:
        records.append(body[at:at + length])
        at += length
    salts = aes256(seed, b"".join(i.to_bytes(16, "big") for i in range(count)))
    leaves = [leaf_hash(salts[16 * i:16 * i + 16], record) for i, record in enumerate(records)]
    need(root_of(leaves) == from_base64(entry["root"]), "its records are not those that were sealed")
    return records


class Folder:
    """An evidence folder. Files are counted off as they are read; what remains is refused."""

    def __init__(self, path, report):
        self.path, self.report, self.sizes, self.used = path, report, {}, set()
        for base, folders, names in os.walk(path, onerror=lambda error: need(False, f"can't be read: {error}")):
            for name in folders + names:
                info, full = os.lstat(os.path.join(base, name)), os.path.relpath(os.path.join(base, name), path)
                need(not stat.S_ISLNK(info.st_mode), f"{full}: is a symbolic link; evidence is plain files")
                need(stat.S_ISDIR(info.st_mode) or stat.S_ISREG(info.st_mode), f"{full}: neither a file nor a folder")
                if stat.S_ISREG(info.st_mode):
                    self.sizes[full.replace(os.sep, "/")] = info.st_size
        self.stored, self.leaves = [], []
        self.keys = []  # (index, key, why) of each of the settings: the key of sizes above the index
        self.kinds = collections.defaultdict(dict)  # kind -> {index: of a source the scan it belongs to}
        self.origin, self.sealed, self.unread, self.epochs = None, False, 0, {}
        self.unpacked, self.findings, self.readings, self.scans = 0, 0, 0, collections.defaultdict(Scan)

    def read(self, name, limit=FILE_LIMIT):
        need(name in self.sizes, f"{name} is missing")
        need(self.sizes[name] <= limit, f"{name}: too large")
        self.used.add(name)
        with open(os.path.join(self.path, *name.split("/")), "rb") as file:
            return file.read(limit)

    def numbered(self, start, end=""):
        """{number: name} of the files whose names are a whole number between these, in ascending order."""
        matches = [re.fullmatch(f"{start}(0|[1-9][0-9]*){re.escape(end)}", name) for name in self.sizes]
        return dict(sorted((int(match[1]), match[0]) for match in matches if match))

    # Entries: of the tree, then of the journals

    def entry(self, index):
        return from_json(self.stored[index])

    def entries(self, kind):
        """Indexes and entries of a kind, one at a time: a hostile folder can't fill the memory."""
        return ((index, self.entry(index)) for index in self.kinds[kind])

    def hidden(self, index):
        """An entry that is there and encrypted."""
        return index < len(self.stored) and self.stored[index][:1] != b"{"

    def add(self, stored, leaf):
        """The next entry of the log, and the hash that a tile or journal gives for it."""
        index = len(self.stored)
        with about(f"entry {index}"):
            need(len(stored) < 65536 and len(leaf) == 32, "not whole")
            if stored[:1] == b"{":
                entry = check_entry(stored)
                need(leaf == leaf_hash(stored), "not the entry whose hash is in the tree")
                kind = entry["kind"]
                need(index or kind == "log", "the first entry is not the log's settings")
                need(kind in ("log", "epoch", "timestamp", "witness") or not self.sealed, "readable, though the log has recipients")
                self.kinds[kind][index] = entry["scan"] if kind == "source" else None
                if kind == "log":
                    need(self.origin in (None, entry["origin"]), "another origin")
                    self.origin, self.sealed = entry["origin"], bool(entry["recipients"])
                if kind == "epoch":
                    need(max(self.epochs, default=0) < entry["number"] < 1 << 32, "an epoch that does not go on from those before")
                    self.epochs[entry["number"]] = entry["sha256"]
            else:
                need(self.sealed and stored[:1] == b"\1" and 21 < len(stored) <= ENTRY_LIMIT + 21, "neither readable nor encrypted")
                need(int.from_bytes(stored[1:5], "little") == max(self.epochs, default=0), "not of the newest epoch on record before it")
                self.unread += 1
        self.stored.append(stored)
        self.leaves.append(leaf)

    def widest(self, level, index, width):
        """The file of this tile that holds so many items: the full tile, or the widest partial one."""
        path = tile_path(level, index)
        names = [path] + [f"{path}.p/{w}" for w in range(255, width - 1, -1)]
        return next((name for name in names if name in self.sizes), names[-1])

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

    def read_journals(self, size, origin):
        """They go on from the checkpoint at the latest, and from each other. A journal without entries is one."""
        end, known = None, 0
        for first, name in self.numbered("journal/").items():
            with about(name):
                need(first <= len(self.stored) and end in (None, first), "it does not go on where those before end")
                end, known = self.read_journal(self.read(name), first, origin, known)
        need(end is not None and end >= size, f"journal/{size} is missing: the journal behind the checkpoint")

    def read_journal(self, data, first, origin, known):
        """Frames are whole and numbered; entries that are in the tree already are the same there."""
        head = b"custosJ1" + first.to_bytes(8, "little") + sha256(origin.encode())
        need(data[:56] == head + xxh3(head).to_bytes(8, "little"), "not the head of this journal")
        at, index = 56, first
        while at < len(data):
            end = at + 52 + int.from_bytes(data[at:at + 4], "little")
            need(at + 52 < end <= len(data) - 8, f"cut off behind entry {index - 1}; opening the log to write mends it")
            need(xxh3(data[at:end]) == u64(data, end), f"entry {index} is damaged")
            acknowledged, leaf, stored = u64(data, at + 12), data[at + 20:at + 52], data[at + 52:end]
            need(u64(data, at + 4) == index and known <= acknowledged <= index, f"entry {index} has a wrong number")
            if index == len(self.stored):
                self.add(stored, leaf)
            need((stored, leaf) == (self.stored[index], self.leaves[index]), f"entry {index} is another in the tree")
            known, index, at = acknowledged, index + 1, end + 8
        return index, known

    # What is signed

    def check_tiles(self, size):
        """Every tile and entry file is exactly what the entries give, and none is missing."""
        levels = [b"".join(self.leaves)]
        while len(levels[-1]) >= 8192:
            tiles = (levels[-1][at:at + 8192] for at in range(0, len(levels[-1]) - 8191, 8192))
            levels.append(b"".join(root_of([tile[i:i + 32] for i in range(0, 8192, 32)]) for tile in tiles))
        for level in range(len(levels)):
            count = size >> 8 * level
            for first in range(0, count, 256):
                self.read(self.widest(level, first // 256, min(256, count - first)))
        pattern = re.compile(r"tile/(entries|[0-9]|[1-9][0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
        for match in filter(None, map(pattern.fullmatch, self.sizes)):
            name, index, width = match[0], int(re.sub("[x/]", "", match[2])), int(match[3] or 256)
            first, end = 256 * index, 256 * index + width
            level = 0 if match[1] == "entries" else int(match[1])
            path = tile_path(match[1], index) + (f".p/{width}" if match[3] else "")
            need(path == name and (width < 256 or not match[3]), f"{name}: not a proper name")
            need(level < len(levels) and 32 * end <= len(levels[level]), f"{name}: there is no such tile in this tree")
            expected = levels[level][32 * first:32 * end] if match[1] != "entries" else b"".join(
                len(stored).to_bytes(2, "big") + stored for stored in self.stored[first:end])
            need(self.read(name) == expected, f"{name}: not what the entries give")

    def check_keys(self, size):
        """Each of the settings is signed by its own key, in a rotation by the key before as well; so each size has one key."""
        roots = roots_at(self.leaves, set(self.kinds["log"]))
        for index, entry in self.entries("log"):
            with about(f"entry {index}"):
                key, before, why = parse_key(entry["key"], LOG), self.keys[-1][1] if self.keys else None, entry["why"]
                need(entry["old"] == (before.text if before else ""), "it names another key before it than there was")
                need(why in (["begin"] if not before else ["settings"] if key == before else ["rotation", "loss"]), "its reason does not fit its keys")
                need(all(type(recipient) is str for recipient in entry["recipients"]), "recipients that are none")
                extension = [f"key {key.text}", *(f"recipient {recipient}" for recipient in entry["recipients"])]
                note = Checkpoint(entry["signed"].encode(), "what was signed of it", *extension)
                note.signed_by(key, *[before] * (why == "rotation"))
                need((note.size, note.root) == (index, roots[index]), "what was signed of it is over other entries")
                self.keys.append((index, key, why))
            if index >= max(size, 1):
                self.report.unchecked.append(f"entry {index} behind the checkpoint: a change of settings that was cut off; opening the log with the key that "
                                             "it names ends it")

    def keys_until(self, size):
        return [change for change in self.keys if change[0] < max(size, 1)]

    def key_at(self, size):
        return self.keys_until(size)[-1][1]

    def tell_keys(self, size):
        """Whether the given key is the newest one or rotations lead from it there, and where keys changed."""
        given, newest, changes = self.report.options.key, self.key_at(size), self.keys_until(size)
        if given:
            at = max((i for i, change in enumerate(changes) if change[1] == given), default=None)
            need(at is not None, f"the log's key is {newest.text}, not the one that --key names")
            for index, _, why in changes[at + 1:]:
                need(why != "loss", f"the key that --key names was lost before entry {index}: it vouches for no other")
        self.report.key(newest)
        for (_, old, _), (index, _, why) in [pair for pair in zip(changes, changes[1:]) if pair[1][2] != "settings"][-6:]:
            self.report.fact("", f"entry {index} changed the key by {why}; before: {old.text}")
        if lost := [index for index, _, why in changes if why == "loss"]:
            self.report.unchecked.append(f"whether the same people went on after a key was lost (entries {lost[:9]}): no key signed that")

    def check_checkpoints(self, newest):
        """Signatures and roots of all checkpoints. Gives {size: [(checkpoint, what a time stamp of it covers)]}."""
        checkpoints = [newest]
        for size, name in self.numbered("checkpoints/").items():
            checkpoints.append(Checkpoint(self.read(name), name))
            need(checkpoints[-1].size == size <= newest.size, f"{name}: not a checkpoint of this size")
        roots, found = roots_at(self.leaves[:newest.size], {checkpoint.size for checkpoint in checkpoints}), {}
        for checkpoint in checkpoints:
            need(checkpoint.root == roots[checkpoint.size], f"{checkpoint.what}: its root is not that of the entries")
            stamped = checkpoint.signed_by(self.key_at(checkpoint.size))
            found.setdefault(checkpoint.size, []).append((checkpoint, stamped))
        return found

    def check_witnesses(self, checkpoints):
        """Cosignatures by witnesses that --witness or the log's own entries name."""
        witnesses, latest, others = list(self.report.options.witness), {}, 0
        for index, entry in self.entries("witness"):
            with about(f"entry {index}"):
                key, line = parse_key(entry["witness"], WITNESS), parse_line(entry["line"])
                need((line.name, line.id) == (key.name, key.id), "a line of another witness")
                there = [checkpoint for checkpoint, _ in checkpoints.get(entry["size"], []) if line in checkpoint.lines]
                need(there, "no checkpoint has its line")
                witnesses += [key] if key not in witnesses else []
        for size in sorted(checkpoints):
            for checkpoint, _ in checkpoints[size]:
                found = {key: checkpoint.cosigned_by(key) for key in witnesses}
                latest |= {key: (key, size, times[-1]) for key, times in found.items() if times}
                others += len(checkpoint.others) - sum(map(len, found.values()))
        self.report.cosignatures(list(latest.values()), others)

    def check_stamps(self, checkpoints):
        stamps = self.numbered("timestamps/", ".tsr")
        entries = {entry["size"]: (index, entry) for index, entry in self.entries("timestamp")}  # the last of each size
        need(set(entries) <= set(stamps), "a time stamp that an entry names is missing")
        for size, name in stamps.items():
            need(size in checkpoints, f"{name}: there is no checkpoint of this size")
            data = self.read(name, STAMP_LIMIT)
            time, signer = self.report.stamp(data, checkpoints[size][-1][1], size)
            index, entry = entries.get(size, (0, None))
            with about(f"entry {index}"):
                need(not entry or entry["sha256"] == sha256(data).hex(), f"{name} is another")
                need(not entry or (instant(entry["stamped"]), instant(entry["expires"])) == (time, signer.expires), f"it says other times than {name}")
        if not stamps:
            self.report.no_stamp()

    def check_settings(self, size):
        """log.json is the newest settings of the tree, or some that a checkpoint which was cut off would have put there."""
        newest = max((index for index in self.kinds["log"] if index < size), default=0)
        need(self.read("log.json") in [self.stored[index] for index in self.kinds["log"] if index >= newest], "log.json: not the newest settings")
        need(self.sizes.get("lock", 0) == 0, "lock: not empty")
        self.used.add("lock")

    def check_epochs(self):
        """The keys of encrypted entries are those on record; others are what a crash left, and no harm."""
        for number, digest in self.epochs.items():
            with about(f"epochs/{number}.age"):
                data = self.read(f"epochs/{number}.age", STAMP_LIMIT)
                need(sha256(data).hex() == digest, "not the file that is on record")
                need(check_age(data) == 48, "not the key of an epoch")
        there = self.numbered("epochs/", ".age")
        need(not there or any(entry["recipients"] for _, entry in self.entries("log")), "epochs/: nothing is encrypted")
        self.used.update(there.values())
        if self.epochs:
            self.report.checked.append(f"the keys of {len(self.epochs)} epochs are those on record, still encrypted")

    # Records

    def check_deletions(self, named):
        """Names of what the log says was deleted: only what was sealed before, and nothing that was held then."""
        holds, deleted = {}, set()
        for index in sorted(i for kind in ("hold", "release", "deletion") for i in self.kinds[kind]):
            with about(f"entry {index}"):
                entry = self.entry(index)
                if entry["kind"] == "hold":
                    holds[index] = set(entry["segments"]), entry["until"]
                    need(all(re.fullmatch(HEX64, file) for file in holds[index][0]), "it holds what is no segment's name")
                    need(entry["until"] == "" or instant(entry["until"] + "T00:00:00Z"))
                elif entry["kind"] == "release":
                    ended = entry["hold"]
                    need(ended < index and (ended in self.kinds["hold"] or self.hidden(ended)), "it ends no hold before it")
                    holds.pop(ended, None)
                for item in entry["segments"] if entry["kind"] == "deletion" else []:
                    file = fields(item, "file=s size=n root=s")["file"]
                    known = named.get(file, {**item, "index": -1} if self.unread else {"index": index})
                    need(known["index"] < index and all(item[key] == known[key] for key in ("size", "root")), "it deletes a segment that was not sealed before")
                    need(not any(file in files and (not until or until >= entry["time"][:10]) for files, until in holds.values()),
                         f"it deletes segment {file}, which was held then")
                    deleted.add(file)
        if deleted and self.unread:
            self.report.unchecked.append("whether encrypted entries held what was deleted")
        return deleted

    def check_segments(self):
        """Names of segments, and that none is missing but those that an entry says were deleted."""
        named, there, left_over, encrypted = {}, set(), [], 0
        for index, entry in self.entries("segment"):
            need(entry["file"] not in named, f"entry {index}: a segment twice")
            named[entry["file"]] = {"index": index} | {key: entry[key] for key in ("size", "root", "holds", "records")}
        deleted = self.check_deletions(named)
        for name in filter(re.compile("segments/").match, self.sizes):
            match = re.fullmatch(r"segments/([0-9a-f]{2})/(\1[0-9a-f]{62})", name)
            need(match, f"{name}: no place for a segment")
            file = match[2]
            need(file not in deleted, f"{name}: on record as deleted, and still there: a deletion that was cut off")
            self.used.add(name)
            data = self.read(name) if file in named or self.unread else b""
            need(not data or sha256(data).hex() == file, f"{name}: not the file of this name")
            if file in named:
                need(len(data) == named[file]["size"], f"{name}: its entry says another size")
                there.add(file)
            elif data.startswith(AGE):
                with about(name):
                    check_age(data)
                encrypted += 1
            else:
                left_over.append(name)
        gone = set(named) - there
        need(gone <= deleted or self.unread, f"segment {min(gone - deleted, default='')} is missing")
        self.report.checked.append(f"{len(there) + encrypted} segments by name; {len(deleted)} were deleted, as the log says")
        if encrypted:
            self.report.unchecked.append(f"what {encrypted} encrypted segments hold, and whether one is missing")
        if left_over:
            self.report.unchecked.append(f"{len(left_over)} segments that no entry names, the first {left_over[0]}: "
                                         "a scan that was cut off, or something that was put there")
        if gone - deleted:
            self.report.unchecked.append(f"{len(gone - deleted)} segments not there; an encrypted entry may say why")
        self.check_records(named, there)

    def check_records(self, named, there):
        """Roots, sources, finding documents. Findings come first: they say what the records they rest on must be."""
        wanted, sources = collections.defaultdict(list), collections.defaultdict(Source)
        there = there & set(named) if shutil.which("zstd") else set()
        for holds in ("findings", "coverage", "records"):
            for index, entry in self.entries("segment"):
                if entry["holds"] == holds:
                    with about(f"segment of entry {index}"):
                        self.check_scan(index, entry)
                        self.check_segment(index, entry, named, there, wanted, sources)
        self.check_ends()
        self.check_sources(sources)
        if self.unpacked:
            self.report.checked.append(f"{self.unpacked} records against the roots of their segments; "
                                       f"{self.findings} finding documents with all their disclosures")
        if unseen := len(named) - len(there):
            why = "they are not there" if shutil.which("zstd") else "there is no program `zstd` here to unpack them"
            self.report.unchecked.append(f"records, sources and findings in {unseen} segments: {why}")
        if lost := sum(map(len, wanted.values())):
            self.report.unchecked.append(f"the records of {lost} findings: they lie in these segments")
        self.report.readings(self.readings)

    def check_segment(self, index, entry, named, there, wanted, sources):
        scan, file, holds, records = self.scans[entry["scan"]], entry["file"], entry["holds"], None
        if file in there:
            records = segment_records(self.read(f"segments/{file[:2]}/{file}"), entry)
            self.unpacked += len(records)
        if holds == "findings":
            scan.findings += entry["records"] // 2
            self.check_findings(entry, records or [], named, wanted)
        elif holds == "coverage":
            if records is None or check_coverage(records):
                scan.statements.add((index, entry["records"] - 1))
        else:
            self.check_parts(entry, records, sources)
            for leaf, size, digest, what in wanted.pop(file, []) if records else []:
                need(sha256(records[leaf][:size]) == digest, f"its record {leaf} is not the text of {what}")

    def check_scan(self, index, entry):
        scan = entry["scan"]
        need(scan < index and (scan in self.kinds["scan"] or self.hidden(scan)), "it names no scan before it")

    def check_findings(self, entry, records, named, wanted):
        need(entry["records"] % 2 == 0, "a finding without disclosures")
        for data, disclosures in zip(records[::2], records[1::2]):
            document = check_document(data)
            hidden, text = check_disclosures(disclosures, document)
            need(not hidden, f"not all disclosures of finding {document['id']} are there")
            for place in document["records"]:
                segment = named.get(document["segments"][place["segment"]])
                known = segment and segment["holds"] == "records" and place["leaf"] < segment["records"]
                need(known or not segment and self.unread, f"finding {document['id']} names a record that is not there")
            self.findings, self.readings = self.findings + 1, self.readings + (not document["verbatim"])
            if document["verbatim"]:
                first = document["records"][0]
                wanted[document["segments"][first["segment"]]].append((first["leaf"], len(text), sha256(text), f"finding {document['id']}"))

    def check_parts(self, entry, records, sources):
        """The parts of a segment are all its records, and go on in their sources where the parts before ended."""
        at = 0
        for part in fields(entry, "parts=a")["parts"]:
            fields(part, "source=n first=n records=n at=n bytes=n")
            index, end = part["source"], at + part["records"]
            scan = self.kinds["source"].get(index)
            need(scan == entry["scan"] or self.hidden(index), "a source that is none, or of another scan")
            need((part["first"], part["at"]) == (at, sources[index].bytes), "its parts do not go on where others end")
            sources[index].go_on(part, None if records is None else records[at:end])
            at = end
        need(at == entry["records"], "its parts are not all its records")

    def check_ends(self):
        """A scan that has ended holds what its end says."""
        for scan in self.kinds["source"].values():
            self.scans[scan].sources += 1
        for index, entry in self.entries("end"):
            with about(f"entry {index}"):
                self.check_scan(index, entry)
                scan, place = self.scans[entry["scan"]], fields(entry["coverage"], "segment=n leaf=n")
                need(not scan.ended, "the scan has an end already")
                scan.ended = True
                told = entry["findings"], entry["sources"]
                need(self.unread or told == (scan.findings, scan.sources), "other findings or sources than were sealed")
                place = place["segment"], place["leaf"]
                need(self.unread or place in scan.statements, "it names no coverage statement")

    def check_sources(self, sources):
        whole, total = 0, len(self.kinds["source"])
        for index, entry in self.entries("source"):
            with about(f"entry {index}"):
                self.check_scan(index, entry)
                need(entry["exhibit"] == f"E-{index}" and re.fullmatch(HEX64, entry["sha256"]), "no proper source")
                source, ended = sources[index], self.scans[entry["scan"]].ended
                complete = source.bytes == entry["size"]
                need(complete or self.unread or not ended, "its segments do not hold all of this source")
                if complete and source.seen_all:
                    need(source.digest.hexdigest() == entry["sha256"], "the SHA-256 of its records is another")
                    whole += 1
        if whole:
            self.report.checked.append(f"{whole} of {total} sources by the SHA-256 of their bytes")
        if whole < total:
            self.report.unchecked.append(f"{total - whole} sources of which not all records can be had")
        if running := [index for index in self.kinds["scan"] if not self.scans[index].ended]:
            self.report.unchecked.append(f"{len(running)} scans whose end can't be read: whether they are whole")


class Scan:
    """What was sealed of a scan."""

    def __init__(self):
        self.findings, self.sources, self.statements, self.ended = 0, 0, set(), False


class Source:
    """How far the records of a source go."""

    def __init__(self):
        self.bytes, self.seen_all, self.digest = 0, True, hashlib.sha256()

    def go_on(self, part, records):
        self.bytes += part["bytes"]
        self.seen_all = self.seen_all and records is not None
        need(records is None or sum(map(len, records)) == part["bytes"], "a part of another length")
        for record in records or []:
            self.digest.update(record)


def check_coverage(records):
    """Lines of --json that are no findings. Gives whether the last is the coverage statement; no other can be."""
    kinds = [from_json(record).get("type") for record in records]
    need("finding" not in kinds and "coverage" not in kinds[:-1], "a line that does not belong here")
    return kinds[-1:] == ["coverage"]


def verify_folder(path, report):
    folder = Folder(path, report)
    newest = Checkpoint(folder.read("checkpoint"), "checkpoint")
    report.fact("origin", newest.origin)
    folder.read_tree(newest.size)
    folder.read_journals(newest.size, newest.origin)
    folder.check_settings(newest.size)
    folder.check_epochs()
    folder.check_keys(newest.size)
    folder.tell_keys(newest.size)
    folder.check_tiles(newest.size)
    checkpoints = folder.check_checkpoints(newest)
    report.fact("checkpoint", f"size {newest.size}, root {newest.root.hex()}")
    folder.check_witnesses(checkpoints)
    folder.check_stamps(checkpoints)
    report.checked.append(f"{sum(map(len, checkpoints.values()))} checkpoints, every tile, every entry file")
    folder.check_segments()
    unknown = sorted(set(folder.sizes) - folder.used)
    need(not unknown, f"{len(unknown)} files that do not belong here, the first: {unknown[:1]}")
    behind = len(folder.stored) - newest.size
    report.unchecked.append(f"{behind} entries behind the newest checkpoint: neither they nor their number are signed")
    if folder.unread:
        report.unchecked.append(f"{folder.unread} encrypted entries: neither what they say nor that they are those in the tree; "
                                "a recipient can, with custos")


# --- The program ---

def tell(report, path, reason):
    """One screen of text, or JSON."""
    report.unchecked.append("that the records are true, that nothing was left out, and that nobody else had the key")
    facts, checked, unchecked = ([], [], []) if reason else (report.facts[:24], report.checked, report.unchecked)
    if report.options.json:
        rows = [[shown(text) for text in fact] for fact in facts]
        return json.dumps({"file": shown(path), "verified": not reason, "reason": shown(reason or ""), "facts": rows,
                           "checked": list(map(shown, checked)), "not_checked": list(map(shown, unchecked))})
    rows = [("evidence", path), *facts]
    for label, texts in (("checked", checked), ("NOT CHECKED", unchecked)):
        rows += [("" if i else label, text) for i, text in enumerate(texts)]
    lines = [f"{label:<13}{shown(text)}" for label, text in rows]
    return "\n".join([*lines, f"REFUSED: {shown(reason)}" if reason else "VERIFIED"])


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PACKAGE.zip|DIR")
    parser.add_argument("--key", metavar="VKEY", help="the log's verifier key, known from elsewhere")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[], help="who must have cosigned")
    parser.add_argument("--tsa", metavar="PEMFILE", help="certificates of time stamp authorities that you trust")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    options = parser.parse_args()
    try:
        need(options.key != "" and "" not in options.witness and options.tsa != "", "an option's value is empty")
        with about("--key"):
            if options.key and os.path.isfile(options.key):
                with open(options.key, encoding="utf-8") as file:
                    options.key = file.readline(4096).strip()
            options.key = None if options.key is None else parse_key(options.key, LOG)
        with about("--witness"):
            options.witness = [parse_key(text, WITNESS) for text in dict.fromkeys(options.witness)]
        options.tsa = read_authority(options.tsa) if options.tsa else []
        if not os.path.isdir(options.path):
            need(stat.S_ISREG(os.stat(options.path).st_mode), f"{options.path}: neither a file nor a folder")
            open(options.path, "rb").close()
    except (Refused, OSError) as error:
        parser.error(shown(error))
    return options


def main():
    if sys.version_info < (3, 11):
        print("needs Python 3.11", file=sys.stderr)
        return 2
    if not sys.stdout:
        return 3
    sys.stdout.reconfigure(errors="backslashreplace")
    options = read_arguments()
    report, reason = Report(options), None
    try:
        (verify_folder if os.path.isdir(options.path) else verify_package)(options.path, report)
    except Refused as refusal:
        reason = str(refusal)
    except Exception as error:  # whatever a hostile file brings about: it is not what the documents say
        reason = f"not made as the documents say ({type(error).__name__}: {error})"
    try:
        print(tell(report, options.path, reason), flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python fails again at its end, with another status
        print(f"verify.py: the answer could not be written: {error.strerror}", file=sys.stderr)
        return 3
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main())
