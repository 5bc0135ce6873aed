"""The throw-away certificate authority."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pricing.simulator.authority import SECRET_FILE, authority


def test_a_restart_keeps_the_authority_so_that_clients_go_on_trusting_it(tmp_path: Path) -> None:
    first = authority(tmp_path / "new").bundle.read_bytes()

    assert authority(tmp_path / "new").bundle.read_bytes() == first
    assert b"PRIVATE" not in first


def test_the_secret_is_for_the_owner_only(tmp_path: Path) -> None:
    authority(tmp_path)

    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600


def test_a_lost_or_wrong_bundle_is_written_again(tmp_path: Path) -> None:
    bundle = authority(tmp_path).bundle
    right = bundle.read_bytes()
    bundle.write_bytes(b"wrong")

    authority(tmp_path)

    assert bundle.read_bytes() == right


def test_many_who_start_together_agree_on_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: authority(tmp_path).bundle.read_bytes(), range(8)))

    assert len(set(made)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.key.pem", "ca.pem"]
