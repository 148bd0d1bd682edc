"""Column types that read back the same on every engine: exact decimals and UTC times."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Integer, Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

PLACES = 6
_STEP = Decimal(1).scaleb(-PLACES)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SCALE = Decimal(10) ** PLACES
NUMBER_LIMIT = 9 * Decimal(10) ** 12  # below 2**63 millionths; single cells stay below 10**12
_MOST = int(NUMBER_LIMIT * _SCALE)

if TYPE_CHECKING:
    _DecimalDecorator = TypeDecorator[Decimal]
    _DateTimeDecorator = TypeDecorator[datetime]
    _TextDecorator = TypeDecorator[str]
else:
    _DecimalDecorator = _DateTimeDecorator = _TextDecorator = TypeDecorator


class NumberTooLongError(ValueError):
    """A number the warehouse cannot hold exactly: not finite, or of 9 × 10**12 and more."""


def quantised(value: Decimal) -> Decimal:
    """The value on 6 places, as the warehouse holds it; NumberTooLongError where it cannot."""
    if not value.is_finite() or abs(value) >= NUMBER_LIMIT:
        raise NumberTooLongError(f"数字 {value} 超出可以保存的范围。")
    return value.quantize(_STEP, rounding=ROUND_HALF_UP)


@lru_cache(1 << 14)
def _millionths(value: Decimal | None) -> int | None:
    """What SQLite keeps; of most values, which need no rounding, in one step."""
    if value is None:
        return None
    try:
        scaled = value * _SCALE
        whole = int(scaled)
    except (ValueError, ArithmeticError):  # not finite
        return int(quantised(value) * _SCALE)
    if whole == scaled and -_MOST < whole < _MOST:
        return whole
    return int(quantised(value) * _SCALE)


@lru_cache(1 << 14)
def _on_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else quantised(value)


@lru_cache(1 << 14)  # the numbers of a county's forms repeat themselves
def _from_millionths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-PLACES)


def _from_numeric(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_STEP)


class ExactDecimal(_DecimalDecorator):
    """A decimal of 6 places, exact on every engine, in sums too.

    PostgreSQL keeps NUMERIC(20, 6). SQLite has no decimals, only floats: there the value is kept
    as a whole number of millionths, so that SUM, MIN, MAX and comparisons with other such columns
    and binds stay exact; the views show it divided.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(20, PLACES)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(20, PLACES))

    def quick_bind(self, dialect: Dialect) -> Callable[[Decimal | None], Any]:
        """What binds one value, without the layers around it."""
        return _millionths if dialect.name == "sqlite" else _on_places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return self.quick_bind(dialect)(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:  # noqa: ARG002
        return _from_millionths if dialect.name == "sqlite" else _from_numeric

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        read: Decimal | None = self.result_processor(dialect, None)(value)
        return read


class UtcDateTime(_DateTimeDecorator):
    """An instant: timezone-aware going in, UTC coming out."""

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a timezone cannot be stored: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StoredText(_TextDecorator):
    """Text any engine can keep: what is not Unicode text (NUL, lone surrogates) becomes U+FFFD.

    File names written on a GBK system and cells of damaged .xls files carry such things.
    """

    impl = Text
    cache_ok = True

    def bind_all(self, values: Sequence[str | None]) -> Sequence[str | None]:
        """Many values bound at once; where all is plain text, as they are."""
        if "".join(filter(None, values)).isprintable():
            return values
        return tuple(map(_unicode, values))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return _unicode(value)


def _unicode(value: str | None) -> str | None:
    if value is None or value.isprintable():
        return value
    return _SURROGATES.sub("\ufffd", value.replace("\x00", "\ufffd"))


# A surrogate key that counts by itself on both engines.
Serial = BigInteger().with_variant(Integer(), "sqlite")
