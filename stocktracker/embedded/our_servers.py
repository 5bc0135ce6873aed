"""Which servers we run ourselves, started together and stopped in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from stocktracker.embedded.folder import Folder, Market
from stocktracker.embedded.log import Log, nothing
from stocktracker.embedded.market import SimulatedMarket
from stocktracker.embedded.postgres import Postgres
from stocktracker.embedded.redis import Redis
from stocktracker.embedded.server import Server, environment_of, wait_until_ready
from stocktracker.embedded.stopping import StopWish
from stocktracker.embedded.supervisor import Supervisor

STOP_ORDER = ("market", "redis", "postgres")  # the one with the data goes last


def stores(
    folder: Folder,
    environ: Mapping[str, str],
    *,
    shows: Callable[[str], bool] = nothing,
    throw_away: bool = False,
) -> list[Server]:
    """Redis and PostgreSQL, each unless its URL is set. Redis first: it is up while initdb still works."""
    sockets = folder.sockets()
    servers: list[Server] = []
    if not environ.get("REDIS_URL"):
        log = Log(folder.logs / "redis.log", shows=shows)
        servers.append(Redis(folder.path, sockets, log, throw_away=throw_away))
    if not environ.get("DATABASE_URL"):
        log = Log(folder.logs / "postgres.log", shows=shows)
        servers.append(Postgres(folder.path, sockets, log, throw_away=throw_away))
    return servers


def needed_servers(
    folder: Folder,
    project: Path,
    market: Market,
    environ: Mapping[str, str],
    *,
    shows: Callable[[str], bool] = nothing,
) -> list[Server]:
    """What a deployment needs: its stores and, unless it is live, the simulated market (first: it imports a lot)."""
    servers = stores(folder, environ, shows=shows)
    if market == "live":
        return servers
    return [SimulatedMarket(folder.path, project, Log(folder.logs / "market.log", shows=shows)), *servers]


@contextmanager
def running(
    servers: Sequence[Server],
    supervisor: Supervisor,
    wish: StopWish,
    *,
    on_ready: Callable[[str], None] = lambda _title: None,
) -> Iterator[dict[str, str]]:
    """Start them at once, wait for all, and stop them in order at the end. Yields how to reach them."""
    try:
        children = []
        for server in servers:
            server.prepare()
            server.clean_up()
            children.append(supervisor.keep(server.recipe(), clean_up=server.clean_up))
        for server, child in reversed(list(zip(servers, children, strict=True))):
            wait_until_ready(server, child, wish)
            on_ready(server.title)
        yield environment_of(servers)
    finally:
        for place in range(len(STOP_ORDER)):
            supervisor.stop(wish, keep=STOP_ORDER[place + 1 :])
