"""A worksheet part in an unusual spelling: its cells are taken strictly, or the file is damaged."""

import pytest

from yuebao.workbooks.refusal import LIMITS, Refused
from yuebao.workbooks.sheet_parser import SheetParser
from yuebao.workbooks.sheet_xml import Styles, sheet_facts


def parsed(cell: str, row: str = "1") -> set[tuple[int, int]]:
    part = f'<worksheet><sheetData><row r="{row}">{cell}</row></sheetData></worksheet>'
    return SheetParser(frozenset(), 2).parsed(part.encode()).filled


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" s="1"><v>5</v></c>',
        '<c r="A1" t="s"><v>0000001</v></c>',
        '<c r="A1" t="str"><v>6&#55;</v></c>',
        '<c r="A1" t="d"><v>2023-09-25T10:11:12</v></c>',
        '<c r="A1" t="inlineStr"><is><t><![CDATA[村]]></t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>村</t></r><rPh><t>cun</t></rPh></is></c>',
    ],
)
def test_what_has_one_meaning_is_taken(cell: str) -> None:
    assert parsed(cell) == {(0, 0)}


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>5<!-- of -->6</v></c>',
        '<c r="A1"><v>5<?of 6?>6</v></c>',
        '<c r="A1"><v>5<b/>6</v></c>',
        '<c r="A1"><v>&#53;6</v></c>',
        '<c r="A1" t="str"><v><![CDATA[56]]></v></c>',
        '<c r="A1" t="s"><v>99999999999999999999</v></c>',
        '<c r="A1" t="s"><v> 1 </v></c>',
        '<c r="A1" t="s"><v>１</v></c>',
        '<c r="A1" t="b"><v> 0 </v></c>',
        '<c r="A1" t="d"><v>5</v></c>',
        '<c r="A1" s=" 1"><v>5</v></c>',
        '<c r="A1" s="0_1"><v>5</v></c>',
        '<c r="A1" s="&#49;"><v>5</v></c>',
        '<c r="A1"><v>5</v><f>2+3</f></c>',
        '<c r="A1" t="inlineStr"><is><t>5</t></is><v>6</v></c>',
        '<c r="A1" t="inlineStr"><is><t>5<b/>6</t></is></c>',
        '<c r="A1" t="inlineStr"><is><b><t>5</t></b></is></c>',
    ],
)
def test_what_the_reader_would_take_otherwise_is_refused(cell: str) -> None:
    with pytest.raises(Refused, match="file-damaged"):
        parsed(cell)


@pytest.mark.parametrize("blank", ["", " "])  # the usual spelling, and another
def test_an_error_that_says_nothing_is_a_blank_or_a_lost_result(blank: str) -> None:
    cells = f'<c r="A1" t="e"{blank}><v></v></c><c r="B1" t="e"{blank}><f>C1</f><v></v></c>'
    part = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    facts = sheet_facts(part.encode(), Styles(frozenset(), 1), LIMITS)
    assert facts.errors == ()
    assert facts.no_value == {(0, 1)}


def test_a_row_says_where_it_stands_in_digits() -> None:
    with pytest.raises(Refused, match="file-damaged"):
        parsed('<c r="A10"><v>5</v></c>', row="1_0")
