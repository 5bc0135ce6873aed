"""Cookie, crumb and consent."""

from datetime import UTC, datetime

from pricing.simulator.handshake import consent, cookie, crumb
from pricing.simulator.world import World

WORLD = World(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))


def test_the_cookie_is_good_for_all_of_yahoo() -> None:
    header = cookie(WORLD).headers["Set-Cookie"]

    assert header.startswith("A3=d=")
    assert "Domain=.yahoo.com" in header


def test_a_crumb_belongs_to_its_cookie() -> None:
    assert crumb("", WORLD).status == 401
    assert crumb("d=1", WORLD).body == WORLD.crumb("d=1").encode()


def test_consent_is_a_form_and_whoever_has_sent_it_gets_the_cookie() -> None:
    page, copied = consent("/consent", WORLD), consent("/copyConsent", WORLD)

    assert b'name="csrfToken"' in page.body
    assert b'name="sessionId"' in page.body
    assert ("Set-Cookie" in page.headers, "Set-Cookie" in copied.headers) == (False, True)
