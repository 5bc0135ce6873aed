import socket
from pathlib import Path

from stocktracker.embedded.log import ROTATE_ABOVE, Log
from stocktracker.embedded.market import SimulatedMarket, free_port


def market(tmp_path: Path, log: Log) -> SimulatedMarket:
    market = SimulatedMarket(tmp_path, tmp_path, log)
    market.prepare()
    return market


def test_it_keeps_its_port_over_a_restart(tmp_path: Path, log: Log) -> None:
    simulated = market(tmp_path, log)

    assert simulated.recipe() == simulated.recipe()
    assert simulated.environment()["YAHOO_PROXY"].rpartition(":")[2] in simulated.recipe().argv


def test_it_is_ready_when_it_listens_and_its_authority_is_there(tmp_path: Path, log: Log) -> None:
    simulated = market(tmp_path, log)
    port = int(simulated.environment()["YAHOO_PROXY"].rpartition(":")[2])
    before = simulated.ready()

    with socket.create_server(("127.0.0.1", port)):
        without_authority = simulated.ready()
        Path(simulated.environment()["YAHOO_CA_BUNDLE"]).touch()
        listening = simulated.ready()

    assert (before, without_authority, listening) == (False, False, True)


def test_a_long_record_of_requests_is_put_aside(tmp_path: Path, log: Log) -> None:
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "requests.jsonl").write_bytes(b"x" * (ROTATE_ABOVE + 1))

    market(tmp_path, log)

    assert (tmp_path / "market" / "requests.jsonl.1").exists()


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server(("127.0.0.1", free_port())):
        pass
