"""Addresses of the portfolios app."""

from django.urls import path

from . import api
from .views import dashboard, dividends, imports, instruments, portfolio, quality, symbols, transactions

OWN = "portfolios/<int:pk>/"
ROW = OWN + "transactions/<int:transaction>/"
DIVIDEND = OWN + "dividends/<int:dividend>/"

urlpatterns = [
    path("", dashboard.home, name="home"),
    path("portfolios/new/", portfolio.portfolio_new, name="portfolio-new"),
    path(OWN, dashboard.dashboard, name="dashboard"),
    path(OWN + "refresh/", dashboard.refresh, name="refresh"),
    path(OWN + "jobs/", dashboard.jobs_card, name="jobs-card"),
    path(OWN + "settings/", portfolio.portfolio_settings, name="settings"),
    path(OWN + "delete/", portfolio.portfolio_delete, name="portfolio-delete"),
    path(OWN + "activity/", transactions.activity, name="activity"),
    path(OWN + "activity/export.csv", transactions.activity_export, name="activity-export"),
    path(OWN + "transactions/new/", transactions.transaction_new, name="transaction-new"),
    path(ROW, transactions.transaction_edit, name="transaction-edit"),
    path(ROW + "delete/", transactions.transaction_delete, name="transaction-delete"),
    path(OWN + "dividends/", dividends.proposed_dividends, name="dividends"),
    path(OWN + "dividends/book/", dividends.dividends_book, name="dividends-book"),
    path(DIVIDEND + "book/", dividends.dividend_book, name="dividend-book"),
    path(DIVIDEND + "dismiss/", dividends.dividend_dismiss, name="dividend-dismiss"),
    path(DIVIDEND + "again/", dividends.dividend_again, name="dividend-again"),
    path(OWN + "quality/", quality.quality, name="quality"),
    path(OWN + "quality/<int:finding>/fetch/", quality.finding_refetch, name="finding-refetch"),
    path(OWN + "import/", imports.import_new, name="import-new"),
    path(OWN + "import/<int:batch>/", imports.import_preview, name="import"),
    path(OWN + "import/<int:batch>/apply/", imports.import_apply, name="import-apply"),
    path("symbols/", symbols.symbols, name="symbols"),
    path("instruments/new/", instruments.instrument_new, name="instrument-new"),
    path("instruments/<str:symbol>/prices/", instruments.instrument_prices, name="instrument-prices"),
    path(
        "instruments/<str:symbol>/prices/<int:correction>/withdraw/", instruments.price_withdraw, name="price-withdraw"
    ),
    path("api/" + OWN + "report", api.report, name="api-report"),
    path("api/" + OWN + "performance", api.performance, name="api-performance"),
    path("api/" + OWN + "trades", api.trades, name="api-trades"),
    path("api/" + OWN + "explain/<path:figure>", api.explain, name="api-explain"),
]
