"""Who reports and when: units and the calendar."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from yuebao.programme.definition import Frozen, Text


class UnitLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    BUREAU = "bureau"
    VILLAGE = "village"


class Unit(Frozen):
    """An organisation that reports or is reported on; ``code`` is the official statistical code."""

    code: Text
    name: Text
    short_name: Text
    level: UnitLevel
    parent: str = ""
    aliases: tuple[Text, ...] = ()


class Calendar(Frozen):
    """When reports are due. Days are working days where the name says so; times are local."""

    timezone: Text
    first_month: Text
    last_month: Text
    month_due_day: Annotated[int, Field(ge=1, le=28)]
    quarter_due_on: dict[str, date]
    window_opens_day: Annotated[int, Field(ge=1, le=28)]
    grace_working_days: Annotated[int, Field(ge=0)]
    cut_off_working_days: Annotated[int, Field(ge=0)]
    remind_working_days_before: tuple[int, ...] = ()
    remind_working_days_after: tuple[int, ...] = ()
    holidays: tuple[date, ...] = ()
    extra_workdays: tuple[date, ...] = ()
