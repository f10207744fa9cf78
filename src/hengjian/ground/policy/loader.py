"""Packs to Law: read, check shape, lay overlays, check references. All mistakes are shown at once.

The result is kept in the data folder under the digest of every file, so that a later start takes milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import BadPack, Mistake
from .law import Found, Law
from .reading import Pack, read_pack
from .references import check_examples, check_references
from .timeline import lay_over

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]


def roots() -> tuple[Path, ...]:
    """Pack folders in order: HENGJIAN_PACKS (by `:`), else the packs shipped with the product."""
    named = os.environ.get("HENGJIAN_PACKS", "")
    if named:
        return tuple(Path(part) for part in named.split(os.pathsep) if part)
    return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> tuple[Path, ...]:
    base = next((base for base in (ROOT / "packs", HERE.parents[1] / "packs") if base.is_dir()), ROOT / "packs")
    return (base / "cn", base / "tianjin")


@lru_cache(maxsize=8)
def _kept(folders: tuple[Path, ...]) -> Law:
    return load(folders)


def current() -> Law:
    """The law of this process. Read once; `reload()` after a pack was changed."""
    return _kept(roots())


def reload() -> Law:
    _kept.cache_clear()
    return current()


def load(folders: Sequence[Path | str]) -> Law:
    """Load packs, later ones over earlier ones. Raises BadPack with every mistake; never loads in part."""
    paths = [Path(folder) for folder in folders]
    digest = _digest(paths)
    kept = _cache() / f"policy-{digest}.pickle"
    try:
        law = pickle.loads(kept.read_bytes())
        if isinstance(law, Law):
            return law
    except (OSError, pickle.PickleError, AttributeError, EOFError, ImportError, IndexError):
        pass
    law = compile_packs(paths, digest)
    _keep(kept, law)
    return law


def compile_packs(folders: Iterable[Path], digest: str) -> Law:
    packs = [read_pack(folder) for folder in folders]
    mistakes = [mistake for pack in packs for mistake in pack.mistakes]
    merged, first = _merge(packs, mistakes)
    aliases = _aliases(merged, mistakes)
    examples = tuple(example for pack in packs for example in pack.examples)
    if not mistakes:
        mistakes += [*check_references(merged), *check_examples(merged, aliases, examples)]
    if mistakes:
        raise BadPack(mistakes)
    assert first is not None
    sections = {section: {key: entry.model for key, entry in entries.items()} for section, entries in merged.items()}
    places = {(section, key): entry.place for section, entries in merged.items() for key, entry in entries.items()}
    named = "+".join(f"{pack.card['id']}-{pack.card['version']}" for pack in packs)
    version = f"{named}-{digest[:10]}"[-64:]
    return Law(version, digest, tuple(pack.card for pack in packs), sections, aliases, places, examples)


def _merge(packs: list[Pack], mistakes: list[Mistake]) -> tuple[dict[str, dict[str, Any]], Pack | None]:
    merged: dict[str, dict[str, Any]] = {}
    for pack in packs:
        for section, entries in pack.entries.items():
            target = merged.setdefault(section, {})
            for key, entry in entries.items():
                target[key] = lay_over(target[key], entry, mistakes) if key in target else entry
        for entry in pack.refinements:
            base = merged.get("terms", {}).get(entry.id)
            if base is None:
                mistakes.append(
                    entry.mistake((), f'there is no "{entry.id}" to refine', "Give a whole term, or correct the id")
                )
            else:
                merged["terms"][entry.id] = lay_over(base, entry, mistakes)
    return merged, packs[0] if packs else None


def _aliases(merged: dict[str, dict[str, Any]], mistakes: list[Mistake]) -> dict[str, Found]:
    """Ids first: a term keeps its name before a document or indicator of the same id."""
    found: dict[str, Found] = {}
    for section in sorted(merged, key=lambda name: (name not in ("terms", "rules"), name)):
        for key in merged[section]:
            found.setdefault(key, Found(section, key))
    owner: dict[str, str] = {}
    for section, entries in merged.items():
        for key, entry in entries.items():
            for alias, law_on in entry.aliases():
                if alias in found:
                    mistakes.append(
                        entry.mistake(
                            ("aliases",),
                            f'alias "{alias}" already means "{owner.get(alias, alias)}"',
                            "Keep it in one place",
                        )
                    )
                    continue
                found[alias] = Found(section, key, law_on)
                owner[alias] = key
    return found


def _digest(folders: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for number, folder in enumerate((*folders, HERE)):
        pattern = "*.py" if folder == HERE else "*"
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and path.suffix in (".yaml", ".yml", ".csv", ".md", ".py"):
                total.update(f"{number}:{path.relative_to(folder)}:{path.stat().st_size}".encode())
                total.update(path.read_bytes())
    return total.hexdigest()


def _cache() -> Path:
    return Path(os.environ.get("HENGJIAN_DATA") or ROOT / "data") / "cache"


def _keep(path: Path, law: Law) -> None:
    """A cache that cannot be written costs time, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_bytes(pickle.dumps(law, protocol=5))
        half.replace(path)
    except OSError:
        return
