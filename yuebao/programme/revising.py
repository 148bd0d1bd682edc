"""How much a later version may change by itself: a programme's ``revisions.yml``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from yuebao.programme.definition import Frozen

Count = Annotated[int, Field(ge=0)]
Part = Annotated[Decimal, Field(ge=0)]


class RevisionLimits(Frozen):
    """What a revision may change and still be loaded at once; what is not named is not limited.

    ``cells`` counts changed values; ``total_share`` is how far a column's total in the unit may
    move, as a share of what it was, ``result_share`` the same for the county's result of any
    indicator; ``colour_held`` holds a revision that gives a result another colour.
    """

    cells: Count | None = None
    total_share: Part | None = None
    result_share: Part | None = None
    colour_held: bool = False


class RevisionPolicy(Frozen):
    """The limits once a period was aggregated, and once its bulletin was issued.

    Before that every revision is loaded; after a period was closed every one is held.
    """

    aggregated: RevisionLimits = RevisionLimits()
    issued: RevisionLimits = RevisionLimits()
