"""The bulletin as one HTML file: no script, no network, printable on A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from yuebao.reports.bulletin import Bulletin
from yuebao.reports.charts import HEIGHT, WIDTH, chart
from yuebao.reports.numbers import BY_HAND, change, percent, plain, target_text
from yuebao.results import Colour, TargetOrigin

COLOUR_WORDS = {
    Colour.GREEN: "绿灯",
    Colour.AMBER: "黄灯",
    Colour.RED: "红灯",
    Colour.GREY: "未评",
}
ORIGIN_WORDS = {
    TargetOrigin.PLAN: "",
    TargetOrigin.NONE: "",
    TargetOrigin.RULE: "规则分解",
    TargetOrigin.OVERRIDE: BY_HAND,
}
_NUMERALS = "〇一二三四五六七八九"


def bulletin_html(bulletin: Bulletin) -> str:
    """The whole bulletin as one page; everything that came from people is escaped."""
    template = _environment().get_template("bulletin.html.j2")
    return template.render(bulletin=bulletin, colours=list(Colour))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("yuebao.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=plain,
        percent=percent,
        change=change,
        numeral=numeral,
        colour_word=COLOUR_WORDS.__getitem__,
        origin_word=ORIGIN_WORDS.__getitem__,
    )
    environment.globals.update(
        chart=chart, target_text=target_text, chart_width=WIDTH, chart_height=HEIGHT
    )
    return environment


def numeral(number: int) -> str:
    """A number up to 99 in Chinese numerals: 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
