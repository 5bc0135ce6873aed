"""Cookie, crumb and consent: what Yahoo asks of a client before it answers."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pricing.simulator.reply import Reply
from pricing.simulator.world import World

COOKIE_DAYS = 365
_NO_PAGE = "<HTML><HEAD><TITLE>Not Found on Accelerator</TITLE></HEAD></HTML>"  # what comes with the cookie
_CONSENT_PAGE = """<html><body><form method="post" action="https://consent.yahoo.com/v2/collectConsent">
<input type="hidden" name="csrfToken" value="simulated"><input type="hidden" name="sessionId" value="3_simulated">
<button name="agree" value="agree">Accept all</button></form></body></html>"""


def unauthorized(description: str) -> Reply:
    return Reply.error(401, "Unauthorized", description)


def cookie(world: World) -> Reply:
    value = "d=" + hashlib.sha256(f"cookie/{world.now.isoformat()}".encode()).hexdigest()[:40]
    expires = (datetime.now(UTC) + timedelta(days=COOKIE_DAYS)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    attributes = f"Expires={expires}; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly"
    return replace(Reply.html(200, _NO_PAGE), headers={"Set-Cookie": f"A3={value}; {attributes}"})


def crumb(sent_cookie: str, world: World) -> Reply:
    return Reply.text(200, world.crumb(sent_cookie)) if sent_cookie else unauthorized("Invalid Cookie")


def consent(path: str, world: World) -> Reply:
    """The page with its form; whoever has sent it gets the cookie."""
    return cookie(world) if path.endswith("/copyConsent") else Reply.html(200, _CONSENT_PAGE)
