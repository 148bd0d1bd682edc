"""The statements: each says its grain and whether it may be run again, and only binds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sql.query import FOLDER

TEXTS = sorted(FOLDER.glob("*.sql"))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_statement_has_its_header_and_only_binds(file: Path) -> None:
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    assert first.startswith("-- grain: ")
    assert any(line.startswith("-- idempotent: ") for line in rest)
    assert not re.search(r"%s|\{|\}|\?", "\n".join(rest))


def test_there_are_statements() -> None:
    assert len(TEXTS) >= 8
