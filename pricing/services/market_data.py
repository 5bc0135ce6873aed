"""Take closes, dividends or splits from a file, for what no source prices: all of it, or nothing and every problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import isclose

from django.db import transaction
from django.db.models import F

from pricing.market.adjusting import Ratio, adjusted_closes, shares_since, too_large_dividends
from pricing.market.bars import records
from pricing.market.calendar import CURRENCIES, DEFAULT
from pricing.market.currencies import as_quoted
from pricing.market.files import CURRENCY, LARGEST, SMALLEST, Content, Parsed, Problem, Row, not_a_currency, parse
from pricing.market.quality import price_findings, rate_gaps
from pricing.market.symbols import SYMBOL
from pricing.models import PRICE_DECIMALS, Bar, Dividend, Instrument, Quote, Split
from pricing.packed import merge
from pricing.services.findings import replace_findings
from pricing.services.listeners import tell_of_quotes
from pricing.upstream.client import Bar as UpstreamBar

SAME = 1e-9  # share: two ways of dividing by the same splits differ by less, and that is no change
RATE = "=X"  # how the symbol of an exchange rate ends: EURUSD=X is what one euro costs, in dollars
DAY_ENDS = time(23, 59)  # UTC: a file knows the day of a price, not its hour

Closes = list[tuple[date, float]]


class ImportProblemsError(Exception):
    """Nothing was stored; one sentence a row."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.row)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Imported:
    kind: Content
    rows: int
    symbols: list[str]
    changed: list[int]  # ids of the instruments that are not as before: whoever depends on them is to be rebuilt
    stored_before: int = 0  # splits among the rows: they are not applied again


def import_market_data(content: bytes, now: datetime, *, as_traded: bool = False, currency: str = "") -> Imported:
    """Raises ImportProblemsError. `as_traded`: prices are as paid then, and are divided by the splits since.

    `currency`: of what the file does not say it for. Joins the caller's transaction.
    """
    parsed = parse(content, now.astimezone(UTC).date())
    if parsed.problems:
        raise ImportProblemsError(parsed.problems)
    rows = defaultdict[str, list[Row]](list)
    for row in parsed.rows:
        rows[row.symbol].append(row)
    if currency and not CURRENCY.fullmatch(currency):
        raise ImportProblemsError([Problem(0, not_a_currency(currency))])
    with transaction.atomic():
        known = {row.symbol: row for row in Instrument.objects.select_for_update().filter(symbol__in=rows)}
        currencies = {symbol: _currency(own, known.get(symbol), as_quoted(currency)) for symbol, own in rows.items()}
        if problems := [*_refused(parsed, known), *_wrong_currencies(rows, known, currencies)]:
            raise ImportProblemsError(problems)
        instruments = {symbol: known.get(symbol) or Instrument(symbol=symbol) for symbol in rows}
        stored_before = _stored_before(parsed)
        changed = [
            instrument.pk
            for symbol, instrument in sorted(instruments.items())
            if _take(instrument, currencies[symbol], parsed.kind, rows[symbol], as_traded, now)
        ]
        Instrument.objects.filter(pk__in=changed).update(revision=F("revision") + 1)
    return Imported(parsed.kind, len(parsed.rows), sorted(rows), changed, stored_before)


def _currency(rows: list[Row], known: Instrument | None, default: str) -> str:
    """As the file says; else as its symbol says, if it is a rate; else the default; else as it is stored."""
    said = next((row.currency for row in rows if row.currency), "")
    symbol = rows[0].symbol
    quoted = symbol.removesuffix(RATE)[-3:] if symbol.endswith(RATE) else ""
    return said or quoted or default or as_quoted(known.currency if known else "")


def _stored_before(parsed: Parsed) -> int:
    """How many rows are of splits that are stored."""
    if parsed.kind is not Content.SPLITS:
        return 0
    wanted = {(row.symbol, row.day) for row in parsed.rows}
    stored = Split.objects.filter(instrument__symbol__in={symbol for symbol, _ in wanted})
    return len(wanted & {*stored.values_list("instrument__symbol", "ex_date")})


