"""What the environment says: texts, switches, lists, numbers, addresses; a wrong one stops the start with a sentence.

No sentence repeats an address: passwords and keys are in them.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from ipaddress import ip_network
from math import isfinite
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url

if TYPE_CHECKING:
    from dj_database_url import DBConfig

ON, OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
POSTGRESQL = "django.db.backends.postgresql"


def text(name: str, default: str = "") -> str:
    """A variable that is set to nothing is not set: files of platforms list them all."""
    return os.environ.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    told = text(name, "1" if default else "0").lower()
    if told not in ON | OFF:
        raise SystemExit(f"{name} is {os.environ[name]!r}; it must be 1 or 0.")
    return told in ON


def words(name: str, default: str = "") -> list[str]:
    """Separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, among: Collection[str]) -> str:
    """One of these, however it is capitalised."""
    told = text(name, default)
    found = [one for one in among if one.lower() == told.lower()]
    if not found:
        raise SystemExit(f"{name} is {told!r}; it must be {' or '.join(among)}.")
    return found[0]


def number(name: str, default: float) -> float:
    told = text(name, str(default))
    try:
        value = float(told)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise SystemExit(f"{name} is {told!r}; it must be a number, like {default:g}.")
    return value


def whole(name: str, default: int) -> int:
    told = text(name, str(default))
    try:
        return int(told)
    except ValueError:
        raise SystemExit(f"{name} is {told!r}; it must be a whole number, like {default}.") from None


def time_zone(name: str, default: str) -> str:
    told = text(name, default)
    try:
        ZoneInfo(told)
    except (KeyError, ValueError, OSError):  # unknown, outside of the folder of time zones, or a folder in it
        raise SystemExit(f"{name} is {told!r}; it must be a time zone, like {default}.") from None
    return told


def networks(name: str) -> list[str]:
    """Addresses and networks, as they were written."""
    for word in (told := words(name)):
        try:
            ip_network(word, strict=False)
        except ValueError:
            raise SystemExit(f"{name} has {word!r}; it must be addresses and networks, like 10.0.0.0/8,::1.") from None
    return told


def address(name: str, default: str, schemes: Collection[str]) -> str:
    """With a host, or with a path where the scheme is `unix`; empty where neither variable nor default is."""
    told = text(name, default)
    if told and not _is_address(told, schemes):
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise SystemExit(
            f"{name} must be an address that begins with {begins} and names a host. In a password each / ? # @ : % is "
            "written %2F %3F %23 %40 %3A %25."
        )
    return told


def _is_address(told: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(told)
        named = parts.path if parts.scheme == "unix" else parts.hostname
        return parts.scheme in schemes and bool(named) and (parts.port is None or parts.port > 0)
    except ValueError:  # its port is no number, or a bracket is missing
        return False


def database(name: str, default: str) -> DBConfig:
    """Its settings for Django; a connection is kept for ever and looked at before it is used again."""
    try:
        parsed = dj_database_url.parse(text(name, default), conn_max_age=None, conn_health_checks=True)
    except ValueError:  # what it says repeats parts of the address
        parsed = {}
    if parsed.get("ENGINE") != POSTGRESQL:
        raise SystemExit(
            f"{name} must be an address of PostgreSQL: postgres://USER:PASSWORD@HOST:5432/NAME. In a password each "
            "/ ? # @ : % is written %2F %3F %23 %40 %3A %25."
        )
    return parsed


def dsn(name: str) -> str:
    """As Sentry gives it: https://KEY@HOST/NUMBER."""
    told = address(name, "", ("https", "http"))
    parts = urlsplit(told)
    if told and not (parts.username and parts.path.rpartition("/")[2].isdecimal()):
        raise SystemExit(f"{name} must be what Sentry shows as DSN: https://KEY@HOST/NUMBER.")
    return told
