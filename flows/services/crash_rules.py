"""What our server adds to Prefect's rules: news of an earlier attempt does not crash the next one.

A crash is learnt of late, by a silence of more than a minute or by the end of a process. A person
may have pressed Retry before that, and the run already waits for its new process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import prefect.server.models  # noqa: F401  # before the rules, which it imports in a circle
from prefect.server.orchestration.core_policy import CoreFlowPolicy
from prefect.server.orchestration.dependencies import ORCHESTRATION_DEPENDENCIES
from prefect.server.orchestration.policies import FlowRunOrchestrationPolicy
from prefect.server.orchestration.rules import FlowRunOrchestrationRule, OrchestrationContext
from prefect.server.schemas.states import State, StateType

from flows.services.lost_runs import INTERRUPTED

SURELY_SILENT = timedelta(seconds=45)  # less than any silence that is taken for a crash
_OLD_NEWS = "The run was started anew since."


class CrashIsOfThisAttempt(FlowRunOrchestrationRule):
    """A run that waits to be started has not crashed; one that just went on was not silent."""

    FROM_STATES = {StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING}  # noqa: RUF012
    TO_STATES = {StateType.CRASHED}  # noqa: RUF012

    async def before_transition(
        self,
        initial_state: State | None,
        proposed_state: State | None,
        context: OrchestrationContext[Any, Any],
    ) -> None:
        """Abort what is no news of this attempt."""
        del context
        if initial_state is None or proposed_state is None:
            return
        age = datetime.now(UTC) - initial_state.timestamp
        was_silent = proposed_state.name != INTERRUPTED or age > SURELY_SILENT
        if initial_state.is_scheduled() or not was_silent:
            await self.abort_transition(_OLD_NEWS)


class OurFlowPolicy(CoreFlowPolicy):
    """Prefect's rules for flow runs, and ours."""

    @staticmethod
    def priority() -> Iterable[Any]:  # type: ignore[override]
        """Ours comes first."""
        return [CrashIsOfThisAttempt, *CoreFlowPolicy.priority()]


async def _ours() -> type[FlowRunOrchestrationPolicy]:
    return OurFlowPolicy


def add_crash_rules() -> None:
    """Have the server in this process follow them."""
    ORCHESTRATION_DEPENDENCIES["flow_policy_provider"] = _ours
