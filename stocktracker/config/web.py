"""The web process as the world sees it: secret, names, https, debugging."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from .findings import Finding, error, ok, warning

SHORTEST_KEY, FEWEST_LETTERS = 40, 10
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


def secret_key(key: str) -> Finding:
    how = 'python -c "import secrets; print(secrets.token_urlsafe(50))" makes a good one.'
    if key.startswith("django-insecure"):
        return error("SECRET_KEY", f"it is one of Django's examples, and public. {how}")
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        return error(
            "SECRET_KEY",
            f"it can be guessed: {len(key)} characters, {len(set(key))} different ones. Whoever has it can sign in as "
            f"anybody. {how}",
        )
    return ok("SECRET_KEY", "long and random enough.")


def debug(*, on: bool) -> Finding:
    if on:
        return error("DEBUG", "it is on: whoever finds an error sees code and settings. Take it out.")
    return ok("DEBUG", "off.")


def hosts(allowed: Sequence[str], *, https: bool) -> Finding:
    if "*" in allowed:
        return error("ALLOWED_HOSTS", "«*» lets anybody invent links of this site: name the hosts it is reached under.")
    if https and not set(allowed) - LOCAL:
        return error(
            "ALLOWED_HOSTS", "with HTTPS=1 the site has a name in public, and only localhost is allowed: add that name."
        )
    with_scheme = [host for host in allowed if "/" in host or host.endswith(":")]
    if with_scheme:
        return error(
            "ALLOWED_HOSTS", f"«{with_scheme[0]}» is an address: write the bare name, like tracker.example.org."
        )
    return ok("ALLOWED_HOSTS", ", ".join(allowed) + ".")


def origins(trusted: Sequence[str], allowed: Sequence[str], *, https: bool) -> Finding:
    about = "CSRF_TRUSTED_ORIGINS"
    for origin in trusted:
        if not origin.startswith(("http://", "https://")):
            return error(about, f"«{origin}» has no scheme: write https://{origin}.")
        if https and origin.startswith("http://"):
            return warning(about, f"«{origin}» is not encrypted, and HTTPS=1 says that the site is: write https.")
        host = urlsplit(origin).hostname or ""
        if not _is_allowed(host, allowed):
            return warning(about, f"«{origin}» is trusted, but {host} is not among ALLOWED_HOSTS.")
    return ok(about, ", ".join(trusted) + "." if trusted else "none: fine where the proxy passes the host's name on.")


def _is_allowed(host: str, allowed: Sequence[str]) -> bool:
    return any(host == one or (one.startswith(".") and f".{host}".endswith(one)) for one in allowed)


def encryption(allowed: Sequence[str], *, https: bool) -> Finding:
    public = sorted(set(allowed) - LOCAL)
    if public and not https:
        return warning(
            "HTTPS",
            f"it is not set, and the site is reached as {public[0]}: passwords travel readable. Put a proxy that "
            "speaks https before it, and set HTTPS=1.",
        )
    return ok("HTTPS", "cookies are for https only." if https else "not needed on this machine alone.")
