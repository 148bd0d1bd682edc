"""Whether everything a definition names exists and fits: the cross references of a programme."""

from __future__ import annotations

from yuebao.programme.draft import Draft
from yuebao.programme.sources import Fault


def definition_faults(draft: Draft) -> tuple[Fault, ...]:
    """Every reference that leads nowhere or to the wrong kind of thing."""
    return ()
