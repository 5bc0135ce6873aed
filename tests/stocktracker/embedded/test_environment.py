import os
import sys
from pathlib import Path

from stocktracker.embedded.address import Address
from stocktracker.embedded.environment import deployment_environment, with_our_programs
from stocktracker.embedded.folder import Folder

ADDRESS = Address("127.0.0.1", 8123)


def test_children_know_the_servers_the_market_and_where_to_listen(tmp_path: Path) -> None:
    env = deployment_environment(
        {"DEBUG": "1", "MARKET": "live", "LANG": "C"},
        folder=Folder(tmp_path),
        market="simulated",
        address=ADDRESS,
        servers={"DATABASE_URL": "postgres://here"},
    )

    assert env["DATABASE_URL"] == "postgres://here"
    assert env["MARKET"] == "simulated"
    assert (env["HOST"], env["PORT"]) == ("127.0.0.1", "8123")
    assert env["LANG"] == "C"
    assert len(env["SECRET_KEY"]) >= 50
    assert "DEBUG" not in env


def test_a_secret_key_from_outside_is_respected(tmp_path: Path) -> None:
    env = deployment_environment(
        {"SECRET_KEY": "mine"}, folder=Folder(tmp_path), market="live", address=ADDRESS, servers={}
    )

    assert env["SECRET_KEY"] == "mine"
    assert not (tmp_path / "secret_key").exists()


def test_the_programs_beside_our_python_come_first() -> None:
    path = with_our_programs({"PATH": "/elsewhere"})["PATH"]

    assert path == f"{Path(sys.executable).parent}{os.pathsep}/elsewhere"
