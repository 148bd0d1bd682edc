"""Arguments that many commands take, in the words their help shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PeriodText = Annotated[str, typer.Argument(metavar="期别", help="月份 2023-09，或季度 2023-Q3")]
PeriodOption = Annotated[str, typer.Option("--period", help="月份 2023-09，或季度 2023-Q3")]
FirstMonth = Annotated[str, typer.Option("--from", help="第一个月")]
LastMonth = Annotated[str, typer.Option("--to", help="最后一个月")]
UnitName = Annotated[str, typer.Option("--unit", help="只做这个单位（名称）")]
OutFolder = Annotated[Path, typer.Option("--out", help="写到这个文件夹")]
