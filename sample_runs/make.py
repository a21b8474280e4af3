"""Make the sample runs: `python sample_runs/make.py [digits|kitchen ...] [--out DIR]`.

Real classifiers are trained and cross-validated; every score comes from a model that had not seen
the input. Seeds are fixed: the same library versions write the same bytes.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from _make import digits, tickets
from _make.kitchen import run as kitchen
from _make.kitchen import second
from _make.summary import summarise
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

RUNS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "digits": digits.make,
    "kitchen": kitchen.make,
    "kitchen_4": second.make,
    "tickets": tickets.make,
}


def main() -> None:
    """Make the runs named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Make the sample runs.")
    parser.add_argument("runs", nargs="*", help=f"any of {', '.join(RUNS)}; all when none is named")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="folder to write to"
    )
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.runs) - set(RUNS))
    if unknown:
        parser.error(f"no run is called {unknown[0]!r}. Hint: choose from {', '.join(RUNS)}.")
    for name in arguments.runs or RUNS:
        begin = time.perf_counter()
        # One thread: sums in another order would change the last digits of a score.
        with threadpool_limits(limits=1):
            table = RUNS[name](arguments.out)
        print(f"\n{name}, made in {time.perf_counter() - begin:.0f} s\n{summarise(table)}")


if __name__ == "__main__":
    main()
