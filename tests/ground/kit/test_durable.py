"""A kept file is whole and named, or not there: also after the power failed between any two steps."""

from __future__ import annotations

import os

import pytest

from hengjian.ground.kit import durable


def test_a_file_reaches_the_disk_before_its_name_and_its_name_before_anybody_is_told(tmp_path, monkeypatch):
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(held: int) -> None:
        steps.append(os.path.basename(os.readlink(f"/proc/self/fd/{held}")))
        fsync(held)

    def renamed(source, target) -> None:
        steps.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    durable.keep(tmp_path / "ab" / "file", b"content")
    folder, half, rename, parent = steps
    assert (folder, rename, parent) == (tmp_path.name, "renamed", "ab")
    assert half.startswith(durable.HALF)
    assert (tmp_path / "ab" / "file").read_bytes() == b"content"


def test_a_writer_killed_before_the_name_leaves_only_a_half_that_is_swept(tmp_path, monkeypatch):
    def killed(_source, _target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        durable.keep(tmp_path / "file", b"content")
    [half] = tmp_path.iterdir()
    assert half.name.startswith(durable.HALF)
    assert durable.sweep(tmp_path, half.stat().st_mtime - 1) == 0  # somebody may still be writing it
    assert durable.sweep(tmp_path, half.stat().st_mtime + 1) == 1
    assert not list(tmp_path.iterdir())
