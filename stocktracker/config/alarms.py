"""Who may read the numbers, who is told of alarms, and whether limits can ever be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from .findings import Finding, error, ok, warning

SHORTEST_TOKEN = 20  # characters
# {name in ALARM_LIMITS: (variable, least, most)}; an alarm outside of them is always or never
RANGES = {
    "page_seconds": ("ALARM_PAGE_SECONDS", 0.0, 60.0),
    "asked": ("ALARM_UPSTREAM_CALLS", 0.0, 1e6),
    "hit_rate": ("ALARM_HIT_RATE", 0.0, 1.0),
    "error_rate": ("ALARM_ERROR_RATE", 0.0, 1.0),
    "breaker_minutes": ("ALARM_BREAKER_MINUTES", 0.0, 10_080.0),
    "budget": ("ALARM_BUDGET", 0.0, 1.0),
    "after_close_minutes": ("ALARM_AFTER_CLOSE_MINUTES", 0.0, 1_440.0),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the settings say."""

    token: str
    webhook: str
    addresses: Sequence[str]
    mail_server: str
    limits: Mapping[str, float]
    slow: Mapping[str, float]  # {variable: seconds}


def alarms(told: Told) -> list[Finding]:
    return [
        *_limits(told),
        _token(told.token),
        _webhook(told.webhook),
        _addresses(told.addresses, told.mail_server),
    ]


def _limits(told: Told) -> list[Finding]:
    found = [
        error(
            variable, f"{told.limits[name]:g} is outside of {least:g} to {most:g}: this alarm would always or never go."
        )
        for name, (variable, least, most) in RANGES.items()
        if not least <= told.limits[name] <= most
    ]
    found += [error(name, f"{value:g} seconds is below zero.") for name, value in told.slow.items() if value < 0]
    return found or [ok("ALARM_*", "every limit can be reached, and none always is.")]


def _token(token: str) -> Finding:
    if token and len(token) < SHORTEST_TOKEN:
        return warning("METRICS_TOKEN", f"it can be guessed: {len(token)} characters. Take {SHORTEST_TOKEN} or more.")
    return ok(
        "METRICS_TOKEN", "long enough." if token else "none: who is not in METRICS_FROM and not staff, reads none."
    )


def _webhook(address: str) -> Finding:
    """Says the host only: whoever has the rest may post there."""
    about = "ALARM_WEBHOOK"
    if not address:
        return ok(about, "none.")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "http" and not _is_private(host):
        return warning(about, f"what is posted to {host} travels readable, and so does the address: write https.")
    return ok(about, f"alarms are posted to {host}.")


def _is_private(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _addresses(addresses: Sequence[str], mail_server: str) -> Finding:
    about = "ALARM_EMAILS"
    if strange := [one for one in addresses if "@" not in one.strip("@")]:
        return error(about, f"«{strange[0]}» is no address: write ada@example.org,bob@example.org.")
    if addresses and not mail_server:
        return warning(about, "they get nothing as long as EMAIL_HOST names no server.")
    return ok(about, ", ".join(addresses) + "." if addresses else "none: staff with an address are told.")
