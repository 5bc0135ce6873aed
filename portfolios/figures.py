"""Every figure of a report and of a holding: its name, its definition, its formula."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`formula` takes the report's figures by name; `terms` are those it uses."""

    title: str
    definition: str
    formula: str
    terms: tuple[str, ...] = ()
    unit: str = "money"  # or percent, ratio


VALUED = (
    "Σ quantity × price × exchange rate, plus cash. The price is the last close on or before the day; before the "
    "first known price it is that first price, marked estimated."
)
PERIOD = "From the evening of the first day to the evening of the last; transactions of the first day belong to it."
SECURITIES = "Without fees and taxes, exchange rates included, first in, first out."

FIGURES: dict[str, Figure] = {
    "value_start": Figure("Value at the start", VALUED, "value on the evening of {period_start}"),
    "value_end": Figure("Value at the end", VALUED, "{holdings}"),
    "inflows": Figure(
        "Money put in",
        "With cash: deposits, transfers in. Without: purchases with fees and taxes.",
        "sum of what came in after {period_start}",
    ),
    "outflows": Figure(
        "Money taken out",
        "With cash: withdrawals, transfers out. Without: sales and income, after fees and taxes.",
        "sum of what went out after {period_start}",
    ),
    "realised_gain": Figure(
        "Realised gains",
        f"Of what was sold: proceeds − value at the start, or the purchase if it was bought later. {SECURITIES}",
        "Σ (proceeds − basis) of {trades} closed lots",
    ),
    "unrealised_gain": Figure(
        "Unrealised gains",
        f"Of what is held: value at the end − value at the start, or the purchase if it was bought later. {SECURITIES}",
        "Σ (value − basis) of what is held",
    ),
    "securities_gain_by_currency": Figure(
        "of which by exchange rates",
        "Part of both gains: what each lot cost in its own currency × the change of the exchange rate since.",
        "Σ cost in its currency × (rate − rate then)",
    ),
    "income": Figure("Income", "Dividends and interest, before fees and taxes.", "Σ dividends + {interest} interest",
                     ("interest",)),
    "interest": Figure("Interest", "Of which interest; what was charged counts negative.", "Σ interest"),
    "fees": Figure("Fees", "Of trades, of income, and those that belong to neither; refunds are taken off.", "Σ fees"),
    "taxes": Figure("Taxes", "Of trades, of income, and those that belong to neither; refunds are taken off.",
                    "Σ taxes"),
    "currency_gain": Figure(
        "Currency gain of cash",
        "Foreign cash revalued at each day's exchange rate. That of securities is part of their gains.",
        "Σ cash at the end − cash at the start − what moved, each at its day's rate",
    ),
    "total_gain": Figure(
        "Total gain",
        "What the value at the end has more than the value at the start and the money put in.",
        "{realised_gain} + {unrealised_gain} + {income} − {fees} − {taxes} + {currency_gain}",
        ("realised_gain", "unrealised_gain", "income", "fees", "taxes", "currency_gain"),
    ),
    "twr": Figure(
        "Time-weighted return (TWR)",
        "Daily r = (V_end + out) / (V_begin + in) − 1, inflows at the start of the day, outflows at its end, linked: "
        "how the investments did, whatever was paid in. Not available once the value has been below zero.",
        "Π (1 + r) − 1 over all days from {period_start} to {period_end}",
        unit="percent",
    ),
    "twr_annualised": Figure(
        "TWR a year",
        "By actual days / 365, only for periods over one year; shorter ones as they are.",
        "(1 + {twr}) ^ (365 / {days}) − 1",
        ("twr",),
        "percent",
    ),
    "xirr": Figure(
        "Money-weighted return (XIRR)",
        "The yearly rate, actual / 365, at which all payments grow to the value at the end; the solution nearest zero; "
        "−100 % on a total loss; not available without payments in both directions.",
        "Σ payment × (1 + rate) ^ ((end − day) / 365) = 0 for {payments} payments",
        unit="percent",
    ),
    "cagr": Figure(
        "Compound growth (CAGR)", "The time-weighted return a year, by days / 365.25.",
        "(1 + {twr}) ^ (365.25 / {days}) − 1", ("twr",), "percent",
    ),
    "max_drawdown": Figure(
        "Largest drop",
        "Deepest fall of the time-weighted index from its highest point so far; over when that is reached again.",
        "lowest index ÷ highest before it − 1, from {peak} to {trough}, recovered {recovery}",
        unit="percent",
    ),
    "volatility": Figure(
        "Volatility",
        "Sample standard deviation of the returns of all sessions × √252.",
        "deviation of {daily_returns} daily returns × √252",
        ("daily_returns",),
        "percent",
    ),
    "sharpe": Figure(
        "Sharpe ratio",
        "Mean daily return above the risk-free rate ÷ its standard deviation × √252.",
        "mean of {daily_returns} daily returns above {risk_free} a year × 252 ÷ {volatility}",
        ("daily_returns", "risk_free", "volatility"),
        "ratio",
    ),
    "sortino": Figure(
        "Sortino ratio",
        "As Sharpe's, but over the deviation of losses alone (root mean square of what fell below the risk-free rate).",
        "mean of {daily_returns} daily returns above {risk_free} a year × 252 ÷ downside deviation",
        ("daily_returns", "risk_free"),
        "ratio",
    ),
    "calmar": Figure("Calmar ratio", "Compound growth ÷ depth of the largest drop.", "{cagr} ÷ {depth}", ("cagr",),
                     "ratio"),
    "beta": Figure("Beta", "Covariance with the benchmark's daily returns ÷ their variance.",
                   "covariance ÷ variance of {daily_returns} daily returns", ("daily_returns",), "ratio"),
    "alpha": Figure("Alpha", "Jensen's: mean excess return − beta × the benchmark's, × 252.",
                    "(mean − {beta} × mean of the benchmark) × 252", ("beta",), "percent"),
    "correlation": Figure("Correlation", "Of daily returns with the benchmark's.",
                          "of {daily_returns} pairs", ("daily_returns",), "ratio"),
    "tracking_error": Figure("Tracking error", "Standard deviation of the difference to the benchmark × √252.",
                             "deviation of {daily_returns} differences × √252", ("daily_returns",), "percent"),
    "information_ratio": Figure("Information ratio", "Mean difference to the benchmark × 252 ÷ tracking error.",
                                "mean difference × 252 ÷ {tracking_error}", ("tracking_error",), "ratio"),
    "up_capture": Figure("Up capture", "Of the months in which the benchmark rose: own growth a year ÷ its.",
                         "own ÷ benchmark, in rising months", unit="ratio"),
    "down_capture": Figure("Down capture", "Of the months in which the benchmark fell: own growth a year ÷ its.",
                           "own ÷ benchmark, in falling months", unit="ratio"),
}  # fmt: skip