def _refused(parsed: Parsed, known: Mapping[str, Instrument]) -> list[Problem]:
    """Symbols that are none, that the price source has prices of, or that have no closes to act upon."""
    priced = set(Bar.objects.filter(instrument__in=[row.pk for row in known.values()]).values_list("instrument"))
    found: dict[str, Problem] = {}
    for row in parsed.rows:
        instrument = known.get(row.symbol)
        if not SYMBOL.fullmatch(row.symbol):
            found[row.symbol] = Problem(row.row, f"«{row.symbol}» is not a symbol. Use letters, digits and . - = ^.")
        elif instrument and instrument.status == Instrument.Status.ACTIVE:
            sentence = f"{row.symbol} has prices from the price source already. Use another symbol for your own."
            found.setdefault(row.symbol, Problem(row.row, sentence))
        elif parsed.kind is not Content.CLOSES and (instrument is None or (instrument.pk,) not in priced):
            sentence = f"{row.symbol} has no closes yet. Import a file of its closes first."
            found.setdefault(row.symbol, Problem(row.row, sentence))
    return list(found.values())


def _wrong_currencies(
    rows: Mapping[str, list[Row]], known: Mapping[str, Instrument], currencies: Mapping[str, str]
) -> list[Problem]:
    found = []
    for symbol, own in rows.items():
        stored, currency = as_quoted(getattr(known.get(symbol), "currency", "")), currencies[symbol]
        at = next((row.row for row in own if row.currency), own[0].row)
        says = "here" if any(row.currency for row in own) else "by --currency"
        if not currency:
            found.append(Problem(at, f"{symbol} has no currency. Add a column currency, or say --currency USD."))
        elif not CURRENCY.fullmatch(currency):
            found.append(Problem(at, not_a_currency(currency)))
        elif stored and stored != currency:
            found.append(Problem(at, f"{symbol} is in {currency} {says}, but its stored prices are in {stored}."))
        elif symbol.endswith(RATE) and symbol.removesuffix(RATE)[-3:] != currency:
            found.append(Problem(at, f"{symbol} is a rate in {symbol.removesuffix(RATE)[-3:]}, not in {currency}."))
    return found


def _manual(instrument: Instrument, currency: str) -> None:
    """Its row from now on; the revision is the caller's matter. It keeps weekdays, so that its age can be told."""
    instrument.status, instrument.currency = Instrument.Status.MANUAL, currency
    instrument.name = instrument.name or instrument.symbol
    is_rate = instrument.symbol.endswith(RATE)
    instrument.calendar = CURRENCIES if is_rate else DEFAULT
    instrument.quote_type = "CURRENCY" if is_rate else instrument.quote_type
    instrument.save()


def _take(
    instrument: Instrument, currency: str, kind: Content, rows: list[Row], as_traded: bool, now: datetime
) -> bool:
    """Whether anything is not as before."""
    changed = instrument.currency != currency
    _manual(instrument, currency)
    ratios = _ratios(instrument)
    closes = dict(_closes(instrument))
    if kind is Content.SPLITS:
        new = _new_splits(instrument, rows)
        changed |= bool(new)
        if as_traded:
            closes = {day: close / shares_since(day, new) for day, close in closes.items()}
            _restate_dividends(instrument, new)
    elif kind is Content.DIVIDENDS:
        changed |= _store_dividends(instrument, rows, ratios if as_traded else [])
    else:
        given = {row.day: float(row.numbers[0]) for row in rows}
        closes |= {day: close / shares_since(day, ratios if as_traded else []) for day, close in given.items()}
    restored = _store_bars(instrument, sorted(closes.items()), rows)
    settle(instrument, now)
    return changed or restored


def settle(instrument: Instrument, now: datetime) -> None:
    """What follows from the closes that are stored: the latest is the quote, and what looks wrong is told."""
    if Bar.objects.filter(instrument=instrument).exists():
        _store_quote(instrument, now)
    _judge(instrument, now)


def _ratios(instrument: Instrument) -> list[Ratio]:
    stored = Split.objects.filter(instrument=instrument)
    return [Ratio(row.ex_date, float(row.numerator / row.denominator)) for row in stored]


def _closes(instrument: Instrument) -> Closes:
    return list(Bar.objects.filter(instrument=instrument).order_by("session").values_list("session", "close"))


