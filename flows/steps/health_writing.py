"""Where the page of the health lies."""

from __future__ import annotations

from pathlib import Path

from tasks.office import Office
from tasks.writing import write_whole
from yuebao.reports.health_page import FILE, health_page
from yuebao.rules.health import Health


def write_health(office: Office, health: Health) -> Path:
    """Write the page into the outputs, in the place of the last one."""
    return write_whole(office.outputs / FILE, health_page(office.programme, health))
