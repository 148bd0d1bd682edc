"""The receipt as one HTML file: no script, no network, one page of A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from yuebao.reports.receipt import Receipt


def receipt_html(receipt: Receipt) -> str:
    """The page; everything that came from people is escaped."""
    return _template().render(receipt=receipt)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("yuebao.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("receipt.html.j2")
