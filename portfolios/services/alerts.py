"""Alerts: checked where new quotes are stored, told once, mailed if somebody is to be mailed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolios.models import Alert
from stocktracker.formats import open_to_all, written_as
from stocktracker.jobs.services import Request, enqueue_many
from stocktracker.preferences.models import preferences_of

# Once each, however many refreshes there are: who is no longer active is not found. A price made before the alert was
# armed is no news, and a change since a close that is not known is none.
TRIGGER = """
UPDATE portfolios_alert AS alert
SET active = FALSE, seen = FALSE, triggered_at = %s, triggered_price = quote.price, mailed_at = NULL
FROM pricing_quote AS quote
WHERE alert.active AND alert.instrument_id = ANY(%s) AND quote.instrument_id = alert.instrument_id
  AND quote.at > alert.armed_at AND CASE alert.kind
    WHEN 'above' THEN quote.price >= alert.threshold
    WHEN 'below' THEN quote.price <= alert.threshold
    ELSE quote.previous_close > 0 AND abs(quote.price / quote.previous_close - 1) * 100 >= alert.threshold END
RETURNING alert.id, alert.user_id
"""


def check(instruments: Collection[int], now: datetime) -> list[int]:
    """Ids of the alerts that went off, and a mail for each that somebody can be sent. Joins the caller's transaction.

    One query where none goes off.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER, [now, list(instruments)])
        found = dict(cursor.fetchall())
    if found and settings.EMAIL_HOST:
        reachable = set(User.objects.filter(pk__in=found.values()).exclude(email="").values_list("pk", flat=True))
        mails = [Request({"alert": pk}, key=f"mail_alert:{pk}") for pk, user in found.items() if user in reachable]
        enqueue_many("portfolios.mail_alert", mails)
    return list(found)


def mail(alert: Alert) -> bool:
    """Whether it was sent: not twice, not of one that was armed again meanwhile. Raises SMTPException, OSError."""
    if alert.triggered_at is None or alert.mailed_at or not alert.user.email:
        return False
    own = preferences_of(alert.user)
    language = own.language or settings.LANGUAGE_CODE
    with override(language), written_as(open_to_all(own.style(language))):
        return _mail(alert)


def _mail(alert: Alert) -> bool:
    lines = [f"{alert.sentence}.", alert.note, _("This alert is over; you can arm it again on your watchlist.")]
    text = "\n\n".join(line for line in lines if line)
    subject = _("Alert: %(what)s") % {"what": alert}
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [alert.user.email])
    return True


def arm(alert: Alert, now: datetime) -> None:
    """Again, for prices from now on."""
    alert.active, alert.armed_at, alert.seen = True, now, False
    alert.triggered_at = alert.triggered_price = alert.mailed_at = None
    alert.save()


def see(user: User, until: datetime) -> int:
    """How many alerts that went off are known to him from now on: not those that came after he looked."""
    return Alert.objects.filter(user=user, seen=False, triggered_at__lte=until).update(seen=True)
