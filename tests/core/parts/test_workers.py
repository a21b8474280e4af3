"""Work goes on where a worker dies, and a cluster of processes does what threads do."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evalcore.parts.workers import run_all
from tests.house.modules import ROOT

PROGRAM = """
import os, signal, sys
from pathlib import Path
from evalcore.parts.workers import LOCAL, run_all

def square(folder, k):
    flag = Path(folder, "died")
    if k == 2 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return k * k

if __name__ == "__main__":
    found = []
    tasks = [(sys.argv[1], k) for k in range(4)]
    run_all(square, tasks, scheduler=LOCAL, n_workers=2, done=found.append)
    print(sorted(found), Path(sys.argv[1], "died").exists())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_what_a_killed_worker_had_is_done_by_another(tmp_path: Path) -> None:
    """In a process of its own: a cluster leaves threads and sockets behind."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    found = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(program), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        check=False,
    )
    assert found.stdout == "[0, 1, 4, 9] True\n", found.stderr[-2_000:]


def test_who_works_in_threads_is_told_of_his_own_work_only() -> None:
    together = threading.Barrier(2, timeout=30)

    def meet(number: int) -> int:
        together.wait()
        return number

    def work(number: int) -> list[int]:
        found: list[int] = []
        tasks = [(number,)] * 5
        run_all(meet, tasks, scheduler=None, n_workers=1, done=found.append)
        return found

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, (1, 2))) == [[1] * 5, [2] * 5]