HOLDING: dict[str, Figure] = {
    "value": Figure("Value", VALUED, "{quantity} × {price} × {unit} × {rate}", ("quantity", "price", "unit", "rate")),
    "cost_basis_fifo": Figure("Cost basis (FIFO)", "What the lots still held took, fees and taxes included.",
                              "Σ cost of the lots held"),
    "cost_basis_average": Figure("Cost basis (average)", "Every sale relieves the average of all that is held.",
                                 "quantity held × average cost"),
    "realised_gain_fifo": Figure("Realised gain (FIFO)", "Proceeds net of fees and taxes − cost of the oldest lots.",
                                 "Σ proceeds − Σ cost of closed lots"),
    "realised_gain_average": Figure("Realised gain (average)", "Proceeds net of fees and taxes − average cost.",
                                    "Σ proceeds − Σ average cost relieved"),
    "unrealised_gain_fifo": Figure("Unrealised gain (FIFO)", "Value − cost basis.", "{value} − {cost_basis_fifo}",
                                   ("value", "cost_basis_fifo")),
    "unrealised_gain_average": Figure("Unrealised gain (average)", "Value − average cost basis.",
                                      "{value} − {cost_basis_average}", ("value", "cost_basis_average")),
    "twr": Figure("TWR of the holding", FIGURES["twr"].definition, FIGURES["twr"].formula, unit="percent"),
    "xirr": Figure("XIRR of the holding", FIGURES["xirr"].definition,
                   "Σ payment × (1 + rate) ^ ((end − day) / 365) = 0", unit="percent"),
    "contribution": Figure("Contribution", "Its daily gain ÷ what the portfolio began the day with × the index of the "
                           "evening before; all contributions add up to the TWR.", "Σ of all days", unit="percent"),
    "weight": Figure("Weight", "Value ÷ value of the portfolio.", "{value} ÷ {value_end}", ("value", "value_end"),
                     "percent"),
}  # fmt: skip

# What pages show beside a report: live, or of the last twelve months.
PAGE: dict[str, Figure] = {
    "total": Figure("Total value", "What is held, at the latest prices, plus cash.", "{holdings}"),
    "day_change": Figure(
        "Change of the day", "Of what is held now, since the previous close; exchange rates included.",
        "Σ quantity × (price × rate − previous close × previous rate)",
    ),
    "gain_rate": Figure("Gain on money put in", "Total gain ÷ everything ever put in.", "{gain} ÷ {put_in}",
                        ("gain", "put_in"), "percent"),
    "benchmark_annual": Figure(
        "Benchmark a year", "Total return of {benchmark} with dividends reinvested, over the same days, a year.",
        "(1 + return) ^ (365 / {days}) − 1", unit="percent",
    ),
    "income_year": Figure("Income of twelve months", "Dividends and interest of the last 365 days, before fees and "
                          "taxes.", "Σ dividends and interest after {year_ago}"),
    "income_yield": Figure("Yield", "Income of twelve months ÷ value of the portfolio.", "{income_year} ÷ {value}",
                           ("income_year", "value"), "percent"),
    "volatility_year": Figure("Volatility, last twelve months", "Sample standard deviation of daily returns × √252.",
                              "deviation of daily returns after {year_ago} × √252", unit="percent"),
    "sharpe_year": Figure(
        "Sharpe ratio, last twelve months",
        "Mean daily return above the risk-free rate ÷ its standard deviation × √252.",
        "mean of daily returns above {risk_free} a year × 252 ÷ {volatility_year}", ("volatility_year",), "ratio",
    ),
    "projected": Figure("Projected income", "Dividends of the last twelve months per share × what is held now, at "
                        "today's exchange rates. An estimate: nobody has promised them.",
                        "Σ quantity × dividends of a year × rate"),
    "projected_rate": Figure("Projected yield", "Projected income ÷ value of what is held.", "{projected} ÷ {value}",
                             ("projected", "value"), "percent"),
    "rate": Figure("Yield", "Income received in twelve months ÷ value of what is held.", "{received} ÷ {value}",
                   ("received", "value"), "percent"),
    "rate_on_cost": Figure("Yield on cost", "Income received in twelve months ÷ what it cost.", "{received} ÷ {cost}",
                           ("received", "cost"), "percent"),
    "received": Figure("Income received", "Dividends and interest of the last 365 days, before fees and taxes.",
                       "Σ dividends and interest after {year_ago}"),
}  # fmt: skip
