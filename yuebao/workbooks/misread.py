"""What a live check can know of a cell that is read on arrival: surely misread, or doubtful.

Reading accepts more spellings than a formula can follow (98%, 12户, 2023年9月25日, Y). So a cell is
surely misread only where no accepted spelling looks like it; every other text is doubtful.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from yuebao.programme.models import Column, ColumnType
from yuebao.workbooks.formulas import SHORT_ANSWERS, out_of, quoted

_TOO_GREAT = "1000000000000"
_DAYS = "AND({0}>=20000,{0}<73416)"  # 1954 to 2100 as the day numbers of a spreadsheet
_DIGITS = "AND({0}>=19500101,{0}<=21001231)"  # 20230925
_ANY_DIGIT = "0123456789０１２３４５６７８９"
_BLANKS = "　\N{NO-BREAK SPACE}"
_STRIPPED = "*＊:："  # as in labels
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u4e00", "\u9fff"


def misread_value(column: Column, ref: str) -> str:
    """TRUE, #DIV/0! and numbers out of bounds, in a column of numbers or dates."""
    wrong = _no_day(ref) if column.type is ColumnType.DATE else _out_of_bounds(column, ref)
    return f"IF(OR(ISLOGICAL({ref}),ISERROR({ref})),TRUE,IF(ISNUMBER({ref}),{wrong},FALSE))"


def misread_text(column: Column, ref: str) -> str:
    """Texts that begin or end as no number or date does."""
    starts, ends = _edges(column)
    text = f"TRIM(CLEAN({ref}))"
    first = f"ISERROR(FIND(LEFT({text}),{quoted(starts)}))"
    last = f"ISERROR(FIND(RIGHT({text}),{quoted(ends)}))"
    return f'IF(ISTEXT({ref}),AND(TRIM({ref})<>"",OR({first},{last})),FALSE)'


def doubtful(column: Column, ref: str) -> str:
    """Texts in a column of numbers or dates, and numbers that are a day by their digits only.

    They are read on arrival if they can be; the other live checks of the row pass over them.
    """
    text = f'IF(ISTEXT({ref}),TRIM({ref})<>"",FALSE)'
    if column.type is not ColumnType.DATE:
        return text
    return f"IF(ISNUMBER({ref}),OR({ref}>=73416,{ref}<>INT({ref})),{text})"


def no_choice(choices: Sequence[str], ref: str) -> str:
    """Texts that hold none of the choices; of short answers (Y) only where 是、否 are asked for."""
    plain = f'SUBSTITUTE(SUBSTITUTE({ref}," ",""),"　","")'
    held = ",".join(f"ISERROR(FIND({quoted(choice)},{plain}))" for choice in choices)
    return f'AND(TRIM({ref})<>"",{held})'


def no_answer(ref: str) -> str:
    """Texts that are neither 是 nor 否 nor a short answer, however they are written."""
    held = f'ISERROR(FIND("是",{ref})),ISERROR(FIND("否",{ref}))'
    return f'AND(TRIM({ref})<>"",{held},ISERROR(FIND(TRIM({ref}),"{SHORT_ANSWERS}")))'


def has_one_spelling(choices: Sequence[str]) -> bool:
    """Whether all choices are of ideographs only, so that blanks are all that may vary."""
    return all(_FIRST_IDEOGRAPH <= sign <= _LAST_IDEOGRAPH for one in choices for sign in one)


def _no_day(ref: str) -> str:
    return f"NOT(OR({_DAYS.format(ref)},{_DIGITS.format(ref)}))"


def _out_of_bounds(column: Column, ref: str) -> str:
    percent = f'LEFT(CELL("format",{ref}))="P"'
    if column.type is ColumnType.PERCENT:
        amount = f"({ref}*IF({percent},100,1))"
        return f"OR({','.join([*out_of(amount, column.minimum, column.maximum), _great(ref)])})"
    wrong = [*out_of(ref, column.minimum, column.maximum), _great(ref), percent]
    if column.type is ColumnType.INTEGER:
        wrong.append(f"{ref}<>INT({ref})")
    return f"OR({','.join(wrong)})"


def _great(ref: str) -> str:
    return f"ABS({ref})>={_TOO_GREAT}"


def _edges(column: Column) -> tuple[str, str]:
    """The signs an accepted text of the column may begin and end with."""
    if column.type is ColumnType.DATE:
        return _ANY_DIGIT + _BLANKS + _STRIPPED, f"{_ANY_DIGIT}日{_BLANKS}{_STRIPPED}"
    unit = (column.unit or ("%" if column.type is ColumnType.PERCENT else ""))[-1:]
    spelt = {unit, unicodedata.normalize("NFKC", unit), _full_width(unit)}
    return f"+-＋－{_ANY_DIGIT}{_BLANKS}", _ANY_DIGIT + _BLANKS + "".join(sorted(spelt))


def _full_width(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign
