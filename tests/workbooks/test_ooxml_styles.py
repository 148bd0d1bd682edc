"""Which cell styles show per cent: each number of a format has one meaning, or the file none."""

import pytest

from yuebao.workbooks.ooxml_styles import workbook_styles
from yuebao.workbooks.refusal import LIMITS, Refused

FORMAT = '<numFmt numFmtId="{}" formatCode="{}"/>'


def percent(formats: str, number: str = "165", behind: str = "") -> frozenset[int]:
    styles = f'<cellXfs><xf/><xf numFmtId="{number}"/></cellXfs>'
    part = f"<styleSheet><numFmts>{formats}</numFmts>{styles}{behind}</styleSheet>"
    return workbook_styles(part.encode(), LIMITS).percent


def test_a_style_shows_per_cent_by_its_format() -> None:
    assert percent(FORMAT.format(165, "0.0%")) == {1}
    assert percent(FORMAT.format(165, "0.0%") * 2) == {1}
    assert percent("", "9") == {1}
    assert percent(FORMAT.format(165, "0.0&quot;%&quot;")) == frozenset()


def test_a_format_of_a_rule_is_none_of_a_cell() -> None:
    rule = FORMAT.format(165, "0%")
    assert percent("", behind=f"<dxfs><dxf>{rule}</dxf></dxfs>") == frozenset()


@pytest.mark.parametrize(
    "number", ["+165", " 165", "0165", "165.0", "1_65", "１６５", "", "&#49;65"]
)
def test_a_number_readers_spell_otherwise_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="file-damaged"):
        percent(FORMAT.format(165, "0.0%"), number)
    with pytest.raises(Refused, match="file-damaged"):
        percent(FORMAT.format(number, "0.0%"))


@pytest.mark.parametrize(
    ("formats", "behind"),
    [
        (FORMAT.format(165, "0.0%") + FORMAT.format(165, "0.0"), ""),
        ("<xf/>", ""),
        ("", "<cellXfs/>"),
        ("", "<x><cellXfs/></x>"),
    ],
)
def test_styles_of_two_meanings_are_refused(formats: str, behind: str) -> None:
    with pytest.raises(Refused, match="file-damaged"):
        percent(formats, behind=behind)
