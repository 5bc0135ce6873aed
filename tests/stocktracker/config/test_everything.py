import pytest
from pytest_django import Settings

from pricing.services.source import claim_source
from stocktracker.config.everything import everything
from stocktracker.config.findings import Level

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def good(settings: Settings) -> None:
    """A deployment nothing is wrong with."""
    settings.MARKET = "simulated"
    settings.SECRET_KEY = "2Fq0w9rX5v7mB1nH6tY4uP3sD8kJ0lZaQeWcRgTbNyUiMoKhVfXjLpSd"
    settings.ALLOWED_HOSTS = ["localhost"]
    claim_source("simulated")


def levels(**environ: str) -> dict[str, Level]:
    """The worst by subject."""
    order = list(Level)
    found: dict[str, Level] = {}
    for one in everything(environ):
        found[one.about] = max(found.get(one.about, Level.OK), one.level, key=order.index)
    return found


def test_a_good_deployment_has_no_error() -> None:
    assert Level.ERROR not in levels().values()


def test_what_cannot_be_reached_is_an_error_and_the_rest_is_told_all_the_same(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    found = levels()

    assert (found["REDIS_URL"], found["EMAIL_HOST"], found["MARKET"]) == (Level.ERROR, Level.ERROR, Level.OK)


def test_a_test_mail_without_a_server_is_an_error(settings: Settings) -> None:
    settings.EMAIL_HOST = ""

    found = [one for one in everything({}, mail_to="ada@example.org") if one.about == "EMAIL_HOST"]

    assert [one.level for one in found] == [Level.ERROR]


def test_a_sender_that_is_no_address_and_a_host_that_is_no_name_are_errors(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "MyStockTracker"
    settings.REDIS_URL = "redis://:s3cret@a..b/0"

    found = list(everything({}))

    assert {one.about for one in found if one.level is Level.ERROR} == {"EMAIL_FROM", "REDIS_URL"}
    assert not any("s3cret" in str(one) for one in found)


def test_a_misspelt_variable_is_named() -> None:
    assert levels(REDIS_URLS="x")["REDIS_URLS"] is Level.WARNING
