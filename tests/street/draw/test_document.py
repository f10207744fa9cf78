"""A verifier written from docs/algorithms/draw.md alone repeats every draw; the shipped one names what was altered."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
import re
import subprocess
import sys
import zipfile
from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest

from hengjian.street.draw import lottery, rules


def H(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def outsider(files):
    """picks.csv and teams.csv as the document says they must be; raises where a check fails."""
    commitment, rule, seed = (json.loads(files[n]) for n in ("commitment.json", "rules.json", "seed.json"))
    assert commitment["protocol"] == rule["protocol"] == "hengjian-draw/2"
    for key, name in (("frame", "blocks.txt"), ("rules", "rules.json"), ("pool", "pool.csv"), ("recusals", "recusals.csv")):
        assert commitment[key] == H(files[name])
    lines = files["frame.csv"].splitlines(keepends=True)[1:]
    assert files["blocks.txt"] == "".join(H("".join(lines[i : i + 1000])) + "\n" for i in range(0, len(lines), 1000))
    digest = H(files["commitment.json"])
    assert digest == seed["commitment"]
    assert H(seed["blind"]) == commitment["blind"]
    assert seed["seeded_at"] >= commitment["committed_at"]
    assert [H(r) for r in seed["reveals"]] == [p["digest"] for p in commitment["source"]["parties"]]
    assert seed["value"] == "\n".join(seed["reveals"])
    s = H(f"hengjian-draw/2\nseed\n{digest}\n{seed['value']}\n{seed['blind']}")
    strata: dict[str, list[str]] = {}
    for row in csv.DictReader(StringIO(files["frame.csv"])):
        strata.setdefault(row["stratum"], []).append(row["uscc"])
    due = expected({k: len(v) for k, v in strata.items()}, rule["odds"], rule["total"])
    assert rule["strata"] == {k: {"size": len(v), "expected": str(due[k])} for k, v in strata.items()}
    assert rule["quota"] == sum(due.values())
    start, before, quotas = Fraction(int(H(f"{s}\nround"), 16), 2**256), Fraction(0), {}
    for _, name in sorted((H(f"{s}\norder\n{name}"), name) for name in strata):
        quotas[name] = math.ceil(before + due[name] - start) - math.ceil(before - start)
        before += due[name]
    picks, visits = "stratum,rank,uscc,ticket,reserve,probability\n", []
    for name in sorted(strata):
        quota, size = quotas[name], len(strata[name])
        reserve = min(size - quota, math.ceil(quota * Fraction(rule["reserve"])))
        ordered = sorted((H(f"{s}\n{name}\n{code}"), code) for code in strata[name])[: quota + reserve]
        for rank, (ticket, code) in enumerate(ordered, 1):
            picks += f"{name},{rank},{code},{ticket},{int(rank > quota)},{due[name] / size}\n"
            visits += [code] if rank <= quota else []
    pool = list(csv.DictReader(StringIO(files["pool.csv"])))
    barred = {(row["uscc"], row["officer"]) for row in csv.DictReader(StringIO(files["recusals.csv"]))}
    sent: dict[str, list[str]] = {code: [] for code in visits}
    for part in rule["team"]:
        able = {r["officer"]: 0 for r in pool if r["agency"] == part["agency"] and set(part["fields"]) <= set(r["fields"].split())}
        for code in visits:
            free = [officer for officer in able if (code, officer) not in barred]
            free.sort(key=lambda officer: (able[officer], H(f"{s}\nteam\n{able[officer]}\n{officer}"), officer))
            for officer in free[: part["size"]]:
                sent[code].append(officer)
                able[officer] += 1
    return picks, "uscc,officers\n" + "".join(f"{code},{' '.join(sent[code])}\n" for code in visits)


def expected(sizes, odds, total):
    weight = {k: n * Fraction(odds[k]) for k, n in sizes.items()}
    number = math.ceil(sum(weight.values())) if total is None else total
    everything: set[str] = set()
    while True:
        rest, shared = number - sum(sizes[k] for k in everything), sum(w for k, w in weight.items() if k not in everything)
        due = {k: Fraction(sizes[k]) if k in everything else rest * weight[k] / shared for k in sizes}
        more = {k for k in sizes if due[k] > sizes[k]}
        if not more:
            return due
        everything |= more


def made_up(chance, *, size=None, total=None):
    """A whole bundle of random frame, pool, recusals and rules."""
    size = size or chance.randint(20, 2500)
    codes = [f"91120{n:013d}" for n in chance.sample(range(10**9), size)]
    lines = lottery.frame_lines((code, chance.choice("AAAABBC" if n else "D")) for n, code in enumerate(codes))
    sizes = {k: len(v) for k, v in lottery.strata_of(lines).items()}
    odds = {k: str(Fraction(chance.randint(1, 30), 100)) for k in sizes}
    total = total if total is not None else chance.choice([None, chance.randint(1, size)])
    strata = rules.stratify(sizes, odds, total)
    departments, pool = [], []
    for agency in ("120119", "120119-fire")[: chance.choice((1, 2))]:
        departments.append(rules.Department(agency, chance.randint(2, 3), ("quality",)))
        for n in range(chance.randint(12, 30)):
            fields = frozenset(chance.sample(["food", "metering"], chance.randint(0, 2)) + ["quality"] * (n != 3))
            pool.append(lottery.Inspector(f"P{n}-{len(agency)}", fields, agency))
    recusals = {code: {chance.choice(pool).number for _ in range(chance.randint(1, 3))} for code in codes[::7]}
    plan = {"title": "t", "agency": "a", "mode": "by-grade", "items": ["x"], "law": "packs", "reserve": "1/10"}
    files = {
        "frame.csv": lottery.frame_text(lines), "blocks.txt": lottery.blocks_of(lines), "pool.csv": lottery.pool_text(pool),
        "recusals.csv": lottery.recusals_text(recusals), "rules.json": rules.rules_text(
            plan=plan, departments=departments, strata=strata, odds=odds, total=total
        ),
    }  # fmt: skip
    reveals = ["甲" + str(chance.random()), "乙" + str(chance.random())]
    files["commitment.json"] = lottery.canonical(
        {
            "protocol": lottery.PROTOCOL, "draw": "d", "number": 1, "predecessor": None, "blind": H("blind"), "committed_at": "2026-03-02T09:00:00+08:00",
            "source": {"kind": "commit-reveal", "parties": [{"name": "甲乙"[i], "digest": H(r)} for i, r in enumerate(reveals)]},
            **{key: H(files[name]) for key, name in (("frame", "blocks.txt"), ("rules", "rules.json"), ("pool", "pool.csv"), ("recusals", "recusals.csv"))},
        }
    )  # fmt: skip
    commitment, value = H(files["commitment.json"]), "\n".join(reveals)
    seed = lottery.seed_of(commitment, value, "blind")
    files["seed.json"] = lottery.canonical(
        {"commitment": commitment, "value": value, "reveals": reveals, "blind": "blind", "seed": seed, "seeded_at": "2026-03-02T10:00:00+08:00"}
    )
    files["picks.csv"], files["teams.csv"] = lottery.run(seed, lines, json.loads(files["rules.json"]), files["pool.csv"], files["recusals.csv"])
    return files


@pytest.mark.parametrize("number", range(25))
def test_a_verifier_written_from_the_document_finds_the_same_picks_and_teams(number):
    files = made_up(random.Random(number))
    assert outsider(files) == (files["picks.csv"], files["teams.csv"])
    assert lottery.verify(files.__getitem__) == []


def swap(text, row, change):
    lines = text.splitlines(keepends=True)
    lines[row] = change(lines[row])
    return "".join(lines)


def last_digit(line):
    return line[:-2] + ("8" if line[-2] != "8" else "7") + "\n"


ALTERED = {
    "a firm exchanged in the frame": ("frame.csv", lambda t: swap(t, 1500, lambda line: line[:17] + ("0" if line[17] != "0" else "1") + line[18:]), "frame.csv 第 1002–"),
    "a firm moved to another stratum": ("frame.csv", lambda t: swap(t, 5, lambda line: line[:-2] + ("C" if line[-2] != "C" else "B") + "\n"), "frame.csv 第 2–1001 行"),
    "a firm left out of the frame": ("frame.csv", lambda t: swap(t, 5, lambda line: ""), "frame.csv"),
    "two rows exchanged": ("frame.csv", lambda t: "".join([*(x := t.splitlines(keepends=True))[:7], x[8], x[7], *x[9:]]), "frame.csv 第 9 行"),
    "a quota raised": ("rules.json", lambda t: t.replace('"quota":', '"quota":1', 1), "rules.json：抽取数量"),
    "a stratum favoured": ("rules.json", lambda t: t.replace('"expected":"', '"expected":"1', 1), "rules.json：分层 A 的抽取数量"),
    "a group left out": ("rules.json", lambda t: re.sub(r',"D":\{"expected.*?\}', "", t), "rules.json：分层 D 与名单不一致"),
    "an older protocol": ("rules.json", lambda t: t.replace("draw/2", "draw/1"), "commitment.json：不是"),
    "another officer in the pool": ("pool.csv", lambda t: t + "P99,120119,quality\n", "pool.csv"),
    "a recusal removed": ("recusals.csv", lambda t: swap(t, 1, lambda line: ""), "recusals.csv"),
    "another seed": ("seed.json", lambda t: t.replace('"seed":"', '"seed":"0'), "seed.json：种子"),
    "another blind": ("seed.json", lambda t: t.replace('"blind":"blind"', '"blind":"blond"'), "封存码"),
    "another revealed value": ("seed.json", lambda t: t.replace('"reveals":["甲', '"reveals":["丙'), "甲揭示的数值"),
    "a later commitment": ("commitment.json", lambda t: t.replace("T09:00", "T11:00"), "commitment.json"),
    "a pick exchanged": ("picks.csv", lambda t: swap(t, 3, lambda line: line.replace("91120", "91121")), "picks.csv 第 4 行"),
    "the order of picks": ("picks.csv", lambda t: "".join([*(x := t.splitlines(keepends=True))[:1], x[2], x[1], *x[3:]]), "picks.csv 第 2 行"),
    "a pick removed": ("picks.csv", lambda t: swap(t, 2, lambda line: ""), "picks.csv：应有"),
    "an officer exchanged": ("teams.csv", lambda t: swap(t, 1, last_digit), "teams.csv 第 2 行"),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
def test_the_verifier_names_what_was_altered(what):
    name, change, says = ALTERED[what]
    files = made_up(random.Random(7), size=2500)
    changed = files | {name: change(files[name])}
    assert changed[name] != files[name]
    faults = lottery.verify(changed.__getitem__)
    assert any(says in fault for fault in faults), faults


@pytest.mark.parametrize("what", ALTERED)
def test_the_outsider_notices_too(what):
    name, change, _ = ALTERED[what]
    files = made_up(random.Random(7), size=2500)
    changed = files | {name: change(files[name])}
    try:
        noticed = outsider(changed) != (changed["picks.csv"], changed["teams.csv"])
    except (AssertionError, KeyError):
        noticed = True
    # seed.json's own "seed" is not used by the outsider: it computes the seed.
    assert noticed or what == "another seed"


def test_the_shipped_verifier_runs_alone_on_the_standard_library(tmp_path):
    files = made_up(random.Random(3))
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "verify.py").write_text(open(lottery.__file__, encoding="utf-8").read(), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for name in files:
            archive.write(tmp_path / name, name)
    for arguments in ([], ["bundle.zip"]):
        done = subprocess.run([sys.executable, "-I", "verify.py", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.startswith("相符")) == (0, True), done.stderr
    (tmp_path / "picks.csv").write_text(files["picks.csv"].replace("91120", "91121", 1))
    done = subprocess.run([sys.executable, "-I", "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "picks.csv 第 2 行" in done.stdout


def test_a_bundle_of_the_first_protocol_is_still_verified_and_an_altered_one_refused(tmp_path):
    kept = Path(__file__).with_name("bundle-of-protocol-1.zip")
    read = lottery.open_bundle(kept)
    files = {name: read(name) for name in lottery.FILES}
    assert json.loads(files["rules.json"])["protocol"] == lottery.FIRST
    assert lottery.verify(files.__getitem__) == []
    files["rules.json"] = files["rules.json"].replace('"quota":', '"quota":1', 1)
    assert any("抽取数量应为" in fault for fault in lottery.verify(files.__getitem__))


def test_a_beacon_value_without_a_signature_is_no_longer_taken():
    source, evidence = {"kind": "beacon", "round": 7}, {"round": 7, "value": "ab"}
    assert lottery.source_faults(source, evidence) == ["seed.json：信标数值没有签名"]
    assert lottery.source_faults(source, evidence, lottery.FIRST) == []
