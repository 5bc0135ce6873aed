"""A pytest plugin (-p tests.workers): each of several test processes has a Redis database of its own.

PostgreSQL's are pytest-django's business; this must come before Django reads its settings.
"""

import os
import re


def own_database(url: str, worker: str) -> str:
    """redis://host:port/0 or unix:///path?db=0, with the number of the worker: gw0 has 1, gw1 has 2."""
    number = int(worker.removeprefix("gw")) + 1
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={number}"
    return re.sub(r"(/\d+)?$", f"/{number}", url, count=1)


if "PYTEST_XDIST_WORKER" in os.environ and "REDIS_URL" in os.environ:
    os.environ["REDIS_URL"] = own_database(os.environ["REDIS_URL"], os.environ["PYTEST_XDIST_WORKER"])
