"""SIGKILL at random moments of every stage, and the books after each.

A stage is drawn, then a moment within it, uniformly over the time it last took. The writer is stopped for the instant in
which its stage is read, so that each kill is counted where it really fell. Then another writer goes on.
"""

from __future__ import annotations

import mmap
import os
import random
import signal
import struct
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import books, world

# The stages of one turn. Entries are chained while they are absorbed; `sealing` is the root of the day and the audit's.
STAGES = ("between", "upload", "judging", "register", "absorption", "acts", "mirror", "classes", "publication", "compaction", "sealing")
MOST = 60.0  # seconds to wait for a stage to begin


class Board:
    """Memory shared with the writer: the stage it is in, and how long each stage lasted."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8 * (len(STAGES) + 1))

    @property
    def stage(self) -> str:
        return STAGES[self.memory[0]]

    def lasted(self, stage: str) -> float:
        return float(struct.unpack_from("d", self.memory, 8 * (STAGES.index(stage) + 1))[0]) or 0.05

    def within(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, told on the board while it lasts."""
        place = STAGES.index(stage)

        def told(*args: Any, **more: Any) -> Any:
            before, begun = self.memory[0], time.monotonic()
            self.memory[0] = place
            try:
                return work(*args, **more)
            finally:
                self.memory[0] = before
                struct.pack_into("d", self.memory, 8 * (place + 1), time.monotonic() - begun)

        return told


def write(folder: Path, board: Board) -> None:
    """Go on where the one before was killed; then the next turns, until there is a file `stop`."""
    from hengjian.street.intake import services as intake
    from hengjian.street.ledger import services as ledger
    from hengjian.street.ledger.models import DailyRoot
    from hengjian.street.register import services as register

    intake.process = board.within("judging", intake.process)
    turn = DailyRoot.objects.count()
    intake.catch_up(world.moments(turn))
    board.within("register", register.absorb_due)()
    board.within("absorption", ledger.catch_up)(world.moments(turn))
    while not (folder / "stop").exists():
        for stage, work in world.stages(folder, turn):
            board.within(stage, work)()
        turn += 1


def finish(folder: Path) -> None:
    """What is begun is done to its end, and the firms of the last file are registered."""
    from hengjian.street.assessment import frames
    from hengjian.street.assessment import services as assessment
    from hengjian.street.intake import folders
    from hengjian.street.ledger import services as ledger
    from hengjian.street.ledger.models import DailyRoot
    from hengjian.street.publication import services as publication
    from hengjian.street.register import services as register

    turn = DailyRoot.objects.count()
    at, on = world.moments(turn), world.moments(turn).date()
    for _stage, work in world.stages(folder, turn):
        work()
    world.lay(folder, world.CITY[0], "registration", turn + 1, world.registrations(turn + 1))
    folders.take_due(folder / "in", at=at, still=0)
    register.absorb_due()
    ledger.catch_up(at)
    frames.refresh()
    assessment.catch_up(on=on)
    publication.publish_due(on=on)
    publication.publish_entities(on=on)


def _settled(folder: Path) -> Any:
    from hengjian.street.ledger.models import DailyRoot

    return books.at_the_end(world.expected(DailyRoot.objects.count()))


def _one(folder: Path, board: Board, chance: random.Random, wish: str) -> str:
    """One writer, killed in the stage wished for if it is still there; says where it was."""
    board.memory[0] = 0
    pid = world.child(write, folder, board)
    begun = time.monotonic()
    while board.stage != wish and time.monotonic() - begun < MOST:
        time.sleep(0.0003)
        if os.waitpid(pid, os.WNOHANG)[0]:
            raise SystemExit("the writer ended by itself")
    time.sleep(chance.uniform(0, board.lasted(wish)))
    os.kill(pid, signal.SIGSTOP)
    if not os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1]):
        raise SystemExit("the writer ended by itself")
    stage = board.stage
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return stage


def _calm(folder: Path, board: Board) -> None:
    """One turn nobody disturbs: how long each stage lasts."""
    from hengjian.street.intake import services as intake

    intake.process = board.within("judging", intake.process)
    for stage, work in world.stages(folder, 0):
        board.within(stage, work)()


def killed(folder: Path, kills: int, seed: str) -> dict[str, Any]:
    """So many kills, the stages by turns, each moment by chance; the books after each kill and at the end."""
    chance, board = random.Random(seed), Board()
    if os.waitpid(world.child(_calm, folder, board), 0)[1]:
        raise SystemExit("a turn could not be done undisturbed")
    fell: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {}
    for number in range(kills):
        stage = _one(folder, board, chance, STAGES[1 + number % (len(STAGES) - 1)])
        fell[stage] += 1
        if found := world.told(books.at_any_moment):
            wrong.setdefault(stage, []).append(f"kill {number + 1}: " + "; ".join(found))
    (folder / "stop").touch()
    ended = os.waitpid(world.child(finish, folder), 0)[1]
    at_end = world.told(lambda: _settled(folder))
    return {
        "database": "PostgreSQL" if os.environ.get("HENGJIAN_DATABASE_URL") else "SQLite", "seed": seed, "kills": sum(fell.values()),
        "fell": {stage: fell[stage] for stage in STAGES if fell[stage]}, "wrong": wrong, "finished": ended == 0, "end": at_end,
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """Stage, kills, verdict; and what stood in the books at the end."""
    lines = [f"{found['database']}, seed {found['seed']}: {found['kills']} kills", "", "| stage | kills | after each kill |", "|---|--:|---|"]
    for stage, kills in found["fell"].items():
        lines.append(f"| {stage} | {kills} | {'<br>'.join(found['wrong'].get(stage, [])) or 'books agree'} |")
    end = found["end"]
    if isinstance(end, dict):
        held = ", ".join(f"{name} {n:,}" for name, n in end.items() if isinstance(n, int))
        lines += ["", f"At the end: {held}; {'; '.join(end['wrong']) or 'nothing lost, nothing doubled, seals and mirror agree'}."]
    return "\n".join(lines if isinstance(end, dict) else [*lines, "", str(end)])
