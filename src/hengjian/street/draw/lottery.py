"""The draw itself, protocol hengjian-draw/2, and the verifier of both protocols. Standard library only (`python3 -I`).

This file is also the `verify.py` inside every public bundle:  python3 verify.py [BUNDLE.zip | FOLDER]
The protocol is written down in docs/algorithms/draw.md, so that nobody needs to trust this file.
"""

from __future__ import annotations

import collections
import csv
import hashlib
import heapq
import io
import itertools
import json
import math
import operator
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

PROTOCOL = "hengjian-draw/2"
FIRST = "hengjian-draw/1"  # whole quotas, one team for all; no new draw uses it, old bundles are still verified
BLOCK = 1000  # rows of frame.csv under one digest, so that an altered row can be located
FRAME_HEAD = "uscc,stratum\n"
FILES = (
    "frame.csv", "blocks.txt", "pool.csv", "recusals.csv", "rules.json", "commitment.json", "seed.json",
    "picks.csv", "teams.csv",
)  # fmt: skip


class Infeasible(ValueError):
    """What the rules ask for cannot be done. The message names the condition, with places for the facts."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message % facts)
        self.message, self.facts = message, facts


@dataclass(frozen=True, slots=True)
class Chosen:
    """One entity of the list. `rank` counts from 1 within the stratum; reserves go on counting."""

    stratum: str
    rank: int
    uscc: str
    ticket: str
    reserve: bool
    probability: str


@dataclass(frozen=True, slots=True)
class Inspector:
    """A pool member: a pseudonymous number, the fields the certificate qualifies for, the department sent by."""

    number: str
    fields: frozenset[str]
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """How many a stratum gives, how many stand in reserve, and the published chance of each entity."""

    quota: int
    reserve: int
    probability: str


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def canonical(value: object) -> str:
    """One text for one value: sorted keys, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# The frame -----------------------------------------------------------------------------------------


def frame_lines(frame: Iterable[tuple[str, str]]) -> list[str]:
    """Lines `uscc,stratum`, ordered by credit code, each entity once."""
    lines = sorted(f"{uscc},{stratum}" for uscc, stratum in frame)
    for before, after in itertools.pairwise(lines):
        if before[:18] == after[:18]:
            raise ValueError(f"{after[:18]} 在名单中出现两次")
    return lines


def blocks_of(lines: Sequence[str]) -> str:
    """One SHA-256 per thousand lines; the digest of this text is the digest of the frame."""
    parts = (lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK))
    return "".join(sha256("\n".join(part) + "\n") + "\n" for part in parts)


def frame_text(lines: Sequence[str]) -> str:
    return FRAME_HEAD + "\n".join([*lines, ""])


def sizes_of(lines: Iterable[str]) -> dict[str, int]:
    """How many entities each stratum of the frame holds."""
    return dict(collections.Counter(map(operator.itemgetter(slice(19, None)), lines)))


def strata_of(lines: Iterable[str]) -> dict[str, list[str]]:
    strata: dict[str, list[str]] = {}
    for line in lines:
        strata.setdefault(line[19:], []).append(line[:18])
    return strata


# Quotas --------------------------------------------------------------------------------------------


def shares(sizes: Mapping[str, int], odds: Mapping[str, str], total: int | None) -> dict[str, Fraction]:
    """How many each stratum gives on average: in proportion to size × odds, exactly, with a whole sum.

    Without a total the sum is ⌈Σ size × odds⌉. A stratum never gives more than it has; what it cannot give goes to
    the others.
    """
    weights = {s: n * Fraction(odds[s]) for s, n in sizes.items()}
    if total is None:
        total = math.ceil(sum(weights.values(), Fraction(0)))
    if total > sum(sizes.values()):
        raise Infeasible("抽取数量 %(total)s 超过名单中的 %(size)s 户", total=total, size=sum(sizes.values()))
    full: set[str] = set()
    while True:
        free = {s: weight for s, weight in weights.items() if s not in full}
        rest, weight = total - sum(sizes[s] for s in full), sum(free.values(), Fraction(0))
        if rest > 0 and not weight:
            raise Infeasible("抽查比例全部为零,无法分配抽取数量")
        exact = {s: rest * share / weight if weight else Fraction(0) for s, share in free.items()}
        over = {s for s in exact if exact[s] > sizes[s]}
        if not over:
            return dict(sorted(({s: Fraction(sizes[s]) for s in full} | exact).items()))
        full |= over


