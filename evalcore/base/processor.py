"""What suits the processor: calls side by side on its cores, and a numpy that sorts fast on it.

AMD's Zen 4 stores compressed vectors slowly, and numpy's AVX-512 sort is made of such stores: 50
million float32 take 1.0 s by it and 0.2 s without. What numpy may use is settled once, when it is
first imported; so this is the first thing that the package imports.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TypeVar

__all__ = ["N_THREADS", "choose_sort", "several_at_a_time", "sorts_slowly_by_avx512"]

VARIABLE = "NPY_DISABLE_CPU_FEATURES"
AVX512 = "X86_V4"
"""numpy's name for it, since 2.4; earlier versions cannot sort without it where it is."""
ZEN_3_AND_4 = "25"
"""Family number of both; only Zen 4 has AVX-512."""
MOST_TASKS = 256
N_THREADS = min(4, os.cpu_count() or 1)
T = TypeVar("T")
R = TypeVar("R")


def several_at_a_time(call: Callable[[T], R], each: Iterable[T]) -> list[R]:
    """Return what a call returns for each; for work that releases the GIL: sort, copy, hash."""
    items = list(each)
    # a task costs the pool more than sorting the few scores of one of 20,000 concepts
    size = len(items) // MOST_TASKS + 1
    bunches = [items[k : k + size] for k in range(0, len(items), size)]
    with ThreadPoolExecutor(N_THREADS) as pool:
        found = pool.map(lambda bunch: [call(one) for one in bunch], bunches)
        return [result for bunch in found for result in bunch]


def choose_sort(environment: MutableMapping[str, str], *, processor: str, numpy: str) -> None:
    """Tell numpy by its variable to do without AVX-512 where that is slow; a set one is kept.

    Parameters
    ----------
    processor
        What Linux says of it in ``/proc/cpuinfo``.
    numpy
        Version of numpy.
    """
    names_it_so = tuple(map(int, re.findall(r"\d+", numpy)[:2])) >= (2, 4)
    if names_it_so and sorts_slowly_by_avx512(processor):
        environment.setdefault(VARIABLE, AVX512)


def sorts_slowly_by_avx512(processor: str) -> bool:
    """Tell whether a processor is a Zen 4."""
    first = processor.split("\n\n", 1)[0]
    facts = dict(re.findall(r"^([\w ]+?)\s*: ?(.*)$", first, flags=re.MULTILINE))
    return (
        facts.get("vendor_id") == "AuthenticAMD"
        and facts.get("cpu family") == ZEN_3_AND_4
        and "avx512f" in facts.get("flags", "").split()
    )


def _described() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # elsewhere than on Linux numpy decides
        return ""


if "numpy" not in sys.modules:
    choose_sort(os.environ, processor=_described(), numpy=metadata.version("numpy"))
