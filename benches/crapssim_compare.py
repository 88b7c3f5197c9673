#!/usr/bin/env python3
"""Rolls a second of processor time of a pass line player with full 3-4-5x odds, here and in crapssim 0.4.1.

Both play the same strategy with a unit of 10 and never run out of chips, on one core, one after the
other and in turns, so that a busy machine slows both. Processor time counts, and the best of the turns.
Only playing is timed in crapssim; the whole process, its start included, here.

    python3 -m venv /tmp/crapssim && /tmp/crapssim/bin/pip install crapssim==0.4.1
    cargo build --release
    /tmp/crapssim/bin/python benches/crapssim_compare.py target/release/bitcraps
"""

import importlib.metadata
import json
import os
import resource
import subprocess
import sys
import time

from crapssim.strategy import BetPassLine, PassLineOddsMultiplier
from crapssim.table import Table

TURNS = 5
HANDS = 2_000_000
CRAPSSIM_ROLLS = 20_000
RATIO_WANTED = 100


def of_children():
    """Returns the processor time of the processes that were waited for, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ours(program):
    """Plays on the engine; returns rolls a second."""
    command = [program, "simulate", "--strategy", "pass-odds", "--threads", "1", "--json"]
    command += ["--hands", str(HANDS), "--bankroll", "1000000", "--unit", "10"]
    began = of_children()
    answer = subprocess.run(command, check=True, capture_output=True)
    took = of_children() - began
    return json.loads(answer.stdout)["rolls"] / took


def theirs():
    """Plays in crapssim; returns rolls a second."""
    table = Table(seed=1)
    table.add_player(
        bankroll=1_000_000_000,
        strategy=BetPassLine(10) + PassLineOddsMultiplier({4: 3, 5: 4, 6: 5, 8: 5, 9: 4, 10: 3}),
    )
    began = time.process_time()
    table.run(max_rolls=CRAPSSIM_ROLLS, verbose=False)
    took = time.process_time() - began
    return table.dice.n_rolls / took


def main():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    turns = [(ours(sys.argv[1]), theirs()) for _ in range(TURNS)]
    best = [max(rates) for rates in zip(*turns)]
    ratio = best[0] / best[1]
    print(f"bitcraps            {best[0]:14,.0f} rolls a second")
    print(f"crapssim {importlib.metadata.version('crapssim'):10} {best[1]:14,.0f} rolls a second")
    print(f"ratio               {ratio:14,.0f} (wanted: at least {RATIO_WANTED})")
    sys.exit(0 if ratio >= RATIO_WANTED else 1)


if __name__ == "__main__":
    main()
