"""Tens of thousands of forms laid out otherwise, of every kind; YUEBAO_LAYOUTS says how many."""

import os
import random
from collections import Counter
from pathlib import Path

from layout_run import filled_forms, run

from yuebao.programme.load import load_programme

SEED = int(os.environ.get("YUEBAO_MUTATION_SEED", "0")) or random.SystemRandom().randrange(10**6)
LAYOUTS = int(os.environ.get("YUEBAO_LAYOUTS", "20000"))
FOLDER = Path(__file__).parents[1] / "targets" / "mouding-2023"


def test_whatever_becomes_of_the_layout_each_figure_is_taken_or_told() -> None:
    print(f"\nseed {SEED}: {LAYOUTS} layouts (again with YUEBAO_MUTATION_SEED={SEED})")
    forms, counts, wrong = filled_forms(load_programme(FOLDER)), Counter[str](), list[str]()
    for start in range(0, LAYOUTS, 2000):
        outcomes = run(forms, SEED, range(start, min(start + 2000, LAYOUTS)))
        counts.update(outcomes.counts)
        wrong += outcomes.wrong
        print(dict(counts), *outcomes.wrong, sep="\n  ", flush=True)
    assert wrong == []
    assert sum(counts.values()) == LAYOUTS