def _new_splits(instrument: Instrument, rows: list[Row]) -> list[Ratio]:
    """Those not stored before; what is stored is never altered, for closes may have been divided by it."""
    stored = {row.ex_date: row for row in Split.objects.filter(instrument=instrument)}
    other = [
        Problem(row.row, f"the split of {instrument} on {row.day} is stored as {_ratio(old)} already.")
        for row in rows
        if (old := stored.get(row.day)) and (old.numerator, old.denominator) != row.numbers
    ]
    if other:
        raise ImportProblemsError(other)
    new = [row for row in rows if row.day not in stored]
    Split.objects.bulk_create(
        Split(instrument=instrument, ex_date=row.day, numerator=row.numbers[0], denominator=row.numbers[1])
        for row in new
    )
    return [Ratio(row.day, float(row.numbers[0] / row.numbers[1])) for row in new]


def _ratio(split: Split) -> str:
    return f"{split.numerator.normalize():f}:{split.denominator.normalize():f}"


def _restate_dividends(instrument: Instrument, new: Sequence[Ratio]) -> None:
    rows = list(Dividend.objects.filter(instrument=instrument))
    for row in rows:
        row.amount = _amount(float(row.amount) / shares_since(row.ex_date, new))
    Dividend.objects.bulk_update(rows, ["amount"])


def _store_dividends(instrument: Instrument, rows: list[Row], ratios: Sequence[Ratio]) -> bool:
    stored = dict(Dividend.objects.filter(instrument=instrument).values_list("ex_date", "amount"))
    amounts = {row.day: _amount(float(row.numbers[0]) / shares_since(row.day, ratios)) for row in rows}
    new = {
        day: amount
        for day, amount in amounts.items()
        if not isclose(amount, stored.get(day, 0), rel_tol=SAME, abs_tol=10**-PRICE_DECIMALS)
    }
    Dividend.objects.bulk_create(
        [Dividend(instrument=instrument, ex_date=day, amount=amount) for day, amount in new.items()],
        update_conflicts=True,
        unique_fields=["instrument", "ex_date"],
        update_fields=["amount"],
    )
    return bool(new)


def _amount(value: float) -> Decimal:
    return round(Decimal(repr(value)), PRICE_DECIMALS)


def _store_bars(instrument: Instrument, closes: Closes, rows: list[Row]) -> bool:
    """Every close with its adjusted one, where they differ from what is stored; rows say where a problem came from."""
    paid = Dividend.objects.filter(instrument=instrument).values_list("ex_date", "amount")
    dividends = {ex_date: float(amount) for ex_date, amount in paid}
    if too_large := too_large_dividends(closes, dividends):
        where = {row.day: row.row for row in rows}
        raise ImportProblemsError(
            Problem(
                where.get(day, rows[0].row),
                f"the dividend of {instrument} on {day} is not less than the close before it.",
            )
            for day in too_large
        )
    for day, close in closes:
        if not float(SMALLEST) <= close < float(LARGEST):
            sentence = (
                f"divided by its splits, the close of {instrument} on {day} is {close:g}, which cannot be stored."
            )
            raise ImportProblemsError([Problem(rows[0].row, sentence)])
    adjusted = adjusted_closes(closes, dividends)
    stored = {
        day: pair
        for day, *pair in Bar.objects.filter(instrument=instrument).values_list("session", "close", "adjusted_close")
    }
    bars = [
        UpstreamBar(day, close, close, close, close, total, 0)
        for (day, close), total in zip(closes, adjusted, strict=True)
        if not all(map(_same, (close, total), stored.get(day, (0.0, 0.0))))
    ]
    return bool(merge(records(instrument.pk, bars)))


def _same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=SAME)


def _store_quote(instrument: Instrument, now: datetime) -> None:
    """The last close, made and learnt on its day: it ages as a price of that day does, and moves on no other."""
    day, close = _closes(instrument)[-1]
    price, quote = _amount(close), Quote.objects.filter(instrument=instrument).first()
    if quote and quote.price == price and quote.at.astimezone(UTC).date() == day:
        return
    at = min(now, datetime.combine(day, DAY_ENDS, UTC))
    Quote.objects.update_or_create(instrument=instrument, defaults={"price": price, "at": at, "fetched_at": at})
    tell_of_quotes([instrument.pk], now)


def _judge(instrument: Instrument, now: datetime) -> None:
    closes, splits = _closes(instrument), Split.objects.filter(instrument=instrument)
    found = price_findings(closes, set(splits.values_list("ex_date", flat=True)))
    if instrument.calendar == CURRENCIES:
        found += rate_gaps([day for day, _ in closes])
    replace_findings(instrument, found, now)
