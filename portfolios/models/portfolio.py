"""What people own: portfolios, their transactions, imports, and what is derived from them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from portfolios.accounting.entries import MAY_BE_NEGATIVE, NEEDS_INSTRUMENT, TRADES, TRANSFERS, Kind
from pricing.market.currencies import major, unit
from pricing.models import Instrument

NOT_NEGATIVE = [MinValueValidator(0, gettext_lazy("A number from 0 on; the kind says which way it goes."))]


class Portfolio(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="portfolios")
    name = models.CharField(max_length=80)
    base_currency = models.CharField(max_length=3, default="USD")
    is_combined = models.BooleanField(
        default=False, help_text="all the owner's portfolios together: it has no transactions of its own"
    )
    is_demo = models.BooleanField(default=False, help_text="made to look around in: removed at a click")
    tracks_cash = models.BooleanField(
        default=False, help_text="deposits and withdrawals are entered; else every purchase counts as money put in"
    )
    allow_short = models.BooleanField(
        default=False, help_text="more may be sold than is held; else such a sale is refused"
    )
    benchmark = models.ForeignKey(Instrument, models.SET_NULL, null=True, blank=True, related_name="+")
    more_benchmarks = models.ManyToManyField(Instrument, blank=True, related_name="+", help_text="up to three")
    risk_free = models.DecimalField(
        max_digits=6, decimal_places=4, default=0, help_text="a year's rate: 0.02 is 2 %; of Sharpe, Sortino and alpha"
    )
    inflation = models.DecimalField(
        max_digits=6, decimal_places=4, null=True, blank=True, help_text="a year's rate; empty: not adjusted for"
    )
    ledger_revision = models.PositiveIntegerField(default=0, help_text="rises with every change of a transaction")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(is_combined=True), name="portfolio_combined_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def members(self) -> list[int]:
        """The portfolios whose transactions it shows: itself, or all of its owner's. A combined one asks once."""
        if not self.is_combined:
            return [self.pk]
        own = Portfolio.objects.filter(owner=self.owner_id, is_combined=False)
        return list(own.values_list("pk", flat=True))

    @property
    def entered(self) -> QuerySet[Transaction]:
        """The transactions it is made of, with their instruments and portfolios."""
        rows = Transaction.objects.filter(portfolio__in=self.members)
        return rows.select_related("instrument", "portfolio")

    @property
    def title(self) -> str:
        """Its name; of the combined one, in the reader's language."""
        return gettext("All portfolios") if self.is_combined else self.name


class ImportBatch(models.Model):
    """A file somebody wants to import: checked by a job, shown, then applied whole or forgotten."""

    class State(models.TextChoices):
        CHECKING = "checking", gettext_lazy("being checked")
        READY = "ready", gettext_lazy("ready to import")
        REFUSED = "refused", gettext_lazy("has problems")
        APPLIED = "applied", gettext_lazy("imported")

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=200)
    content = models.BinaryField(help_text="the file as uploaded; emptied once it is applied or refused")
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    report = models.JSONField(default=dict, blank=True, help_text="rows, duplicates and problems found by the check")
    created_at = models.DateTimeField(auto_now_add=True)


