"""How far a run has come, as a bar beside it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

_STEP = 4.0  # per cent; smaller steps are not worth a message


class Progress:
    """A progress bar of the current run, from 0 to 100 per cent."""

    def __init__(self, key: str, description: str) -> None:
        self._description = description
        self._shown = 0.0
        created = create_progress_artifact(0.0, key=key, description=description)
        self._id = cast(UUID, created)  # a coroutine only where called from one

    def at(self, percent: float, words: str) -> None:
        """Show that the run has come so far, and what it has just done."""
        if percent < 100 and percent - self._shown < _STEP:
            return
        self._shown = percent
        update_progress_artifact(
            self._id, progress=percent, description=f"{self._description}：{words}"
        )
