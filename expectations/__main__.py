"""Write a programme's suites as files: python -m expectations targets/<programme>."""

from __future__ import annotations

import sys
from pathlib import Path

from expectations.suites import write_suites
from yuebao.programme.load import load_programme

SUITES = Path(__file__).with_name("suites")


def main(folder: Path) -> None:
    """Write the suites of the programme in the folder beside this module."""
    write_suites(load_programme(folder), SUITES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