class Transaction(models.Model):
    """What happened, as typed: quantities before later splits, money in `currency`.

    Everything is positive, but for income and costs that were taken back: interest charged, a fee refunded.
    """

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="transactions")
    date = models.DateField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    instrument = models.ForeignKey(Instrument, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True, validators=NOT_NEGATIVE)
    price = models.DecimalField(
        max_digits=24, decimal_places=10, null=True, blank=True, validators=NOT_NEGATIVE, help_text="per share"
    )
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    fee = models.DecimalField(max_digits=20, decimal_places=4, default=0, validators=NOT_NEGATIVE)
    tax = models.DecimalField(max_digits=20, decimal_places=4, default=0, validators=NOT_NEGATIVE)
    currency = models.CharField(max_length=3, blank=True, default="", help_text="empty: the instrument's own")
    fx_rate = models.DecimalField(
        max_digits=20,
        decimal_places=10,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
        help_text="base currency for one unit of currency; the broker converted",
    )
    account = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    external_id = models.CharField(max_length=100, blank=True, default="", help_text="the broker's; imported once")
    batch = models.ForeignKey(ImportBatch, models.SET_NULL, null=True, blank=True, related_name="transactions")

    class Meta:
        ordering = ["date", "pk"]
        indexes = [models.Index(fields=["portfolio", "date", "id"], name="transaction_order")]
        constraints = [
            models.CheckConstraint(
                name="transaction_positive",
                condition=Q(fee__gte=0)
                & Q(tax__gte=0)
                & (Q(quantity=None) | Q(quantity__gt=0))
                & (Q(price=None) | Q(price__gte=0))
                & (Q(amount=None) | Q(amount__gte=0) | Q(kind__in=sorted(MAY_BE_NEGATIVE))),
            ),
            models.CheckConstraint(
                name="transaction_instrument",
                condition=Q(instrument__isnull=False) | ~Q(kind__in=sorted(NEEDS_INSTRUMENT)),
            ),
            models.UniqueConstraint(
                fields=["portfolio", "account", "external_id"],
                name="transaction_external_id",
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.kind} {self.instrument or ''}".strip()

    @property
    def quoted(self) -> str:
        """The unit of its price: GBp for pence."""
        own = self.instrument.currency if self.instrument else ""
        return self.currency or own or self.portfolio.base_currency

    @property
    def money(self) -> str:
        """The currency of its amount, fee and tax: pounds where the price is in pence."""
        return major(self.quoted)

    @property
    def gross(self) -> Decimal | None:
        """Quantity × price of a trade, else the amount; in `money`, before fee and tax. None: not stated."""
        if self.kind in TRADES | TRANSFERS and self.price is not None and self.quantity is not None:
            return self.quantity * self.price * unit(self.quoted)
        return self.amount


class ProposedDividend(models.Model):
    """A dividend the source says was paid on shares that were held, and nobody has booked; never booked by itself."""

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("proposed")
        DISMISSED = "dismissed", gettext_lazy("dismissed")

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="proposed_dividends")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    account = models.CharField(max_length=60, blank=True, default="")
    ex_date = models.DateField()
    quantity = models.DecimalField(max_digits=28, decimal_places=12, help_text="held on the evening before")
    per_share = models.DecimalField(max_digits=24, decimal_places=10)
    amount = models.DecimalField(max_digits=20, decimal_places=4, help_text="before tax")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ["-ex_date", "instrument"]
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "instrument", "account", "ex_date"], name="proposed_dividend_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.ex_date:%Y-%m-%d}"


class Holding(models.Model):
    """What is held now, derived from the ledger; money in base currency."""

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="holdings")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    rate = models.ForeignKey(
        Instrument, models.SET_NULL, null=True, related_name="+", help_text="its currency in base currency; null = 1"
    )
    quantity = models.DecimalField(max_digits=28, decimal_places=12)
    cost = models.DecimalField(max_digits=20, decimal_places=4, help_text="FIFO, with fees and taxes")
    average_cost = models.DecimalField(max_digits=20, decimal_places=4)
    realised = models.DecimalField(max_digits=20, decimal_places=4)
    income = models.DecimalField(max_digits=20, decimal_places=4)
    last_price = models.DecimalField(
        max_digits=24, decimal_places=10, help_text="base currency; of the last bar, or of the last trade without bars"
    )
    spark = models.TextField(blank=True, help_text="points of the 30-session sparkline")
    priced = models.BooleanField(default=True, help_text="false: no bar yet, valued at its last trade")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portfolio", "instrument"], name="holding_once")]


class Snapshot(models.Model):
    """A portfolio's figures as last computed; always rebuilt whole, readable until the next one is stored."""

    portfolio = models.OneToOneField(Portfolio, models.CASCADE, primary_key=True)
    ledger_revision = models.PositiveIntegerField()
    prices_revision = models.PositiveBigIntegerField(help_text="sum of its instruments' revisions")
    as_of = models.DateField(null=True, help_text="the last day of the history; null: nothing to show yet")
    computed_at = models.DateTimeField()
    figures = models.JSONField(default=dict, help_text="performance.summary.Summary")
    performance = models.JSONField(default=dict, help_text="performance.overview.Overview")
    report = models.JSONField(default=dict, help_text="cases.answers.answer of everything so far, without its trades")
    trades = models.JSONField(default=list, help_text="closed lots")
    trades_of = models.CharField(max_length=32, blank=True, default="", help_text="the kept ledger they are of")
    findings = models.JSONField(default=list, help_text="what looks wrong with the ledger: kind, day, message")
    cash = models.JSONField(default=dict, help_text="{currency: amount as text}")
    problem = models.TextField(blank=True, default="", help_text="why the figures are not of this ledger, if so")
