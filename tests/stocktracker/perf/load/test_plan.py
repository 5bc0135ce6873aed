import pytest

from stocktracker.perf.load.plan import MIX, Asked, Clients, Plan, merged


def test_the_mix_is_of_a_thousand_requests_and_mostly_dashboards() -> None:
    assert sum(MIX.values()) == 1000
    assert max(MIX, key=lambda kind: MIX[kind]) == "dashboard"


def test_a_plan_is_told_on_a_command_line() -> None:
    assert Plan(2.0, (Clients(2), Clients(4, 0.5)), 10).options() == [
        "--seconds=2", "--clients", "2", "4@0.5", "--holdings=10"
    ]  # fmt: skip
    assert Plan(60.0, warming=5.0).lasts == 65.0


def test_a_percentile_is_a_time_that_was_taken() -> None:
    asked = Asked([float(number) for number in range(100)], {})

    assert [asked.percentile(share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 99]
    assert Asked([], {"503": 1}).percentile(0.5) == 0


def test_parts_are_added_up() -> None:
    together = merged([Asked([3.0], {"503": 1}), Asked([1.0, 2.0], {"503": 2, "timeout": 1})])

    assert (list(together.times), together.wrong) == ([1.0, 2.0, 3.0], {"503": 3, "timeout": 1})
    assert (together.errors, together.count) == (4, 7)


@pytest.mark.parametrize(("told", "name"), [("8", "8 clients"), ("1", "1 client"), ("64@3", "64 clients, 3 s a page")])
def test_clients_are_told_on_a_command_line_and_in_words(told: str, name: str) -> None:
    clients = Clients.read(told)

    assert (str(clients), clients.name) == (told, name)


def test_clients_that_are_no_number_are_refused() -> None:
    with pytest.raises(ValueError, match="many"):
        Clients.read("many")
