"""Addresses of the charts app."""

from django.urls import path, re_path

from . import api, backtests_api
from .views import asking, comparing, listing, results, sharing, strategies, studies

BARS = "api/portfolios/<int:pk>/bars/<str:symbol>"
BACKTEST = "api/backtests/<str:key>"
RESULT = r"^backtests/(?P<key>[0-9a-f]{64})/"

urlpatterns = [
    path("api/chart-data/<int:pk>", api.chart_data, name="chart-data"),
    path("api/dashboard-chart-data/<int:pk>", api.chart_data, name="dashboard-chart-data"),
    path("api/chart-data/<int:pk>.csv", api.chart_csv, name="chart-csv"),
    path("api/chart-generator-progress/<int:pk>", api.chart_progress, name="chart-progress"),
    path(BARS + ".csv", api.bars_csv, name="bars-csv"),
    path(BARS, api.bars, name="bars"),
    path("api/backtests", backtests_api.backtests, name="backtests-api"),
    path("api/backtests/compare", backtests_api.compared, name="backtests-compare-chart"),
    path("api/backtests/shared/<str:token>/chart", backtests_api.shared_chart, name="backtest-shared-chart"),
    path(BACKTEST, backtests_api.backtest, name="backtest-json"),
    path(BACKTEST + "/chart", backtests_api.chart, name="backtest-chart"),
    path(BACKTEST + "/curves.csv", backtests_api.curves_csv, name="backtest-curves-csv"),
    path(BACKTEST + "/trades.csv", backtests_api.trades_csv, name="backtest-trades-csv"),
    path("backtests/", listing.backtests, name="backtests"),
    path("backtests/new/<slug:template>/", asking.new, name="backtest-new"),
    path("backtests/new/<slug:template>/check/", asking.check, name="backtest-check"),
    path("backtests/compare/", comparing.compare, name="backtest-compare"),
    path("backtests/shared/<str:token>/", sharing.shared, name="backtest-shared"),
    path("backtests/shared/<str:token>/withdraw/", sharing.withdraw, name="share-withdraw"),
    path("backtests/strategies/<int:pk>/", strategies.strategy, name="strategy"),
    path("backtests/strategies/<int:pk>/rename/", strategies.rename, name="strategy-rename"),
    path("backtests/strategies/<int:pk>/remove/", strategies.remove, name="strategy-remove"),
    re_path(RESULT + r"studies/(?P<pk>\d{1,18})/$", studies.study, name="backtest-study"),
    re_path(RESULT + "again/$", results.again, name="backtest-again"),
    re_path(RESULT + "save/$", results.save, name="backtest-save"),
    re_path(RESULT + "share/$", results.share, name="backtest-share"),
    re_path(RESULT + "map/$", studies.ask_map, name="backtest-map"),
    re_path(RESULT + "luck/$", studies.ask_luck, name="backtest-luck"),
    re_path(RESULT + "$", results.backtest, name="backtest"),
]
