"""How the workbooks look: one palette, two typefaces, and the formats made from them."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

BODY_FONT = "宋体"
HEADING_FONT = "黑体"
CHINESE_CHARSET = 134

INK = "#1F2937"
RULE = "#7F8C9A"
HEADER_FILL = "#DCE6F0"
INPUT_FILL = "#EFF7EC"
LOCKED_FILL = "#F3F4F6"
CARRIED_INK = "#1D4ED8"
ERROR_FILL = "#F8B4AB"
ERROR_INK = "#9B1C1C"
DUE_FILL = "#FDE9E6"
WARNING_FILL = "#FFE58A"
ALARM_INK = "#C2410C"
SAMPLE_TAB = "#D97706"
FORM_TAB = "#2F6B4F"
GUIDE_TAB = "#1F4E79"

# The roles a cell may have, and what makes each look as it does.
_ROLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": HEADING_FONT, "font_size": 18, "align": "center"},
    "sample": {"font_name": HEADING_FONT, "font_size": 18, "align": "center", "color": SAMPLE_TAB},
    "corner_left": {"align": "left"},
    "corner_middle": {"align": "center", "color": "#4B5563"},
    "corner_right": {"align": "right"},
    "section": {"bold": True, "align": "left", "font_size": 12},
    "header": {"bold": True, "align": "center", "border": 1, "bg_color": HEADER_FILL},
    "sequence": {"align": "center", "border": 1},
    "label": {"align": "left", "indent": 1, "border": 1},
    "total_label": {"bold": True, "align": "center", "border": 1, "bg_color": LOCKED_FILL},
    "total": {"bold": True, "align": "right", "border": 1, "bg_color": LOCKED_FILL},
    "prefilled": {"align": "left", "indent": 1, "border": 1, "bg_color": LOCKED_FILL},
    "input": {"align": "right", "border": 1, "bg_color": INPUT_FILL, "locked": False},
    "input_text": {
        "align": "left",
        "indent": 1,
        "border": 1,
        "bg_color": INPUT_FILL,
        "locked": False,
    },
    "input_choice": {"align": "center", "border": 1, "bg_color": INPUT_FILL, "locked": False},
    "input_date": {
        "align": "center",
        "border": 1,
        "bg_color": INPUT_FILL,
        "locked": False,
        "num_format": "yyyy-mm-dd",
    },
    "footer_label": {"bold": True, "align": "center", "border": 1, "bg_color": HEADER_FILL},
    "explanation": {
        "align": "left",
        "indent": 1,
        "valign": "top",
        "border": 1,
        "bg_color": INPUT_FILL,
        "locked": False,
    },
    "notes": {"align": "left", "valign": "top", "font_size": 10, "color": "#374151"},
    "signature": {"align": "left", "locked": False},
    "guide_heading": {"bold": True, "font_size": 12, "color": GUIDE_TAB, "bottom": 2},
    "guide_text": {"align": "left", "indent": 1},
    "guide_key": {"bold": True, "align": "left"},
    "guide_cell": {"align": "left", "indent": 1, "border": 1},
    "guide_center": {"align": "center", "border": 1},
    "guide_link": {"align": "left", "indent": 1, "border": 1, "color": CARRIED_INK, "underline": 1},
    "swatch_error": {"align": "center", "border": 1, "bg_color": ERROR_FILL, "color": ERROR_INK},
    "swatch_due": {"align": "center", "border": 1, "bg_color": DUE_FILL},
    "swatch_warning": {"align": "center", "border": 1, "bg_color": WARNING_FILL},
    "swatch_carried": {
        "align": "center",
        "border": 1,
        "bg_color": INPUT_FILL,
        "color": CARRIED_INK,
        "italic": True,
    },
    "swatch_alarm": {
        "align": "center",
        "border": 1,
        "bg_color": INPUT_FILL,
        "color": ALARM_INK,
        "bold": True,
    },
}

# What a live check paints over a cell.
_MARKS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": ERROR_FILL, "font_color": ERROR_INK},
    "due": {"bg_color": DUE_FILL},
    "warning": {"bg_color": WARNING_FILL},
    "alarm": {"font_color": ALARM_INK, "bold": True},
    "carried": {"font_color": CARRIED_INK, "italic": True},
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def of(self, role: str) -> Format:
        """The format of a role; KeyError for a role there is none of."""
        if role not in self._made:
            basis = {
                "font_name": BODY_FONT,
                "font_charset": CHINESE_CHARSET,
                "font_size": 11,
                "color": INK,
                "valign": "vcenter",
                "text_wrap": True,
                "border_color": RULE,
            }
            self._made[role] = self._workbook.add_format(basis | _ROLES[role])
        return self._made[role]

    def mark(self, name: str) -> Format:
        """The format a live check lays over a cell: error, due, warning, alarm or carried."""
        key = f"mark {name}"
        if key not in self._made:
            self._made[key] = self._workbook.add_format(_MARKS[name])
        return self._made[key]


def text_width(text: str) -> int:
    """How wide a text is, in the widths of a digit: Chinese characters count two."""
    return sum(2 if ord(character) > 0x2010 else 1 for character in text)


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes in a cell that many digits wide."""
    usable = max(int(width) - 1, 2)
    return sum(max(1, -(-text_width(part) // usable)) for part in text.split("\n"))
