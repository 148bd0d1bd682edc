"""The health of the whole as one page, and as plain data."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from yuebao.programme.models import Programme
from yuebao.rules.calendar import local_time
from yuebao.rules.health import Health, Level

FILE = "健康.html"
_TONES = {Level.GOOD: "good", Level.CARE: "care", Level.BAD: "bad"}


def health_page(programme: Programme, health: Health) -> str:
    """One HTML page without script or network that loads itself anew every five minutes."""
    return (
        _environment()
        .get_template("health.html.j2")
        .render(
            title=programme.title,
            health=health,
            looked_at=local_time(programme, health.looked_at),
            tones=_TONES,
        )
    )


def health_data(programme: Programme, health: Health) -> dict[str, object]:
    """The same for a program that watches: times with their zone, words as on the page."""
    zone = ZoneInfo(programme.calendar.timezone)
    return {
        "looked_at": health.looked_at.astimezone(zone).isoformat(timespec="seconds"),
        "healthy": not health.is_bad,
        "words": health.words,
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "level": check.level.name.lower(),
                "text": check.text,
            }
            for check in health.checks
        ],
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("yuebao.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
