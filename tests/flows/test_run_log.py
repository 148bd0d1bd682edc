"""The log of a run whose units were returned holds no traceback; that of a fault does."""

import logging

import pytest
from prefect.exceptions import FailedRun

from flows.run_log import spare_run_logs

TRACED = "Engine execution exited with unexpected exception"  # as prefect.flow_engine says it
RETURNED, FAULT = FailedRun("已入库 20，退回 1"), ValueError("no such table")


@pytest.mark.parametrize(
    ("said", "error", "kept"),
    [(TRACED, RETURNED, False), (TRACED, FAULT, True), ("判定 2023-05", RETURNED, True)],
    ids=["returned", "fault", "anything else"],
)
def test_only_a_fault_is_traced(said: str, error: Exception, kept: bool) -> None:
    spare_run_logs()
    log = logging.getLogger("prefect.flow_runs")
    traced = (type(error), error, None)
    record = log.makeRecord(log.name, logging.ERROR, __file__, 1, said, (), traced)
    assert bool(log.filter(record)) is kept
