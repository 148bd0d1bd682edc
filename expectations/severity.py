"""Our severities in Great Expectations' own words."""

from __future__ import annotations

from great_expectations.expectations.metadata_types import FailureSeverity

from yuebao.programme.models import Severity

_WORDS = {
    Severity.ERROR: FailureSeverity.CRITICAL,
    Severity.WARNING: FailureSeverity.WARNING,
    Severity.NOTICE: FailureSeverity.INFO,
}


def ge_severity(severity: Severity) -> FailureSeverity:
    """error → critical, warning → warning, notice → info."""
    return _WORDS[severity]
