"""Check that one ledger entry stands under a published daily root. Standard library only: `python3 -I verifier.py proof.json`.

The proof holds the entry, the digests of the later entries of its batch, and the path from the batch to the root of
its day. Of an entry with masked words it holds the digest, what remains, and the proof of the record that binds both.
Compare the printed root with the published one. See docs/algorithms/ledger.md.
"""

import hashlib
import json
import struct
import sys
from typing import Any


def _rotate(x: int, n: int) -> int:
    n %= 32
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF


def _slow_sm3(data: bytes) -> bytes:
    """GB/T 32905-2016, for machines whose OpenSSL has no SM3."""
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    message = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for start in range(0, len(message), 64):
        w = list(struct.unpack(">16I", message[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)
            w.append(x ^ _rotate(x, 15) ^ _rotate(x, 23) ^ _rotate(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            ss1 = _rotate(_rotate(a, 12) + e + _rotate(0x79CC4519 if j < 16 else 0x7A879D8A, j) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if j < 16 else a & b | a & c | b & c
            gg = e ^ f ^ g if j < 16 else e & f | ~e & g
            tt1 = ff + d + (ss1 ^ _rotate(a, 12)) + (w[j] ^ w[j + 4]) & 0xFFFFFFFF
            tt2 = gg + h + ss1 + w[j] & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = tt1, a, _rotate(b, 9), c, tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17), e, _rotate(f, 19), g
        v = [old ^ new for old, new in zip(v, (a, b, c, d, e, f, g, h))]  # noqa: B905
    return struct.pack(">8I", *v)


def sm3(data: bytes) -> bytes:
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return _slow_sm3(data)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check(proof: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """(step, whether it holds, what it came to) for each step from the entry to the root of its day."""
    told = proof["entry"].get("content")  # only the digest is left of an entry whose words went
    salt = bytes.fromhex(proof.get("salt", ""))  # without it nobody tries out what a masked word may have been
    content = bytes.fromhex(told) if told else sm3(_canonical(proof["entry"]) + salt)
    digest = sm3(bytes.fromhex(proof["previous"]) + content)
    steps = [("entry", digest.hex() == proof["digest"], digest.hex())]
    for later in proof["later"]:
        digest = sm3(digest + bytes.fromhex(later))
    batch = proof["batch"]
    place = proof["entry"]["position"] + len(proof["later"]) == batch["size"]
    steps.append(("batch", digest.hex() == batch["chain_head"] and place, digest.hex()))
    if proof["day"]:
        node = sm3(b"\x00" + _canonical([batch["number"], batch["size"], digest.hex()]))
        for side, sibling in proof["day"]["path"]:
            other = bytes.fromhex(sibling)
            node = sm3(b"\x01" + (other + node if side == "left" else node + other))
        steps.append(("day", node.hex() == proof["day"]["root"], node.hex()))
    return steps + (_redacted(proof) if "redacted" in proof else [])


def _redacted(proof: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """Words were masked (字段遮蔽): a sealed record of two officers binds the digest that the chain holds to what remains."""
    remains, record = proof["redacted"]["remains"], proof["redacted"]["record"]
    said, digest = record["entry"]["body"], sm3(_canonical(remains)).hex()
    about = record["entry"]["refers_id"] == remains["seq"] == proof["entry"]["seq"] and remains["position"] == proof["entry"]["position"]
    bound = record["entry"]["act"] == "redact" and said["content"] == proof["entry"]["content"] and said["asked"] != said["decided"]
    steps = [("remains", about and bound and said["remains"] == digest, digest)]
    return steps + [(f"record's {name}", holds, digest) for name, holds, digest in check(record)]


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        proof = json.load(file)
    steps = check(proof)
    for name, holds, digest in steps:
        print(f"{'ok ' if holds else 'BAD'} {name:14} {digest}")
    if not proof["day"]:
        print("the day of this entry has not been sealed yet")
    return 0 if all(holds for _, holds, _ in steps) else 1


if __name__ == "__main__":
    sys.exit(main())
