"""Fetch the front-end files we ship, at fixed versions, with the npm client; write their hashes.

Run `python3 tools/vendor.py` after changing a version below. It rewrites `ground/ui/static/ui/vendor`, the icon
sprite (only the icons named in `ground/ui/icons.txt`) and `docs/third-party.md`. Needs npm; no other tool does.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "src/hengjian/ground/ui"
VENDOR = UI / "static/ui/vendor"
SPRITE = UI / "static/ui/icons.svg"
DOC = ROOT / "docs/third-party.md"

PACKAGES = {  # package → version, then {file in the package: file we ship}
    "@tabler/core": ("1.6.1", {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"}),
    "htmx.org": ("2.0.10", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"}),
    "echarts": (
        "6.1.0",
        {"dist/echarts.min.js": "echarts.min.js", "LICENSE": "echarts.LICENSE", "NOTICE": "echarts.NOTICE"},
    ),
    "@tabler/icons": ("3.51.0", {"LICENSE": "tabler-icons.LICENSE"}),
}
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")


def fetch(package: str, version: str, folder: Path) -> tarfile.TarFile:
    name = subprocess.run(
        ["npm", "pack", f"{package}@{version}", "--silent"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    return tarfile.open(folder / name)


def read(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    assert member, path
    return member.read()


def symbol(name: str, svg: str) -> str:
    """One icon as a <symbol>; the sprite is used with <use href="icons.svg#name">."""
    body = re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", svg, flags=re.DOTALL)
    body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(body.split())}</symbol>'


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for package, (version, files) in PACKAGES.items():
            with fetch(package, version, Path(scratch)) as archive:
                licence = json.loads(read(archive, "package.json"))["license"]
                for source, target in files.items():
                    content = SOURCE_MAP.sub(b"\n", read(archive, source))
                    (VENDOR / target).write_bytes(content)
                    rows.append((package, version, licence, f"vendor/{target}", content))
                if package == "@tabler/icons":
                    names = sorted(set((UI / "icons.txt").read_text().split()))
                    symbols = [symbol(name, read(archive, f"icons/outline/{name}.svg").decode()) for name in names]
                    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
                    SPRITE.write_text(sprite)
                    rows.append((package, version, licence, "icons.svg", sprite.encode()))
    lines = [
        "# Front-end files of others",
        "",
        "Shipped in `src/hengjian/ground/ui/static/ui/`, made by `tools/vendor.py`. Source map references are removed.",
        "`tests/ground/ui/test_vendor.py` compares the hashes with the files.",
        "",
        "| Package | Version | Licence | File | SHA-256 |",
        "|---|---|---|---|---|",
        *(f"| {p} | {v} | {lic} | `{f}` | `{hashlib.sha256(c).hexdigest()}` |" for p, v, lic, f, c in rows),
    ]
    DOC.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
