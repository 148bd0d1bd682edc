"""The log of a run whose units were returned holds no traceback; that of a fault does."""

import logging

import pytest
from prefect.exceptions import FailedRun

from flows.run_log import spare_run_logs

TRACED = "Engine execution exited with unexpected exception"  # as prefect.flow_engine says it


@pytest.mark.parametrize(
    ("ended_by", "traced"),
    [(FailedRun("已入库 20，退回 1"), False), (ValueError("no such table"), True)],
    ids=["returned", "fault"],
)
def test_only_a_fault_is_traced(
    ended_by: Exception,
    traced: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    spare_run_logs()
    log = logging.getLogger("prefect.flow_runs")
    log.addHandler(caplog.handler)
    log.error(TRACED, exc_info=ended_by)
    log.error("判定 2023-05")
    log.removeHandler(caplog.handler)
    assert (TRACED in caplog.text) is traced
    assert "判定 2023-05" in caplog.text
