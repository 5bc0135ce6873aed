from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolios.accounting.entries import Kind
from portfolios.models import Portfolio
from portfolios.pages.instrument import InstrumentPage, chart_ranges, find_instrument, instrument_page
from pricing.market.freshness import Freshness
from pricing.models import Dividend, Instrument, Quote
from tests.portfolios.given import bars, listed, quote, rebuilt, split, typed

pytestmark = pytest.mark.django_db


def page_of(portfolio: Portfolio, symbol: str) -> InstrumentPage:
    found = find_instrument(portfolio, symbol)
    assert found is not None
    return instrument_page(Portfolio.objects.select_related("snapshot").get(pk=portfolio.pk), found, timezone.now())


def test_what_is_held_is_valued_as_on_the_dashboard(invested: Portfolio) -> None:
    page = page_of(invested, "AAPL")

    assert page.held is not None
    assert (page.held.valued.value, page.held.valued.gain) == (1900, 400)
    assert (page.average_cost, page.fifo_cost) == (150, 150)
    assert page.held.weight == Decimal(1900) / (1900 + 89)


def test_a_cost_in_base_currency_is_a_price_in_the_chart_s_unit(invested: Portfolio) -> None:
    """60 pence were 0.75 dollars; at today's rate they are 60 pence again."""
    assert page_of(invested, "VOD.L").average_as_quoted == "60.000000"
    assert page_of(invested, "AAPL").average_as_quoted == "150.000000"


def test_without_a_rate_there_is_no_line_of_the_cost(invested: Portfolio) -> None:
    Quote.objects.filter(instrument__symbol="GBPUSD=X").delete()

    assert page_of(invested, "VOD.L").average_as_quoted == ""


def test_sold_shares_leave_gain_income_and_lots(invested: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    typed(invested, Kind.SELL, "2024-06-04", apple, "4", price="190", fee="10")
    typed(invested, Kind.DIVIDEND, "2024-06-04", apple, amount="12")
    rebuilt(invested)

    page = page_of(invested, "AAPL")

    assert (page.realised, page.income) == (150, 12)
    (lot,) = page.lots
    assert (lot.opened, lot.closed, lot.quantity, lot.gain) == (date(2024, 6, 3), date(2024, 6, 4), 4, 150)
    assert lot.rate == pytest.approx(0.25)
    assert [row.kind for row in page.transactions] == ["dividend", "sell", "buy"]


def test_what_is_sold_out_keeps_its_page(invested: Portfolio) -> None:
    typed(invested, Kind.SELL, "2024-06-04", Instrument.objects.get(symbol="AAPL"), "10", price="190")
    rebuilt(invested)

    page = page_of(invested, "AAPL")

    assert (page.held, page.average_cost, page.average_as_quoted, page.realised) == (None, None, "", 400)
    assert page.line.state is Freshness.MISSING


def test_the_year_s_range_and_where_the_price_stands(invested: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    today = timezone.now().date()
    bars(apple, {str(today - timedelta(days=40)): 150.0, str(today - timedelta(days=20)): 250.0, "2020-01-02": 1.0})

    page = page_of(invested, "AAPL")

    assert (page.year.low, page.year.high, page.position) == (150, 250, 0.4)
    assert page.change == 0


def test_an_instrument_without_a_quote_has_no_change(portfolio: Portfolio) -> None:
    typed(portfolio, Kind.BUY, "2024-06-03", listed("PRIVATE"), "10", price="12")
    rebuilt(portfolio)

    page = page_of(portfolio, "PRIVATE")

    assert (page.quote, page.change, page.change_rate, page.position) == (None, None, None, None)
    assert (page.line.text, page.ranges) == ("No quote yet", [])


def test_what_the_source_states_is_listed_the_latest_first(invested: Portfolio) -> None:
    apple = Instrument.objects.get(symbol="AAPL")
    for day in ("2024-02-09", "2024-05-10"):
        Dividend.objects.create(instrument=apple, ex_date=day, amount="0.25")
    split(apple, "2020-08-31", 4)

    page = page_of(invested, "AAPL")

    assert [row.ex_date for row in page.dividends] == [date(2024, 5, 10), date(2024, 2, 9)]
    assert [row.numerator for row in page.splits] == [4]


def test_an_old_price_says_so(invested: Portfolio) -> None:
    Quote.objects.update(fetched_at=timezone.now() - timedelta(days=9))

    assert page_of(invested, "AAPL").line.text.endswith("9 days old")


def test_only_what_the_portfolio_had_to_do_with_is_found(invested: Portfolio) -> None:
    quote(listed("MSFT"), "400")

    assert find_instrument(invested, "MSFT") is None
    assert find_instrument(invested, "aapl") is None


@pytest.mark.parametrize(
    ("first", "names", "chosen"),
    [
        (date(2004, 1, 5), ["3M", "6M", "1Y", "2Y", "5Y", "Max"], "1Y"),
        (date(2024, 1, 5), ["3M", "Max"], "Max"),
        (date(2024, 6, 3), ["Max"], "Max"),
    ],
)
def test_a_chart_offers_the_ranges_its_bars_reach_back_for(first: date, names: list[str], chosen: str) -> None:
    offered = chart_ranges(first, date(2024, 6, 4))

    assert [one.name for one in offered] == names
    assert [one.name for one in offered if one.chosen] == [chosen]
    assert chart_ranges(None, None) == []
