"""The boxes comments are shown in: drawings in an old markup that is handled as text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yuebao.workbooks.returned_places import place_of
from yuebao.workbooks.styles import lines_needed

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_ALL_SPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _SPACES.items())
_KIND = "_x0000_t202"
_SHAPE_KIND = (
    f'<v:shapetype id="{_KIND}" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
EMPTY_DRAWING = (
    f'<xml {_ALL_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    f"</o:shapelayout>{_SHAPE_KIND}</xml>"
)
_SHAPE = re.compile(r"<v:shape\b.*?</v:shape>\s*", re.DOTALL)
_NUMBER = re.compile(r"_x0000_s(\d+)")
_FIRST_NUMBER = 1024
_COLUMNS, _DIGITS = 4, 34  # how many columns a box spans, how many digits fit on its lines


def with_boxes(drawing: str, texts: Mapping[str, str]) -> str:
    """The drawing with a hidden box, big enough for its text, for each address."""
    number = max([_FIRST_NUMBER, *map(int, _NUMBER.findall(drawing))])
    spaces = "" if all(f"xmlns:{prefix}=" in drawing for prefix in _SPACES) else f" {_ALL_SPACES}"
    kind = "" if f'id="{_KIND}"' in drawing else _SHAPE_KIND
    boxes = []
    for address, text in texts.items():
        place = place_of(address)
        if place is not None:
            number += 1
            boxes.append(_box(number, place, text, spaces))
    head, end, tail = drawing.rpartition("</xml>")
    return f"{head}{kind}{''.join(boxes)}{end}{tail}"


def without_box(drawing: str, address: str) -> str:
    """The drawing without the box of a cell."""
    place = place_of(address)
    if place is None:
        return drawing
    return _SHAPE.sub(lambda match: "" if _is_of(match[0], place) else match[0], drawing)


def is_bare(drawing: str) -> bool:
    """Whether nothing is drawn any more."""
    return _SHAPE.search(drawing) is None and "<v:group" not in drawing


def _is_of(shape: str, place: tuple[int, int]) -> bool:
    row = re.search(r"<x:Row>\s*(\d+)", shape)
    column = re.search(r"<x:Column>\s*(\d+)", shape)
    if row is None or column is None or 'ObjectType="Note"' not in shape:
        return False
    return (int(row[1]), int(column[1])) == place


def _box(number: int, place: tuple[int, int], text: str, spaces: str) -> str:
    row, column = place
    lines = lines_needed(text, _DIGITS)
    height = min(max(lines * 14 + 10, 60), 400)
    rows = -(-height // 20)
    anchor = f"{column + 1},12,{max(row - 1, 0)},4,{column + 1 + _COLUMNS},10,{row + rows},4"
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#{_KIND}" style="position:absolute;'
        f"margin-left:80pt;margin-top:2pt;width:230pt;height:{height}pt;z-index:{number - 1024};"
        'visibility:hidden" fillcolor="#fff8e1" o:insetmode="auto">'
        '<v:fill color2="#fff8e1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )
