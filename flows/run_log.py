"""What a run's log is spared: Prefect's traceback of a run that ended as it says itself."""

from __future__ import annotations

import logging

_TRACED = "Engine execution exited with unexpected exception"
_OWN_STATE = "FailedRun"  # Prefect's name for a failed state that no exception led to


class _NoTraceOfOwnStates(logging.Filter):
    """Keeps every record but Prefect's traceback of a failed state our flow returned."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return record.getMessage() != _TRACED or type(error).__name__ != _OWN_STATE


_SPARED = _NoTraceOfOwnStates()


def spare_run_logs() -> None:
    """From now on a returned submission leaves no traceback in the run's log; a fault does."""
    logging.getLogger("prefect.flow_runs").addFilter(_SPARED)
