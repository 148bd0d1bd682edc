"""Cell formats added to a workbook that has its own; what is there already is used again."""

from __future__ import annotations

from lxml import etree

from yuebao.workbooks.returned_package import MAIN, Element, place_child, tag

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_BORDER = "<border>{}<diagonal/></border>"
_SIDE = '<{0} style="{1}"><color rgb="FFBFC7D1"/></{0}>'


class StyleSheet:
    """The formats of one workbook; colours are six hexadecimal digits."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._known: dict[tuple[str, str], int] = {}

    def cell(
        self,
        *,
        ink: str = "1F2937",
        fill: str = "",
        size: float = 10,
        bold: bool = False,
        underline: bool = False,
        centred: bool = False,
        bordered: bool = True,
        opens_group: bool = False,
        open_cell: bool = False,
    ) -> int:
        """The number of a cell format; texts wrap, stand at the top and stay texts."""
        font = self._index("fonts", _font(ink, size, bold=bold, underline=underline))
        solid = f'<patternFill patternType="solid"><fgColor rgb="FF{fill}"/></patternFill>'
        filled = self._index("fills", f"<fill>{solid}</fill>") if fill else 0
        border = self._index("borders", _border(opens_group=opens_group)) if bordered else 0
        across = "center" if centred else "left"
        indent = "" if centred or not bordered else ' indent="1"'
        return self._index(
            "cellXfs",
            f'<xf numFmtId="49" fontId="{font}" fillId="{filled}" borderId="{border}" xfId="0"'
            ' quotePrefix="1" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
            ' applyAlignment="1" applyProtection="1">'
            f'<alignment horizontal="{across}" vertical="center" wrapText="1"{indent}/>'
            f'<protection locked="{int(not open_cell)}"/></xf>',
        )

    def mark(self, fill: str, ink: str = "") -> int:
        """The number of a format that is laid over a cell's own."""
        font = f'<font><b/><color rgb="FF{ink}"/></font>' if ink else ""
        return self._index(
            "dxfs",
            f'<dxf>{font}<fill><patternFill patternType="solid"><fgColor rgb="FF{fill}"/>'
            f'<bgColor rgb="FF{fill}"/></patternFill></fill></dxf>',
        )

    def _index(self, group: str, markup: str) -> int:
        """The place of the element in its group; it is added if it is not there."""
        if (group, markup) not in self._known:
            self._known[group, markup] = self._placed(group, markup)
        return self._known[group, markup]

    def _placed(self, group: str, markup: str) -> int:
        parent = self._root.find(tag(group))
        if parent is None:
            parent = etree.Element(tag(group))
            place_child(self._root, parent, _ORDER)
        wanted = etree.fromstring(markup.replace(">", f' xmlns="{MAIN}">', 1))
        key = _key(wanted)
        for at, known in enumerate(parent):
            if _key(known) == key:
                return at
        parent.append(wanted)
        parent.set("count", str(len(parent)))
        return len(parent) - 1


def _font(ink: str, size: float, *, bold: bool, underline: bool) -> str:
    marks = ("<b/>" if bold else "") + ("<u/>" if underline else "")
    return (
        f'<font>{marks}<sz val="{size:g}"/><color rgb="FF{ink}"/><name val="宋体"/>'
        '<family val="3"/><charset val="134"/></font>'
    )


def _border(*, opens_group: bool) -> str:
    top = "medium" if opens_group else "thin"
    sides = (("left", "thin"), ("right", "thin"), ("top", top), ("bottom", "thin"))
    return _BORDER.format("".join(_SIDE.format(side, style) for side, style in sides))


def _key(element: Element) -> tuple[object, ...]:
    """What an element is, whatever prefixes it is written with."""
    children = (child for child in element if isinstance(child.tag, str))
    return (element.tag, tuple(sorted(element.attrib.items())), *map(_key, children))
