"""Which houses stand. A folder with an apps.py under ground, street, duties or doors is a house."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
STREET = (
    "intake",
    "register",
    "ledger",
    "assessment",
    "draw",
    "inspection",
    "casework",
    "listing",
    "publication",
    "repair",
)
STOREYS = ("ground", "street", "duties", "doors")


def houses(storey: str) -> list[str]:
    """Names of the houses of a storey that hold Django apps; street houses in street order."""
    found = sorted(path.parent.name for path in (PACKAGE / storey).glob("*/apps.py"))
    return sorted(found, key=STREET.index) if storey == "street" else found


def dotted(storey: str) -> list[str]:
    return [f"hengjian.{storey}.{house}" for house in houses(storey)]
