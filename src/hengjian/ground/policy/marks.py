"""YAML with a line for every value, so that a mistake can be shown where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from .errors import Mistake

Path = tuple[str | int, ...]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Marked:
    """The plain value of one file and the line each part of it stands on."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.mistakes: list[Mistake] = []
        self.value: Any = None
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            self._constructor = yaml.constructor.SafeConstructor()
            if node is not None:
                self.value = self._build(node, (), frozenset())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._note(
                mark.line + 1 if mark else 1,
                f"not readable as YAML: {error.problem}",
                "Check indentation, quotes and brackets",
            )
        except (yaml.YAMLError, ValueError) as error:
            self._note(1, f"not readable as YAML: {error}", "Save the file as UTF-8 and check every date")
        finally:
            loader.dispose()

    def line(self, path: Path) -> int:
        """Line of the value at `path`, or of the nearest part around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _note(self, line: int, message: str, remedy: str) -> None:
        self.mistakes.append(Mistake(self.file, line, message, remedy))

    def _build(self, node: yaml.Node, path: Path, above: frozenset[int]) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if id(node) in above:
            self._note(node.start_mark.line + 1, "an anchor contains itself", "Write the value out instead of using *")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, above | {id(node)})
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*path, i), above | {id(node)}) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path, above: frozenset[int]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node)
            line = key_node.start_mark.line + 1
            if key in found:
                self._note(line, f'"{key}" is written twice', "Keep one of the two")
            found[key] = self._build(value_node, (*path, key), above)
            self.lines[(*path, key)] = line
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag.endswith(":bool") and str(node.value).lower() not in ("true", "false"):
            return str(node.value)  # YAML 1.1 takes `on`, `no` and `y` for booleans; here they are words.
        try:
            return self._constructor.construct_object(node)
        except (ValueError, yaml.YAMLError):
            line = node.start_mark.line + 1
            self._note(line, f'"{node.value}" is not a value', "A date is written 2021-09-01")
            return str(node.value)


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every part of a plain value with its path, parents first."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*path, index))
