import pytest

from stocktracker.environment import (
    address,
    choice,
    database,
    dsn,
    flag,
    networks,
    number,
    text,
    time_zone,
    whole,
    words,
)

SECRET = "s3/cr3t"  # a password as people type it: its slash ends the address


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "")

    assert text("SOMETHING", "default") == "default"
    assert number("SOMETHING", 1.5) == 1.5
    assert whole("SOMETHING", 2) == 2
    assert not flag("SOMETHING")


def test_what_is_set_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", " a, b,,c ")
    monkeypatch.setenv("SWITCH", "Yes")
    monkeypatch.setenv("SIZE", "12")

    assert words("SOMETHING") == ["a", "b", "c"]
    assert flag("SWITCH")
    assert (number("SIZE", 1), whole("SIZE", 1)) == (12.0, 12)


def test_a_number_that_is_none_stops_with_its_name_and_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIZE", "many")

    with pytest.raises(SystemExit, match="SIZE is 'many'; it must be a whole number, like 300"):
        whole("SIZE", 300)
    with pytest.raises(SystemExit, match=r"SIZE is 'many'; it must be a number, like 0\.5"):
        number("SIZE", 0.5)


@pytest.mark.parametrize("told", ["nan", "inf", "-inf"])
def test_a_number_is_finite(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("SIZE", told)

    with pytest.raises(SystemExit, match=f"SIZE is '{told}'; it must be a number, like 1"):
        number("SIZE", 1)


@pytest.mark.parametrize(("told", "on"), [("", True), ("0", False), ("true", True), ("No", False), ("1", True)])
def test_a_switch_that_is_on_by_default_is_only_turned_off_on_purpose(
    monkeypatch: pytest.MonkeyPatch, told: str, *, on: bool
) -> None:
    monkeypatch.setenv("SWITCH", told)

    assert flag("SWITCH", default=True) is on


def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCH", "maybe")

    with pytest.raises(SystemExit, match="SWITCH is 'maybe'; it must be 1 or 0"):
        flag("SWITCH")


def test_a_choice_is_one_of_those_however_it_is_capitalised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVEL", "info")

    assert choice("LEVEL", "DEBUG", ("DEBUG", "INFO")) == "INFO"
    with pytest.raises(SystemExit, match="LEVEL is 'info'; it must be a or b"):
        choice("LEVEL", "a", ("a", "b"))


@pytest.mark.parametrize("told", ["Atlantis", "../../etc/passwd", "/etc", "Europe"])
def test_a_time_zone_is_one_there_is(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("ZONE", told)

    with pytest.raises(SystemExit, match="it must be a time zone, like Europe/Berlin"):
        time_zone("ZONE", "Europe/Berlin")


def test_networks_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETS", "10.0.0.7/8, ::1")

    assert networks("NETS") == ["10.0.0.7/8", "::1"]
    monkeypatch.setenv("NETS", "10.0.0.0/99")
    with pytest.raises(SystemExit, match=r"NETS has '10\.0\.0\.0/99'"):
        networks("NETS")


@pytest.mark.parametrize(
    "told",
    ["garbage", f"redis://:{SECRET}@host/0", "redis://", f"http://user:{SECRET.replace('/', '')}@host", "redis://h:99999",
     "redis://[::1/0", "unix://", "redis://host:0"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_what_is_secret_in_it(
    monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("PLACE", told)

    with pytest.raises(SystemExit, match="PLACE must be an address that begins with redis:// or unix://") as raised:
        address("PLACE", "", ("redis", "unix"))

    assert "s3" not in str(raised.value)


def test_an_address_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "unix:///run/redis.sock?db=0")

    assert address("PLACE", "", ("redis", "unix")) == "unix:///run/redis.sock?db=0"
    assert address("NOWHERE", "", ("redis", "unix")) == ""


@pytest.mark.parametrize(
    "told", ["garbage", f"postgres://u:{SECRET}@h/x", "mysql://u:s3cret@h/x", "postgres://h:99999/x"]
)
def test_a_database_is_postgresql_and_no_password_is_told(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("BASE", told)

    with pytest.raises(SystemExit, match="BASE must be an address of PostgreSQL") as raised:
        database("BASE", "")

    assert "s3" not in str(raised.value)


@pytest.mark.parametrize("told", ["https://s3cret@/1", "https://sentry.example.org/4", "https://s3cret@host/name"])
def test_a_dsn_is_one_of_sentrys(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("DSN", told)

    with pytest.raises(SystemExit, match="DSN must be") as raised:
        dsn("DSN")

    assert "s3" not in str(raised.value)
    monkeypatch.setenv("DSN", "https://key@o1.ingest.example.org/4")
    assert dsn("DSN") == "https://key@o1.ingest.example.org/4"
