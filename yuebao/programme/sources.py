"""Definition files as data that remembers its lines: YAML by its nodes, CSV by its rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Step: TypeAlias = str | int
Data: TypeAlias = Any  # what YAML can say: mappings, lists, str, int, bool, Decimal, date, None

_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?[0-9]+\.[0-9]+$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a definition file; ``str()`` gives ``path:line: what``."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class Source(Protocol):
    """A file that knows on which line the thing at an address stands."""

    @property
    def path(self) -> str: ...

    def line_of(self, address: Sequence[Step]) -> int: ...


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed YAML file; addresses are keys and list positions from the top."""

    path: str
    root: yaml.Node

    def line_of(self, address: Sequence[Step]) -> int:
        """The line of the deepest thing on the way; steps the file lacks are passed over."""
        node, line = self.root, _line(self.root)
        for step in address:
            found = _step_into(node, step)
            if found is not None:
                node, line = found
        return line


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A table file; the first step of an address is the row's position."""

    path: str
    lines: tuple[int, ...]

    def line_of(self, address: Sequence[Step]) -> int:
        """The line of the row; the header's where the address names none."""
        if address and isinstance(address[0], int) and address[0] < len(self.lines):
            return self.lines[address[0]]
        return 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file held. ``source`` is None where it could not be read at all."""

    source: YamlSource | CsvSource | None
    data: Data
    faults: tuple[Fault, ...]


def read_yaml(path: Path, name: str) -> Loaded:
    """The file's data; syntax faults, duplicate keys and ambiguous scalars come as faults."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError:
        return Loaded(None, None, (Fault(name, 1, "不是 UTF-8 编码的文本"),))
    except yaml.YAMLError as error:
        return Loaded(None, None, (_syntax_fault(name, error),))
    if root is None:
        return Loaded(None, None, (Fault(name, 1, "文件是空的"),))
    builder = _Builder(name)
    data = builder.build(root)
    return Loaded(YamlSource(name, root), data, tuple(builder.faults))


def read_csv(path: Path, name: str, columns: tuple[str, ...]) -> Loaded:
    """The rows as mappings of exactly these columns; other headers and widths are faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Loaded(None, None, (Fault(name, 1, "不是 UTF-8 编码的文本"),))
    reader = csv.reader(io.StringIO(text, newline=""))
    header = tuple(cell.strip() for cell in next(reader, []))
    if header != columns:
        return Loaded(None, None, (Fault(name, 1, f"表头应为 {','.join(columns)}"),))
    rows: list[Mapping[str, str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            what = f"应有 {len(columns)} 列，实有 {len(cells)} 列"
            faults.append(Fault(name, reader.line_num, what))
            continue
        rows.append(dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
        lines.append(reader.line_num)
    return Loaded(CsvSource(name, tuple(lines)), rows, tuple(faults))


class _Builder:
    """Makes data from nodes, strictly: what YAML would guess at is a fault, not a guess."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self._open: set[int] = set()

    def build(self, node: yaml.Node) -> Data:
        """The node's data; faults are collected on the way."""
        if id(node) in self._open:
            self._fault(node, "别名引用了自己")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node)
            if isinstance(node, yaml.SequenceNode):
                return [self.build(child) for child in node.value]
            return self._scalar(node)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode) -> dict[Data, Data]:
        data: dict[Data, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "键必须是单个的词或数")
                continue
            key = self._scalar(key_node)
            if key in data:
                self._fault(key_node, f"键“{key_node.value}”重复")
                continue
            data[key] = self.build(value_node)
        return data

    def _scalar(self, node: yaml.Node) -> Data:
        kind, text = node.tag.rpartition(":")[2], str(node.value)
        if kind == "str":
            return text
        if kind == "null":
            return None
        if kind == "int" and _INTEGER.match(text):
            return int(text)
        if kind == "float" and _DECIMAL.match(text):
            return Decimal(text)
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "timestamp" and _DAY.match(text):
            return self._day(node, text)
        self._fault(node, f"“{text}”会被 YAML 误读，若是文字请加引号")
        return None

    def _day(self, node: yaml.Node, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._fault(node, f"没有“{text}”这一天")
            return None

    def _fault(self, node: yaml.Node, text: str) -> None:
        self.faults.append(Fault(self.path, _line(node), text))


def _step_into(node: yaml.Node, step: Step) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, _line(key)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], _line(node.value[step])
    return None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax_fault(path: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return Fault(path, mark.line + 1 if mark else 1, f"YAML 语法错误：{problem}")
