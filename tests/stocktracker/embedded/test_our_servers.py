from collections.abc import Mapping
from pathlib import Path

import pytest

from stocktracker.embedded.folder import Folder, Market
from stocktracker.embedded.our_servers import needed_servers

BOTH = {"DATABASE_URL": "postgres://elsewhere", "REDIS_URL": "redis://elsewhere"}


@pytest.mark.parametrize(
    ("market", "environ", "expected"),
    [
        ("simulated", {}, ["simulated market", "Redis", "PostgreSQL"]),
        ("live", {}, ["Redis", "PostgreSQL"]),
        ("live", {"REDIS_URL": "redis://elsewhere"}, ["PostgreSQL"]),
        ("live", {"REDIS_URL": ""} | {"DATABASE_URL": "postgres://elsewhere"}, ["Redis"]),
        ("simulated", BOTH, ["simulated market"]),
        ("live", BOTH, []),
    ],
)
def test_we_run_what_nobody_else_provides(
    market: Market, environ: Mapping[str, str], expected: list[str], tmp_path: Path
) -> None:
    folder = Folder(tmp_path)

    servers = needed_servers(folder, tmp_path, market, environ)

    assert [server.title for server in servers] == expected
    folder.leave()