def allot(seed: str, expected: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole quotas by lot: each is its expected number rounded down or up, on average exactly that number.

    The strata lie end to end in an order drawn by ticket; marks stand one apart from a drawn start; a stratum gives
    as many as there are marks on it.
    """
    start = Fraction(int(sha256(f"{seed}\nround"), 16), 2**256)
    quotas, before = {}, Fraction(0)
    for stratum in sorted(expected, key=lambda name: (sha256(f"{seed}\norder\n{name}"), name)):
        after = before + expected[stratum]
        quotas[stratum] = math.ceil(after - start) - math.ceil(before - start)
        before = after
    return quotas


def whole_quotas(sizes: Mapping[str, int], odds: Mapping[str, str], total: int | None) -> dict[str, int]:
    """Protocol 1: ⌈size × odds⌉ each, or a total shared by largest remainders. A small stratum could get none."""
    if total is None:
        return {s: math.ceil(min(Fraction(n), n * Fraction(odds[s]))) for s, n in sorted(sizes.items())}
    exact = shares(sizes, odds, total)
    quotas = {s: int(share) for s, share in exact.items()}
    order = sorted((s for s in exact if exact[s] < sizes[s]), key=lambda s: (quotas[s] - exact[s], s))
    for s in order[: total - sum(quotas.values())]:
        quotas[s] += 1
    return quotas


def takes(seed: str, rules: Mapping[str, Any]) -> dict[str, Take]:
    """What the committed rules take from each stratum, once the seed is known."""
    strata: Mapping[str, Any] = rules["strata"]
    if rules["protocol"] == FIRST:
        return {s: Take(r["quota"], r["reserve"], f"{r['quota']}/{r['size']}") for s, r in strata.items()}
    expected = {s: Fraction(r["expected"]) for s, r in strata.items()}
    share, made = Fraction(rules["reserve"]), {}
    for s, quota in allot(seed, expected).items():
        size = strata[s]["size"]
        made[s] = Take(quota, min(size - quota, math.ceil(quota * share)), str(expected[s] / size))
    return made


# Chance --------------------------------------------------------------------------------------------


def seed_of(commitment: str, value: str, blind: str, protocol: str = PROTOCOL) -> str:
    """Binds the public value to one commitment. `blind` is committed before the value is known."""
    return sha256(f"{protocol}\nseed\n{commitment}\n{value}\n{blind}")


def ticket(seed: str, stratum: str, uscc: str) -> str:
    return sha256(f"{seed}\n{stratum}\n{uscc}")


def lowest(seed: str, stratum: str, usccs: Sequence[str], count: int) -> list[tuple[bytes, str]]:
    """The `count` lowest tickets in ticket order. Only tickets below an expected bar are sorted."""
    copy = hashlib.sha256(f"{seed}\n{stratum}\n".encode()).copy
    count = min(count, len(usccs))
    spread = 2**64 / max(len(usccs), 1)
    bar = min(int((count + 8 * count**0.5 + 50) * spread), 2**64 - 1).to_bytes(8, "big") + b"\xff" * 24
    below: list[tuple[bytes, str]] = []
    everybody: list[tuple[bytes, str]] = []
    for kept, limit in ((below, bar), (everybody, b"\xff" * 33)):
        for uscc in usccs:
            state = copy()
            state.update(uscc.encode())
            digest = state.digest()
            if digest < limit:
                kept.append((digest, uscc))
        if len(kept) >= count:
            break
    return sorted(below if len(below) >= count else everybody)[:count]


def pick(seed: str, strata: Mapping[str, Sequence[str]], wanted: Mapping[str, Take]) -> list[Chosen]:
    """Lowest tickets per stratum; reserves continue the same list. Strata in the order of their names."""
    chosen = []
    for stratum in sorted(strata):
        take = wanted[stratum]
        for rank, (digest, uscc) in enumerate(lowest(seed, stratum, strata[stratum], take.quota + take.reserve), 1):
            chosen.append(Chosen(stratum, rank, uscc, digest.hex(), rank > take.quota, take.probability))
    return chosen


def officer_ticket(seed: str, turn: int, officer: str) -> str:
    """An officer's place among those who already have `turn` visits."""
    return sha256(f"{seed}\nteam\n{turn}\n{officer}")


def teams(
    seed: str,
    visits: Sequence[str],
    pool: Sequence[Inspector],
    recusals: Mapping[str, frozenset[str]],
    size: int,
    needed: frozenset[str],
    who: str = "",
) -> list[tuple[str, ...]]:
    """For each visit in order, the `size` officers with the fewest visits so far; tickets settle who is first.

    Officers without every needed field, and those recused from the visit, are passed over and keep their place.
    Raises Infeasible, naming the condition, when a visit cannot have `size` officers.
    """
    able = {person.number for person in pool if needed <= person.fields}
    if len(pool) < size:
        raise Infeasible(
            "%(who)s持有效证件的检查人员只有 %(able)s 名,每组需要 %(size)s 名", who=who, able=len(pool), size=size
        )
    if len(able) < size:
        raise Infeasible(
            "%(who)s具备抽查事项资格（%(fields)s）的检查人员只有 %(able)s 名,每组需要 %(size)s 名",
            who=who, fields="、".join(sorted(needed)), able=len(able), size=size,
        )
    queue = [(0, officer_ticket(seed, 0, number), number) for number in able]
    heapq.heapify(queue)
    nobody: frozenset[str] = frozenset()
    made = []
    for uscc in visits:
        recused = recusals.get(uscc, nobody)
        if recused and len(able - recused) < size:
            raise Infeasible(
                "%(visit)s：%(who)s回避后可派的检查人员只有 %(able)s 名,每组需要 %(size)s 名",
                visit=uscc, who=who, able=len(able - recused), size=size,
            )
        team: list[tuple[int, str, str]] = []
        passed: list[tuple[int, str, str]] = []
        while len(team) < size:
            person = heapq.heappop(queue)
            (passed if person[2] in recused else team).append(person)
        for person in passed:
            heapq.heappush(queue, person)
        for turn, _, number in team:
            heapq.heappush(queue, (turn + 1, officer_ticket(seed, turn + 1, number), number))
        made.append(tuple(number for _, _, number in team))
    return made


def joint_teams(
    seed: str, visits: Sequence[str], pool: Sequence[Inspector], recusals: Mapping[str, frozenset[str]], parts: Sequence[Mapping[str, Any]]
) -> list[tuple[str, ...]]:
    """Each department draws its own officers for every visit, the leading one first."""
    sent = [
        teams(
            seed, visits, [person for person in pool if person.agency == part["agency"]], recusals, part["size"],
            frozenset(part["fields"]), f"{part['agency']} " if len(parts) > 1 else "",
        )
        for part in parts
    ]  # fmt: skip
    return [tuple(itertools.chain.from_iterable(groups)) for groups in zip(*sent, strict=True)]


# Files of the bundle -------------------------------------------------------------------------------


def picks_text(chosen: Iterable[Chosen]) -> str:
    rows = (f"{c.stratum},{c.rank},{c.uscc},{c.ticket},{int(c.reserve)},{c.probability}\n" for c in chosen)
    return "stratum,rank,uscc,ticket,reserve,probability\n" + "".join(rows)


def teams_text(visits: Iterable[str], made: Iterable[Sequence[str]]) -> str:
    rows = (f"{uscc},{' '.join(team)}\n" for uscc, team in zip(visits, made, strict=True))
    return "uscc,officers\n" + "".join(rows)


def pool_text(pool: Iterable[Inspector]) -> str:
    ordered = sorted(pool, key=lambda person: person.number)
    return "officer,agency,fields\n" + "".join(f"{p.number},{p.agency},{' '.join(sorted(p.fields))}\n" for p in ordered)


def recusals_text(recusals: Mapping[str, Iterable[str]]) -> str:
    pairs = sorted((uscc, officer) for uscc, officers in recusals.items() for officer in officers)
    return "uscc,officer\n" + "".join(f"{uscc},{officer}\n" for uscc, officer in pairs)


def read_pool(text: str) -> list[Inspector]:
    rows = csv.DictReader(io.StringIO(text))
    return [Inspector(row["officer"], frozenset(row["fields"].split()), row.get("agency", "")) for row in rows]


def read_recusals(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(row["uscc"], set()).add(row["officer"])
    return {uscc: frozenset(officers) for uscc, officers in found.items()}


def hold(
    seed: str, lines: Sequence[str], rules: Mapping[str, Any], pool: str, recusals: str
) -> tuple[list[Chosen], list[str], list[tuple[str, ...]]]:
    """The whole draw from committed files and the seed: the list, the visits in order, and a team for each visit."""
    chosen = pick(seed, strata_of(lines), takes(seed, rules))
    visits = [c.uscc for c in chosen if not c.reserve]
    parts = [rules["team"] | {"agency": ""}] if rules["protocol"] == FIRST else rules["team"]
    return chosen, visits, joint_teams(seed, visits, read_pool(pool), read_recusals(recusals), parts)


def run(seed: str, lines: Sequence[str], rules: Mapping[str, Any], pool: str, recusals: str) -> tuple[str, str]:
    """The texts of picks.csv and teams.csv."""
    chosen, visits, made = hold(seed, lines, rules, pool, recusals)
    return picks_text(chosen), teams_text(visits, made)


# Verifier ------------------------------------------------------------------------------------------


def open_bundle(path: Path) -> Callable[[str], str]:
    """Read files by name from a zip or a folder."""
    if path.is_dir():
        return lambda name: (path / name).read_text(encoding="utf-8")
    archive = zipfile.ZipFile(path)
    return lambda name: archive.read(name).decode("utf-8")


def _frame_faults(frame: str, blocks: str) -> Iterable[str]:
    if not frame.startswith(FRAME_HEAD):
        yield "frame.csv：表头应为 uscc,stratum"
        return
    lines = frame[len(FRAME_HEAD) :].splitlines()
    for number, (before, after) in enumerate(itertools.pairwise(lines), 3):
        if before[:18] >= after[:18]:
            yield f"frame.csv 第 {number} 行：{after[:18]} 顺序错误或重复（应按统一社会信用代码排列）"
    given, found = blocks.split(), blocks_of(lines).split()
    if len(given) != len(found):
        yield f"frame.csv：应有 {len(given)} 段,实有 {len(found)} 段（行被增加或删除）"
    for index, (expected, actual) in enumerate(zip(given, found, strict=False)):
        if expected != actual:
            last = min((index + 1) * BLOCK, len(lines)) + 1
            yield f"frame.csv 第 {index * BLOCK + 2}–{last} 行：内容与承诺的摘要不符"


def _rule_faults(rules: Mapping[str, Any], sizes: Mapping[str, int]) -> Iterable[str]:
    strata, odds, total = rules["strata"], rules["odds"], rules["total"]
    if strange := sorted(set(strata) ^ set(sizes)):
        yield f"rules.json：分层 {'、'.join(strange)} 与名单不一致"
        return
    for stratum in sorted(strata):
        if strata[stratum]["size"] != sizes[stratum]:
            yield f"rules.json：分层 {stratum} 的户数应为 {sizes[stratum]}"
    if rules["protocol"] == FIRST:
        due, key = {s: str(quota) for s, quota in whole_quotas(sizes, odds, total).items()}, "quota"
    else:
        expected = shares(sizes, odds, total)
        due, key = {s: str(share) for s, share in expected.items()}, "expected"
        if rules["quota"] != sum(expected.values()):
            yield f"rules.json：抽取数量应为 {sum(expected.values())},写作 {rules['quota']}"
    for stratum, number in due.items():
        if str(strata[stratum][key]) != number:
            yield f"rules.json：分层 {stratum} 的抽取数量应为 {number},写作 {strata[stratum][key]}"


def _line_faults(name: str, given: str, expected: str) -> Iterable[str]:
    ours, theirs = expected.splitlines(), given.splitlines()
    if len(ours) != len(theirs):
        yield f"{name}：应有 {len(ours) - 1} 行,实有 {len(theirs) - 1} 行"
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if mine != other:
            yield f"{name} 第 {number} 行：应为「{mine}」,写作「{other}」"
            return


def verify(read: Callable[[str], str]) -> list[str]:
    """Everything that is wrong with a bundle, in order of the protocol. Empty: the draw is confirmed."""
    text = {name: read(name) for name in FILES}
    committed, rules, evidence = (json.loads(text[n]) for n in ("commitment.json", "rules.json", "seed.json"))
    protocol = committed.get("protocol")
    if protocol not in (PROTOCOL, FIRST) or rules.get("protocol") != protocol:
        return [f"commitment.json：不是 {PROTOCOL} 或 {FIRST} 的承诺,或者与 rules.json 不一致"]
    faults: list[str] = []
    promised = (
        ("frame", "blocks.txt"), ("rules", "rules.json"), ("pool", "pool.csv"), ("recusals", "recusals.csv")
    )  # fmt: skip
    faults += [f"{name}：内容与承诺的摘要不符" for key, name in promised if committed[key] != sha256(text[name])]
    faults += _frame_faults(text["frame.csv"], text["blocks.txt"])
    lines = text["frame.csv"][len(FRAME_HEAD) :].splitlines()
    faults += _rule_faults(rules, sizes_of(lines))
    commitment = sha256(text["commitment.json"])
    if evidence["commitment"] != commitment:
        faults.append("commitment.json：摘要与 seed.json 记载的承诺不符")
    if sha256(evidence["blind"]) != committed["blind"]:
        faults.append("seed.json：封存码与承诺的摘要不符")
    if evidence["seeded_at"] < committed["committed_at"]:
        faults.append("seed.json：种子早于承诺")
    faults += source_faults(committed["source"], evidence, protocol)
    if evidence["seed"] != seed_of(commitment, evidence["value"], evidence["blind"], protocol):
        faults.append("seed.json：种子不是由承诺、公开数值和封存码算出的")
    if faults:
        return faults
    try:
        picks, made = run(evidence["seed"], lines, rules, text["pool.csv"], text["recusals.csv"])
    except Infeasible as gap:
        return [f"teams.csv：{gap}"]
    return [*_line_faults("picks.csv", text["picks.csv"], picks), *_line_faults("teams.csv", text["teams.csv"], made)]


def source_faults(source: Mapping[str, Any], evidence: Mapping[str, Any], protocol: str = PROTOCOL) -> list[str]:
    """Whether the value is the one the commitment announced."""
    kind, value = source["kind"], evidence["value"]
    if kind == "commit-reveal":
        parties, reveals = source["parties"], evidence["reveals"]
        faults = [
            f"seed.json：{party['name']}揭示的数值与其承诺不符"
            for party, reveal in zip(parties, reveals, strict=True)
            if sha256(reveal) != party["digest"]
        ]
        return faults if value == "\n".join(reveals) else [*faults, "seed.json：数值不是各方揭示值的连接"]
    if kind == "beacon":
        signature = evidence.get("signature")
        faults = [] if evidence.get("round") == source["round"] else ["seed.json：信标轮次与承诺不符"]
        if not signature and protocol != FIRST:
            faults.append("seed.json：信标数值没有签名")
        elif signature and hashlib.sha256(bytes.fromhex(str(signature))).hexdigest() != value:
            faults.append("seed.json：信标数值不是其签名的摘要")
        return faults
    if kind == "lottery":
        return [] if evidence.get("issue") == source["issue"] else ["seed.json：彩票期号与承诺不符"]
    return [f"commitment.json：不认识的种子来源 {kind}"]


def main(arguments: Sequence[str]) -> int:
    """Exit 0: confirmed. 1: something differs, each line names what. 2: not a bundle."""
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        faults = verify(open_bundle(path))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(f"无法读取：{path}（{error}）")
        return 2
    for fault in faults:
        print(fault)
    print("不符" if faults else "相符：名单、规则、种子、抽取结果和检查组均可复算")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
