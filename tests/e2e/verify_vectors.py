#!/usr/bin/env python3
"""What the independent verifier is made of, against public test vectors. verify_vectors.py"""
import functools, glob, json, os, re, sys

import places

sys.path.insert(0, os.path.join(places.ROOT, "tools"))
import verify  # noqa: E402

vectors = places.vectors()


def text(name):
    with open(os.path.join(vectors, name), encoding="utf-8") as file:
        return file.read()


def proof_holds(path):
    """Whether an RFC 6962 inclusion proof is judged as its vector does."""
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    try:
        leaf, root = (verify.from_base64(case[name] or "", 32) for name in ("leafHash", "root"))
        proof = [verify.from_base64(sibling) for sibling in case["proof"] or []]
        right = verify.inclusion_root(case["leafIdx"], case["treeSize"], leaf, proof) == root
    except verify.Refused:
        right = False
    return right == (not case["wantErr"])


def note_holds():
    """The example at the end of the text signed-note, and its refusal when a letter is another."""
    example = text("c2sp/signed-note.md")
    key = verify.parse_key(re.search(r"^ +(\S+\+[0-9a-f]{8}\+\S+)$", example, re.M)[1], verify.LOG)
    body, lines = verify.parse_note(re.findall("```\n(.*?)```", example, re.S)[-1].encode())
    judge = functools.partial(verify.ed25519_ok, key.public, lines[0].signature)
    return judge(body) and not judge(body.lower())


def envelope_holds():
    """The example in DSSE's protocol: its encoding, and its ECDSA signature over it."""
    protocol = text("dsse/protocol.md")
    blocks = [block.strip() for block in re.findall("```(?:none|json)\n(.*?)```", protocol, re.S)]
    point = tuple(int(re.search(rf"^{name}: ([0-9]+)$", protocol, re.M)[1]) for name in "XY")
    signature = verify.from_base64(json.loads(blocks[-1])["signatures"][0]["sig"], 64)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    message = verify.dsse_message(b"http://example.com/HelloWorld", b"hello world")
    judge = functools.partial(verify.ecdsa_ok, verify.P256, point)
    return message.decode() in blocks and judge(verify.sha256(message), r, s) and not judge(verify.sha256(message + b" "), r, s)


roots = json.loads(text("rfc6962-merkle/roots.json"))
leaves = [verify.leaf_hash(bytes.fromhex(leaf)) for leaf in roots["leaves_hex"]]
examples = [note for name in ("checkpoint", "cosignature") for note in re.findall("```\n(example.*?)```", text(f"c2sp/tlog-{name}.md"), re.S)]
results = {
    "inclusion proofs": [proof_holds(path) for path in glob.glob(os.path.join(vectors, "rfc6962-merkle/testdata/inclusion/**/*.json"), recursive=True)],
    "roots": [verify.root_of(leaves[:n]).hex() == root for n, root in enumerate(roots["roots_by_size"])],
    "signed notes": [note_holds()],
    "checkpoints read": [verify.Checkpoint(note.encode(), "example").size == 20852163 for note in examples],
    "envelopes": [envelope_holds()],
    # FIPS 197, appendix C.3
    "AES-256 blocks": [verify.aes256(bytes(range(32)), bytes(range(0, 256, 17))).hex() == "8ea2b7ca516745bfeafc49904b496089"]}
for name, holds in results.items():
    print(f"{name}: {sum(holds)} of {len(holds)} as they should be")
sys.exit(0 if all(holds and all(holds) for holds in results.values()) else 1)
