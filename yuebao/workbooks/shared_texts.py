"""The texts that cells of an .xlsx refer to by number: whether their list is built as one."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from yuebao.workbooks.refusal import Refused
from yuebao.workbooks.sheet_grammar import TEXT

_USUAL = re.compile(
    rb"((?:<\?xml[^<>]*\?>)?\s*<sst(?: [^<>]*)?>)"
    rb"(?:<si><t(?: xml:space=\"preserve\")?(?:/>|>" + TEXT + rb"</t>)</si>)*+</sst>\s*"
)
_PARTS: dict[str, frozenset[str]] = {
    "si": frozenset({"t", "r", "rPh", "phoneticPr", "extLst"}),
    "r": frozenset({"rPr", "t"}),
    "rPh": frozenset({"t"}),
    "t": frozenset(),
}


def refuse_misbuilt_texts(part: bytes | None) -> None:
    """Refused where it is open which text a number means, or what belongs to a text."""
    if part is None:
        return
    usual = _USUAL.fullmatch(part)
    if usual is not None:
        ElementTree.fromstring(usual[1] + b"</sst>")  # noqa: S314  # its head must be XML as well
        return
    root = ElementTree.fromstring(part)  # noqa: S314  # entities were refused before
    items = sum(_name(item) == "si" for item in root)
    named = sum(_name(item) == "si" for item in root.iter())
    if items != named or not all(map(_is_built_right, root.iter())):
        raise Refused("file-damaged")


def belongs(name: str, above: str) -> bool:
    """Whether an element may stand in a text item (``si``), or in what it holds."""
    known = _PARTS.get(above)
    return known is None or name in known


def _is_built_right(element: ElementTree.Element) -> bool:
    """Whether a text, or a run of one, holds nothing but what belongs into it."""
    return all(belongs(_name(child), _name(element)) for child in element)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
