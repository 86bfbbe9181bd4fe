"""Where batches run: on threads, on processes, on a Dask or a Ray cluster, with the same task.

A batch takes paths and gives outcomes, so little crosses over. What it has to know, the address of Elasticsearch
and its credentials among it, it gets as arguments: a worker needs daftar installed, and the folder under the same
path, but no settings.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.pool import ForkedPool
from flows.settings import Settings
from tasks.errors import Misconfigured


def build_task_runner(settings: Settings) -> TaskRunner[Any]:
    """Return the task runner of the settings, for `workers` batches at one time.

    Dask and Ray start a cluster on this machine, or use the one at `cluster_address`. Raises Misconfigured when
    their package is not installed.
    """
    match settings.runner:
        case "threads":
            return ThreadPoolTaskRunner(max_workers=settings.workers)
        case "processes":
            return ForkedPool(settings.workers)
        case "dask":
            return _build_dask(settings)
        case "ray":
            return _build_ray(settings)


def _build_dask(settings: Settings) -> TaskRunner[Any]:
    runner: Callable[..., TaskRunner[Any]] = _import("dask").DaskTaskRunner
    if settings.cluster_address:
        return runner(address=settings.cluster_address)
    # Loopback, and without the dashboard, whose port is open to all.
    here = {"n_workers": settings.workers, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    return runner(cluster_kwargs=here)


def _build_ray(settings: Settings) -> TaskRunner[Any]:
    runner: Callable[..., TaskRunner[Any]] = _import("ray").RayTaskRunner
    if settings.cluster_address:
        return runner(address=settings.cluster_address)
    # Ray tells its makers how it is used unless it is told not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    here = {"num_cpus": settings.workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    return runner(init_kwargs=here)


def _import(name: str) -> Any:
    try:
        return import_module(f"prefect_{name}")
    except ImportError as error:
        raise Misconfigured(
            f"DAFTAR_RUNNER is {name}, but prefect-{name} is not installed",
            f"Install daftar with it, pip install -c constraints.txt -e '.[{name}]', or choose threads or processes.",
        ) from error
