"""The texts of the product in other languages: collected from the sources, merged, compiled. For developers (Babel)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from portfolios.accounting.entries import TEMPLATES, Kind
from portfolios.accounting.findings import KINDS
from portfolios.explanations import SHORT_PERIOD
from portfolios.figures import FIGURES, HOLDING, PAGE, PERIOD
from portfolios.grouping import CASH, CLASSES, REGIONS, UNKNOWN
from portfolios.pages.changes import LABELS, NAMES
from portfolios.pages.instrument import CHART_MONTHS
from portfolios.performance.periods import RANGES
from pricing.market.quality import Kind as Wrong
from pricing.models import Instrument
from pricing.upstream.circuit import Forced, State
from stocktracker.formats import words
from stocktracker.jobs.kinds import kind_named, known_kinds
from stocktracker.jobs.telling import RESULTS

APPS = ("stocktracker", "pricing", "portfolios", "charts")
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "_": None, "gettext_noop": None,
    "Sentence": None,  # of a calculation
    "progress": (3,),  # of a job, what it does now
}  # fmt: skip
TRANSLATOR = ("Translators:",)
# A call in what Django makes of a template: it blanks out the rest, which is no Python then.
CALL = re.compile(r"""(?:n?p?gettext|(?<!\w)_)\((?:u?"(?:\\.|[^"\\])*"|u?'(?:\\.|[^'\\])*'|[^()'"])*\)""")
Text = tuple[str, str | tuple[str, ...], str | None]  # where, what, context


def folder(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES"


@cache
def collected() -> Catalog:
    """Every text of every page, in the order of the files."""
    catalogue = Catalog(project="MyStockTracker", version=settings.VERSION, charset="utf-8")
    for where, text, context in (*_in_files(), *_in_data()):
        catalogue.add(text, locations=[(where, 0)], context=context)
    return catalogue


def _in_files() -> Iterator[Text]:
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*")):
            if path.suffix not in {".py", ".html"} or "migrations" in path.parts:
                continue
            where, source = str(path.relative_to(settings.BASE_DIR)), path.read_text()
            python = "\n".join(CALL.findall(templatize(source))) if path.suffix == ".html" else source
            for _, text, _, context in extract("python", BytesIO(python.encode()), KEYWORDS, TRANSLATOR):
                yield where, text, context


def _in_data() -> Iterator[Text]:
    """What is said of data that has a name in the code: figures, kinds, groups, jobs."""
    figures = [*FIGURES.values(), *HOLDING.values(), *PAGE.values()]
    found: dict[str, Iterable[str]] = {
        "portfolios/figures.py": [text for one in figures for text in (one.title, one.definition, one.formula)],
        "portfolios/explanations.py": [PERIOD, SHORT_PERIOD],
        "portfolios/accounting/entries.py": [*map(words, Kind), *TEMPLATES],
        "portfolios/accounting/findings.py": map(words, KINDS),
        "portfolios/grouping.py": [CASH, UNKNOWN, *CLASSES.values(), *REGIONS],
        "portfolios/pages/changes.py": map(words, (*NAMES, *LABELS.values())),
        "portfolios/performance/periods.py": RANGES,
        "portfolios/pages/instrument.py": CHART_MONTHS,
        "pricing/market/quality.py": map(words, Wrong),
        "pricing/models": [*Instrument.Status.values, *State, *Forced],
        "stocktracker/jobs/telling.py": RESULTS,
        "jobs": [kind_named(name).title for name in known_kinds() if name.partition(".")[0] in (*APPS, "jobs")],
    }
    for where, texts in found.items():
        for text in texts:
            yield where, text, None


def stored(language: str) -> Catalog:
    path = folder(language) / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> list[str]:
    """Merges and compiles; what is missing or only guessed is said. What is not used any more goes."""
    catalogue = stored(language)
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.revision_date = catalogue.creation_date = datetime(
        2026, 1, 1, tzinfo=UTC
    )  # the same texts, the same file
    folder(language).mkdir(parents=True, exist_ok=True)
    with (folder(language) / "django.po").open("wb") as file:
        write_po(file, catalogue, width=120, sort_by_file=True, no_location=False, include_lineno=False)
    (folder(language) / "django.mo").write_bytes(compiled(catalogue))
    return _untranslated(catalogue)


def compiled(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def missing(language: str) -> list[str]:
    """Texts of the sources that have no translation; nothing is changed."""
    catalogue = stored(language)
    catalogue.update(collected(), no_fuzzy_matching=True)
    return _untranslated(catalogue)


def _untranslated(catalogue: Catalog) -> list[str]:
    return [_first(message.id) for message in catalogue if message.id and not _is_translated(message.string)]


def _is_translated(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]
