"""What can be chosen where a run is asked for: the programme's units, forms and periods.

The types below become drop-downs in the Prefect UI and are checked before a run starts. They are
built from the programme of the settings; without one they are plain texts, checked by the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from flows.settings import Settings, SettingsError
from yuebao.programme.load import DefinitionError, load_programme
from yuebao.programme.models import Programme
from yuebao.rules.calendar import quarters, reportable_periods

ALL_FORMS = "全部表"


class Mode(StrEnum):
    """Which units a reload is for."""

    FAILED = "失败的"  # the last submission was returned, refused or broken off by a fault
    MISSING = "缺报的"  # something owed has not come: look for new files
    ALL = "全部"  # every unit, judged afresh even where it was loaded


def _programme() -> Programme | None:
    try:
        return load_programme(Settings().programme_folder)
    except (SettingsError, DefinitionError, OSError):
        return None


def _choice(values: Iterable[str]) -> Any:
    listed = tuple(values)
    return Literal[listed] if listed else str


def parameter(title: str, description: str, **default: Any) -> Any:
    """A parameter as the UI shows it: its name in Chinese and a line of help."""
    return Field(description=description, json_schema_extra={"title": title}, **default)


def form_id(choice: str) -> str:
    """The form's id in a choice that says id and title; empty for all forms."""
    return "" if choice in ("", ALL_FORMS) else choice.split(" ", 1)[0]


def _official_unit(name: Any) -> Any:
    return _UNIT_NAMES.get(name, name)


def _form_choice(text: Any) -> Any:
    return _FORM_CHOICES.get(text, text)


_known = _programme()
_reporters = _known.reporters if _known else ()
_forms = _known.forms if _known else ()
_months = reportable_periods(_known) if _known else ()
_quarters = quarters(_known) if _known else ()
_UNIT_NAMES = {
    name: unit.name
    for unit in _reporters
    for name in (unit.code, unit.short_name, *unit.aliases, unit.name)
}
_FORM_CHOICES = {"": ALL_FORMS} | {form.id: f"{form.id} {form.title}" for form in _forms}

if TYPE_CHECKING:
    UnitName: TypeAlias = str
    FormChoice: TypeAlias = str
    MonthChoice: TypeAlias = str
    QuarterChoice: TypeAlias = str
    PeriodChoice: TypeAlias = str
else:
    UnitName = Annotated[_choice(unit.name for unit in _reporters), BeforeValidator(_official_unit)]
    FormChoice = Annotated[
        _choice((ALL_FORMS, *(f"{form.id} {form.title}" for form in _forms)) if _forms else ()),
        BeforeValidator(_form_choice),
    ]
    MonthChoice = _choice(str(month) for month in _months)
    QuarterChoice = _choice(str(quarter) for quarter in _quarters)
    PeriodChoice = _choice(str(period) for period in (*_months, *_quarters))

ModeChoice: TypeAlias = Literal["失败的", "缺报的", "全部"]
# Left empty it is the period the calendar says is being reported.
PeriodOrCurrent: TypeAlias = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]|Q[1-4]))?$")]
QuarterOrCurrent: TypeAlias = Annotated[str, Field(pattern=r"^(\d{4}-Q[1-4])?$")]
