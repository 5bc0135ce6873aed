"""Take over what `exporting` wrote: through the services and checks of the pages, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zipfile import ZipFile

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DataError, transaction

from portfolios.accounting.entries import LedgerError
from portfolios.models import Alert, Portfolio
from portfolios.models.allocation import NAME_LENGTH
from portfolios.models.watchlist import NOTE_LENGTH
from portfolios.services.instruments import FixError, enter
from portfolios.services.targets import set_labels
from portfolios.services.watchlist import note, watch
from pricing.models import Instrument
from pricing.services.instruments import ensure_instruments
from stocktracker.preferences.forms import PreferencesForm
from stocktracker.preferences.models import Preferences

from . import portable
from .files import UNREADABLE
from .naming import Names, check_form, dimension
from .owning import take_own
from .portable import ExportError, Fields, Files, objects
from .portfolio_files import PortfolioFiles, folders
from .strategies import Strategies

EMAIL_LENGTH = 254


@dataclass(slots=True)
class Taken:
    """What came of it."""

    portfolios: list[Portfolio] = field(default_factory=list)
    transactions: int = 0
    left_out: list[str] = field(default_factory=list)  # sentences


def import_all(path: str, username: str, now: datetime, *, whose: str = "") -> Taken:
    """Raises ExportError with nothing stored. A user who is not there is made, without a password."""
    try:
        with _opened(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > portable.LARGEST:
                raise ExportError(f"{path} unpacks to more than {portable.LARGEST // 1_000_000} MB: that is no export.")
            files = Files(packed, folder_in(packed, whose))
            with transaction.atomic():
                return _Import(files, _user(username), now).take()
    except LedgerError as error:
        raise ExportError(f"Transaction {error.label} {error}") from error
    except DataError as error:
        raise ExportError(f"PostgreSQL cannot store it: {' '.join(str(error).split())}") from error


def _opened(path: str) -> ZipFile:
    try:
        return ZipFile(path)
    except UNREADABLE as error:
        raise ExportError(f"{path} cannot be read: {error}.") from error


def folder_in(packed: ZipFile, whose: str) -> str:
    """The folder of this person, or of the only one. Raises ExportError."""
    there = sorted(
        name.removesuffix(f"/{portable.ABOUT}") for name in packed.namelist() if name.endswith(f"/{portable.ABOUT}")
    )
    if not there:
        raise ExportError(f"There is no {portable.ABOUT} in it: this file was not made by export_all.")
    if whose and whose not in there:
        raise ExportError(f"There is nobody called «{whose}» in it. There are: {', '.join(there)}.")
    if not whose and len(there) > 1:
        raise ExportError(f"Several people are in it; say with --from whose files to take: {', '.join(there)}.")
    return whose or there[0]


def _user(name: str) -> User:
    there = User.objects.filter(username=name).first()
    if there is not None:
        return User.objects.select_for_update().get(pk=there.pk)
    made = User(username=name)
    made.set_unusable_password()
    try:
        made.full_clean()
    except ValidationError as error:
        raise ExportError(f"«{name}» cannot be a user's name: {' '.join(error.messages)}") from error
    made.save()
    return made


class _Import:
    def __init__(self, files: Files, user: User, now: datetime) -> None:
        self.files, self.user, self.now = files, user, now
        self.taken = Taken()
        self.had_combined = Portfolio.objects.filter(owner=user, is_combined=True).exists()

    def take(self) -> Taken:
        about = self.files.json(portable.ABOUT, dict)
        if about.get("format") != portable.FORMAT:
            raise ExportError(f"Its format is {about.get('format')!r}; this version reads {portable.FORMAT}.")
        self._preferences()
        names = Names(self.user, take_own(self.files, self.user, self.now))
        portfolios = self._portfolios(names)
        self._watchlist(names)
        self._alerts(names)
        self._labels(names)
        self._corrections(names)
        strategies = Strategies(names, portfolios, self.now)
        self.taken.left_out += strategies.take(self._entries(portable.STRATEGIES))
        return self.taken

    def _preferences(self) -> None:
        """Of somebody who has none yet."""
        told: dict[str, Any] = self.files.json(portable.PREFERENCES, dict, missing={})
        email = Fields(portable.PREFERENCES, told).text("email", EMAIL_LENGTH, "")
        told.pop("email", None)
        if email and not self.user.email:
            self._email(email)
        if told and not Preferences.objects.filter(user=self.user).exists():
            form = PreferencesForm({**told, "email": self.user.email}, instance=Preferences(user=self.user))
            check_form(form, portable.PREFERENCES)
            form.save()

    def _email(self, address: str) -> None:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ExportError(f"{portable.PREFERENCES}: email: {' '.join(error.messages)}") from error
        self.user.email = address
        self.user.save(update_fields=["email"])

    def _portfolios(self, names: Names) -> dict[str, Portfolio]:
        """{name in the files: the portfolio it is here}."""
        together, found = None, {}
        for folder in folders(self.files):
            one = PortfolioFiles(self.files, folder, names, self.now)
            if one.fields.flag("is_combined"):
                together = one
                continue
            portfolio, transactions = one.take()
            found[one.fields.text("name", 80)] = portfolio
            self.taken.portfolios.append(portfolio)
            self.taken.transactions += transactions
        combined = Portfolio.objects.filter(owner=self.user, is_combined=True).first()
        if together is not None and combined is not None and not self.had_combined:
            together.settle(combined, {"base_currency": together.fields.text("base_currency", 3)})
        if together is not None and combined is not None:
            found[together.fields.text("name", 80)] = combined
        return found

    def _entries(self, name: str) -> list[Fields]:
        return objects(name, self.files.json(name, list, missing=[]))

    def _watchlist(self, names: Names) -> None:
        for one in self._entries(portable.WATCHLIST):
            watched, is_new = watch(self.user, names.symbol(one))
            if is_new:
                note(watched, one.text("note", NOTE_LENGTH, ""))

    def _alerts(self, names: Names) -> None:
        """Armed from now on; one that is there already stays as it is."""
        for one in self._entries(portable.ALERTS):
            symbol = names.symbol(one)
            instrument = ensure_instruments([symbol], requested_by_id=self.user.pk)[symbol]
            what = {"user": self.user, "instrument": instrument, "kind": one.text("kind", 5)}
            row = Alert(
                **what, threshold=one.number("threshold"), note=one.text("note", NOTE_LENGTH, ""),
                active=one.flag("active"), armed_at=self.now,
            )  # fmt: skip
            try:
                row.full_clean(exclude=["triggered_at", "triggered_price", "mailed_at"])
            except ValidationError as error:
                raise ExportError(f"{one.where}: {' '.join(error.messages)}") from error
            if not Alert.objects.filter(**what, threshold=row.threshold).exists():
                row.save()

    def _labels(self, names: Names) -> None:
        for one in self._entries(portable.LABELS):
            symbol = names.symbol(one)
            instrument = ensure_instruments([symbol], requested_by_id=self.user.pk)[symbol]
            set_labels(self.user, dimension(one), {instrument.pk: one.text("name", NAME_LENGTH)})

    def _corrections(self, names: Names) -> None:
        """A correction is seen by everybody: only staff bring theirs along."""
        rows = self._entries(portable.CORRECTIONS)
        if rows and not self.user.is_staff:
            told = f"{len(rows)} corrected prices were left out: others would see them too, so only staff enter such."
            self.taken.left_out.append(told)
            return
        for one in rows:
            instrument = Instrument.objects.filter(symbol=names.symbol(one)).first()
            if instrument is not None:
                self._correct(instrument, one)

    def _correct(self, instrument: Instrument, one: Fields) -> None:
        try:
            enter(instrument, one.day("day"), float(one.number("close")), self.user, self.now)
        except FixError as error:
            raise ExportError(f"{one.where}: {error}") from error
