"""One row of preferences per person; who has none sees the defaults."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from stocktracker.formats import STYLES, Style


class Preferences(models.Model):
    class Numbers(models.TextChoices):
        BY_LANGUAGE = "", _("as in the language")
        EN = "en", "$1,234.56"
        DE = "de", "1.234,56 $"
        FR = "fr", "1\u202f234,56 $"
        CH = "ch", "$1’234.56"

    class Theme(models.TextChoices):
        AUTO = "", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class Gains(models.TextChoices):
        TEAL = "", _("green up, red down")
        RED_UP = "red-up", _("red up, green down")
        BLUE = "blue", _("blue up, orange down")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    language = models.CharField(max_length=8, blank=True, default="", help_text="empty: as the browser")
    numbers = models.CharField(max_length=2, blank=True, default="", choices=Numbers.choices)
    theme = models.CharField(max_length=5, blank=True, default="", choices=Theme.choices)
    gains = models.CharField(max_length=6, blank=True, default="", choices=Gains.choices)
    private = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, default="USD")
    benchmarks = models.CharField(max_length=140, blank=True, default="SPY")

    def style(self, language: str) -> Style:
        """How numbers are written for this person in this language."""
        known = STYLES.get(self.numbers) or STYLES.get(language[:2], STYLES["en"])
        return replace(known, private=self.private)

    @property
    def funds(self) -> list[str]:
        """Symbols of the benchmarks a new portfolio begins with, the dashboard's first."""
        return self.benchmarks.replace(",", " ").split()


def preferences_of(user: object) -> Preferences:
    """Those that came with the user's row (backend.WithPreferences), or the defaults, not stored."""
    stored: Preferences | None = getattr(user, "preferences", None)
    return stored or Preferences(user_id=getattr(user, "pk", None) or 0)
