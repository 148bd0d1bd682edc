"""What every definition is made of: closed, immutable models, and the shapes of their fields."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Month = Annotated[int, Field(ge=1, le=12)]


class Frozen(BaseModel):
    """Base of every definition: immutable, and closed against unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Severity(StrEnum):
    """What a finding does to a form: an error returns it, a warning needs an explanation."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
