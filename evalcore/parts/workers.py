"""Work on many parts at once, by Dask: a pool of threads here, or any cluster by its address."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from evalcore.errors import RunError

__all__ = ["LOCAL", "run_all"]

LOCAL = "local"
"""In place of an address: a cluster of processes on this machine."""
PATIENCE = "20s"


def run_all(
    call: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    *,
    scheduler: str | None,
    n_workers: int | None,
    done: Callable[[Any], None],
) -> None:
    """Call with the arguments of each task, several at a time.

    Parameters
    ----------
    scheduler
        The address of a Dask scheduler; :data:`LOCAL`; None: threads of this process.
    n_workers
        Tasks at a time here; one for each processor when omitted.
    done
        Is given what each call returned, here, as soon as it returns.

    Raises
    ------
    RunError
        What a call raised; or Dask is missing, the scheduler is not to be reached, workers die.
    """
    try:
        import dask  # noqa: F401, PLC0415 - an extra: small runs do without
    except ImportError:
        msg = 'Preparing a run in parts needs Dask. Hint: pip install -e ".[scale]".'
        raise RunError(msg) from None
    if not tasks:
        return
    workers = n_workers or os.cpu_count() or 1
    if scheduler is None:
        _in_threads(call, tasks, workers, done)
    else:
        _on_cluster(call, tasks, scheduler, workers, done)


def _in_threads(
    call: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    n_workers: int,
    done: Callable[[Any], None],
) -> None:
    import dask  # noqa: PLC0415

    def hear(key: object, result: Any, *_: object) -> None:  # noqa: ANN401 - what a call returns
        if str(key).startswith("part-"):
            done(result)

    named = dask.delayed(call, pure=False)
    graph = [named(*task, dask_key_name=f"part-{k}") for k, task in enumerate(tasks)]
    # given to this computation: one that is registered hears those of other threads as well
    dask.compute(
        *graph,
        scheduler="threads",
        num_workers=n_workers,
        optimize_graph=False,
        callbacks=[(None, None, None, hear, None)],
    )


def _on_cluster(
    call: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    scheduler: str,
    n_workers: int,
    done: Callable[[Any], None],
) -> None:
    from distributed import KilledWorker, as_completed  # noqa: PLC0415

    with _client(scheduler, n_workers) as client:
        futures = client.map(lambda task: call(*task), list(tasks), pure=False, batch_size=1)
        places = {future.key: k for k, future in enumerate(futures)}
        for future in as_completed(futures):
            try:
                done(future.result())
            except KilledWorker:
                msg = (
                    f"A worker died over and over at piece {places[future.key] + 1} of "
                    f"{len(tasks)}: most likely it had too little memory. Hint: give workers more, "
                    "or plan smaller parts by --memory. What is finished is kept."
                )
                raise RunError(msg) from None


@contextmanager
def _client(scheduler: str, n_workers: int) -> Iterator[Any]:
    from distributed import Client, LocalCluster  # noqa: PLC0415

    with contextlib.ExitStack() as stack:
        if scheduler == LOCAL:
            cluster = LocalCluster(
                n_workers=n_workers, threads_per_worker=1, dashboard_address=None, memory_limit=0
            )
            yield stack.enter_context(Client(stack.enter_context(cluster)))
            return
        try:
            client = stack.enter_context(Client(scheduler, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            msg = (
                f"{scheduler}: no Dask scheduler is to be reached there: {error} "
                "Hint: start one with `dask scheduler`, or leave --scheduler out."
            )
            raise RunError(msg) from None
        yield client
