"""Issues: findings with an address, worded from one catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from yuebao.one_line import one_line
from yuebao.programme.models import Severity

CATALOGUE_PATH = Path(__file__).with_name("catalogue.yml")
_WORD = re.compile(r"\{(\w+)\}")


class CatalogueLine(BaseModel):
    """One kind of finding: what it is called, how grave, in which stage it is looked for, how said.

    ``message`` and ``advice`` are templates over the finding's own words, e.g. ``{column}``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: str
    stage: int
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A finding. ``code`` is its line in the catalogue, ``rule`` the id of the form's own rule.

    ``cell`` is the one address to look at first; ``cells`` all addresses involved. ``value`` and
    ``expected`` are texts for people. ``unit`` is a unit code, ``form`` empty for a whole file.
    """

    code: str
    severity: Severity
    unit: str
    period: str
    message: str
    advice: str
    form: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    sheet: str = ""
    cell: str = ""
    cells: tuple[str, ...] = ()
    value: str = ""
    expected: str = ""
    clause: str = ""
    rule: str = ""
    stage: int = 0


@cache
def catalogue() -> dict[str, CatalogueLine]:
    """Every kind of finding by code, as ``catalogue.yml`` says."""
    lines = yaml.safe_load(CATALOGUE_PATH.read_text(encoding="utf-8"))
    return {code: CatalogueLine.model_validate(line) for code, line in lines.items()}


def make_issue(
    code: str,
    *,
    unit: str,
    period: str,
    words: dict[str, str] | None = None,
    severity: Severity | None = None,
    message: str = "",
    advice: str = "",
    **address: object,
) -> Issue:
    """An issue of a code, worded from the catalogue with ``words``.

    ``message``/``advice``/``severity`` replace the catalogue's own; ``address`` takes the
    remaining fields of :class:`Issue`. Raises KeyError for a code the catalogue lacks.
    """
    line = catalogue()[code]
    issue = Issue(
        code=code,
        severity=severity or line.severity,
        unit=unit,
        period=period,
        message=_fill(message or line.message, words or {}),
        advice=_fill(advice or line.advice, words or {}),
        stage=line.stage,
    )
    return replace(issue, **address)  # type: ignore[arg-type]


def finding_id(issue: Issue) -> str:
    """The same for the same finding, however often it is found: kind, place and value.

    Where a row moved to on its sheet makes no difference; another value is another finding.
    """
    parts = (
        issue.unit,
        issue.period,
        issue.code,
        issue.rule,
        issue.form,
        issue.table,
        issue.row,
        issue.column,
        issue.value,
    )
    return sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _fill(template: str, words: dict[str, str]) -> str:
    """The template with its words, each on one line; braces within a word are left as they are."""
    return _WORD.sub(lambda found: one_line(words.get(found[1], found[0])), template)
