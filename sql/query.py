"""The statements of ``queries/*.sql`` by name: portable text, binds only, typed results."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.sql.expression import TextualSelect
from sqlalchemy.types import TypeEngine

FOLDER = Path(__file__).with_name("queries")


@cache
def statement(name: str) -> str:
    """The text of ``queries/<name>.sql``."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def query(name: str, **columns: TypeEngine[Any]) -> TextualSelect:
    """The select of that name; ``columns`` types what it returns, by name."""
    return text(statement(name)).columns(**columns)
