import gzip
import json
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from charts.models import Chart
from charts.services.drawing import store_chart
from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from pricing.models import Instrument
from pricing.simulator.control import Market
from stocktracker.jobs.models import Job
from stocktracker.jobs.progress import Progress
from tests.portfolios.given import NOW, bars, listed, typed

JSON = b'{"t":[19000,1],"series":{"value":{"scale":100,"d":[100000,-50]}}}'
DATA, TABLE, PROGRESS = "/api/chart-data/{}", "/api/chart-data/{}.csv", "/api/chart-generator-progress/{}"
BARS, BARS_TABLE = "/api/portfolios/{}/bars/AAPL", "/api/portfolios/{}/bars/AAPL.csv"
ALL = [DATA, TABLE, PROGRESS, BARS, BARS_TABLE]


@pytest.fixture
def drawn(portfolio: Portfolio) -> Portfolio:
    """With a chart, and with a trade in AAPL that has two bars."""
    store_chart(portfolio, gzip.compress(JSON), NOW)
    apple = listed("AAPL")
    bars(apple, {"2024-06-03": 190.0, "2024-06-04": 192.5})
    typed(portfolio, Kind.BUY, "2024-06-03", apple, "10", price="150")
    return portfolio


def test_a_browser_gets_the_stored_bytes_as_they_are(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(DATA.format(drawn.pk), headers={"accept-encoding": "gzip, br"})

    assert (answer.status_code, answer["Content-Type"], answer["Content-Encoding"]) == (200, "application/json", "gzip")
    assert answer.content == bytes(Chart.objects.get().payload)
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Accept-Encoding", "Cookie"} <= set(answer["Vary"].split(", "))


def test_who_cannot_unpack_gets_plain_json(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(DATA.format(drawn.pk))

    assert "Content-Encoding" not in answer
    assert answer.content == JSON


def test_a_new_chart_has_a_new_tag(signed_in: Client, drawn: Portfolio) -> None:
    first = signed_in.get(DATA.format(drawn.pk))
    store_chart(drawn, gzip.compress(b"{}"), NOW)

    again = signed_in.get(DATA.format(drawn.pk), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (200, b"{}")


def test_the_chart_is_a_table_too(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(TABLE.format(drawn.pk))

    assert answer["Content-Disposition"] == f'attachment; filename="portfolio-{drawn.pk}.csv"'
    assert answer.content.decode() == "date,value\n2022-01-08,1000.0\n2022-01-09,999.5\n"


def test_nothing_runs_and_the_page_knows_when_the_chart_was_drawn(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(PROGRESS.format(drawn.pk)).json()

    assert answer == {"running": False, "done": 0, "total": 0, "message": "", "drawn_at": "2024-06-05T15:00:00Z"}


def test_a_rebuild_says_how_far_it_is(signed_in: Client, drawn: Portfolio) -> None:
    job = Job.objects.create(
        kind="stocktracker.rebuild",
        queue="charts",
        state="running",
        portfolio_id=drawn.pk,
        args={"portfolio": drawn.pk},
    )
    Progress(job.pk)(1, 3, "Drawing charts")
    Job.objects.create(kind="stocktracker.rebuild", queue="charts", portfolio_id=drawn.pk + 1)

    answer = signed_in.get(PROGRESS.format(drawn.pk))

    told = answer.json()
    assert (told["running"], told["done"], told["total"], told["message"]) == (True, 1, 3, "Drawing charts")
    assert answer["Cache-Control"] == "private, no-store"


def test_one_that_waits_its_turn_is_under_way_and_a_first_chart_has_no_date(
    signed_in: Client, portfolio: Portfolio
) -> None:
    Job.objects.create(kind="stocktracker.rebuild", queue="charts", portfolio_id=portfolio.pk)

    told = signed_in.get(PROGRESS.format(portfolio.pk)).json()

    assert told == {"running": True, "done": 0, "total": 0, "message": "", "drawn_at": None}


def test_bars_come_with_my_trades_in_them(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(BARS.format(drawn.pk)).json()

    first = (date(2024, 6, 3) - date(1970, 1, 1)).days
    assert answer["t"] == [first, 1]
    close = answer["series"]["c"]
    assert [whole / close["scale"] for whole in accumulate(close["d"])] == [190, 192.5]
    assert answer["trades"] == [{"day": first, "kind": "buy", "quantity": 10.0}]


def test_many_bars_are_packed_for_who_can_unpack(signed_in: Client, drawn: Portfolio) -> None:
    bars(
        Instrument.objects.get(),
        {f"2023-{month:02}-{day:02}": 180.0 + day for month in range(1, 13) for day in range(1, 28)},
    )

    packed = signed_in.get(BARS.format(drawn.pk), headers={"accept-encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == signed_in.get(BARS.format(drawn.pk)).json()


def test_bars_are_a_table_too(signed_in: Client, drawn: Portfolio) -> None:
    answer = signed_in.get(BARS_TABLE.format(drawn.pk))

    assert answer["Content-Disposition"] == 'attachment; filename="AAPL.csv"'
    assert answer.content.decode().splitlines()[1] == "2024-06-03,190.0,190.0,190.0,190.0,1"


@pytest.mark.parametrize("symbol", ["BRK-B", "VOD.L", "^GSPC", "EURUSD=X", "7203.T"])
def test_symbols_have_all_kinds_of_signs(signed_in: Client, portfolio: Portfolio, symbol: str) -> None:
    typed(portfolio, Kind.BUY, "2024-06-03", listed(symbol), "1", price="1")

    plain = signed_in.get(f"/api/portfolios/{portfolio.pk}/bars/{symbol}")
    table = signed_in.get(f"/api/portfolios/{portfolio.pk}/bars/{symbol}.csv")

    assert (plain.status_code, table.status_code) == (200, 200)
    assert table["Content-Disposition"].startswith("attachment; filename=")


@pytest.mark.parametrize("change", ["bars", "ledger"])
def test_new_bars_and_new_trades_have_a_new_tag(signed_in: Client, drawn: Portfolio, change: str) -> None:
    first = signed_in.get(BARS.format(drawn.pk))
    same = signed_in.get(BARS.format(drawn.pk), headers={"if-none-match": first["ETag"]})
    if change == "bars":
        bars(Instrument.objects.get(), {"2024-06-05": 195.0})
    else:
        typed(drawn, Kind.SELL, "2024-06-04", Instrument.objects.get(), "1", price="190")

    again = signed_in.get(BARS.format(drawn.pk), headers={"if-none-match": first["ETag"]})

    assert (same.status_code, again.status_code) == (304, 200)


@pytest.mark.parametrize(("address", "queries"), [(DATA, 1), (TABLE, 1), (PROGRESS, 2), (BARS, 5), (BARS_TABLE, 3)])
def test_an_answer_takes_so_many_queries_and_no_request(
    signed_in: Client, drawn: Portfolio, market: Market, django_assert_num_queries: Callable[..., Any],
    address: str, queries: int,
) -> None:  # fmt: skip
    with django_assert_num_queries(2 + queries):  # session and user besides
        signed_in.get(address.format(drawn.pk))

    assert market.requests() == []


@pytest.mark.parametrize(("address", "queries"), [(DATA, 1), (BARS, 2)])
def test_who_has_it_already_gets_304_without_a_body(
    signed_in: Client, drawn: Portfolio, django_assert_num_queries: Callable[..., Any], address: str, queries: int
) -> None:
    first = signed_in.get(address.format(drawn.pk))

    with django_assert_num_queries(2 + queries):
        again = signed_in.get(address.format(drawn.pk), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert {"Accept-Encoding", "Cookie"} <= set(again["Vary"].split(", "))


@pytest.mark.parametrize("address", ALL)
def test_somebody_else_s_does_not_exist(client: Client, drawn: Portfolio, address: str) -> None:
    eve = User.objects.create_user("eve")
    own = Portfolio.objects.create(owner=eve, name="Own")
    client.force_login(eve)

    hers, missing = client.get(address.format(drawn.pk)), client.get(address.format(10**17))

    assert (hers.status_code, missing.status_code) == (404, 404)
    assert hers.json()["error"].replace(str(drawn.pk), "") == missing.json()["error"].replace(str(10**17), "")
    assert address == PROGRESS or client.get(address.format(own.pk)).status_code == 404  # nothing of mine in it


@pytest.mark.parametrize("address", ALL)
def test_a_number_no_portfolio_can_have_is_404(signed_in: Client, address: str) -> None:
    assert signed_in.get(address.format(10**30)).status_code == 404


@pytest.mark.parametrize("address", ALL)
def test_a_program_that_is_not_logged_in_is_told_so(client: Client, drawn: Portfolio, address: str) -> None:
    answer = client.get(address.format(drawn.pk))

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")
    assert "logged in" in answer.json()["error"]


@pytest.mark.parametrize("address", ALL)
def test_it_is_only_read(signed_in: Client, drawn: Portfolio, address: str) -> None:
    assert signed_in.post(address.format(drawn.pk)).status_code == 405


def test_all_portfolios_together_show_the_trades_of_each(signed_in: Client, user: User, drawn: Portfolio) -> None:
    Portfolio.objects.filter(owner=user, is_combined=True).delete()
    whole = Portfolio.objects.create(owner=user, is_combined=True)
    other = Portfolio.objects.create(owner=user, name="Other")
    typed(other, Kind.SELL, "2024-06-04", Instrument.objects.get(), "4", price="190")

    answer = signed_in.get(BARS.format(whole.pk)).json()

    assert [(one["kind"], one["quantity"]) for one in answer["trades"]] == [("buy", 10), ("sell", 4)]
