"""What a form's sheet is drawn from and drawn on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from yuebao.programme.models import Programme, Unit
from yuebao.workbooks.layout import Area, FormLayout
from yuebao.workbooks.page import Page
from yuebao.workbooks.prefill import Opening
from yuebao.workbooks.styles import Styles
from yuebao.workbooks.validation import Lists


@dataclass(frozen=True, slots=True)
class SheetJob:
    """All that is needed to draw one form's sheet."""

    programme: Programme
    unit: Unit
    layout: FormLayout
    opening: Opening
    figures: Mapping[str, str]
    sample: bool


@dataclass(frozen=True, slots=True)
class Canvas:
    """The sheet being drawn, and what it is drawn with."""

    sheet: Worksheet
    styles: Styles
    lists: Lists
    page: Page

    def put(self, area: Area, text: str, role: str) -> None:
        """A text over an area, merged if it is more than one cell."""
        style = self.styles.of(role)
        if area.is_single:
            self.sheet.write_string(area.top, area.left, text, style)
        else:
            corners = (area.top, area.left, area.bottom, area.right)
            self.sheet.merge_range(*corners, "", style)
            self.sheet.write_string(area.top, area.left, text, style)

    def raise_row(self, row: int, height: float) -> None:
        self.sheet.set_row(row, height)
