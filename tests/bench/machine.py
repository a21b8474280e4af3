"""The machine and the versions that a table of times belongs to."""

from __future__ import annotations

import os
import platform
import re
from importlib import metadata
from pathlib import Path

__all__ = ["describe"]

PACKAGES = ("numpy", "scikit-learn")


def describe() -> str:
    """Return processor, cores, memory, load, system and versions, in two lines."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    # numpy sorts several times slower with AVX-512 than without on some processors (Zen 4)
    disabled = os.environ.get("NPY_DISABLE_CPU_FEATURES")
    versions += f", numpy without {disabled}" if disabled else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} memory, load {load}\n"
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    name = _first_match("/proc/cpuinfo", r"model name\s*:\s*(.+)")
    return name or platform.processor() or platform.machine()


def _memory() -> str:
    kilobytes = _first_match("/proc/meminfo", r"MemTotal:\s+(\d+) kB")
    return f"{int(kilobytes) / 2**20:.0f} GiB" if kilobytes else "unknown"


def _first_match(file: str, pattern: str) -> str | None:
    path = Path(file)
    if not path.exists():
        return None
    found = re.search(pattern, path.read_text(encoding="utf-8"))
    return found.group(1).strip() if found else None
