"""No template says a word that is not marked for translation."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stocktracker.catalogues import APPS

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.html") if "admin" not in path.parts)
LANGUAGELESS = {"MyStockTracker", "CSV", "PNG", "FIFO", "TWR", "C", "v"}  # names and signs
SAID = ("aria-label", "title", "placeholder", "alt")  # attributes people read or hear
TRANSLATED = re.compile(
    r"\{%\s*(comment)\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{%\s*blocktrans.*?\{%\s*endblocktrans\w*\s*%\}|\{#.*?#\}",
    re.DOTALL,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LITERAL = re.compile(
    r"""\|default(?:_if_none)?:\s*(["'])([^"']*[A-Za-z][^"']*)\1|\{%\s*firstof[^%]*?\s(["'])([^"']+)\3\s*%\}"""
)
LETTER = re.compile(r"[A-Za-z]")
WORD = re.compile(r"[A-Za-z]+")


class Words(HTMLParser):
    """Of a page: text between tags, and in the attributes people read; not what programs read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in {"script", "style", "code"}
        self.found += [value for name, value in attrs if name in SAID and value and LETTER.search(value)]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in {"script", "style", "code"}

    def handle_data(self, data: str) -> None:
        if not self.code and LETTER.search(data):
            self.found.append(data.strip())


def untranslated(source: str) -> list[str]:
    bare = TRANSLATED.sub("", source)
    literals = [match[2] or match[4] for match in LITERAL.finditer(bare)]
    words = Words()
    words.feed(TAG.sub("", bare))
    words.close()
    return [text for text in (*words.found, *literals) if not LANGUAGELESS.issuperset(WORD.findall(text))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_translated(path: Path) -> None:
    assert untranslated(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<a title="Help me">{% translate "Help" %}</a>', ["Help me"]),
        ('<p>{% translate "Hello" %}, {{ name }}: {% blocktranslate %}so {{ much }}{% endblocktranslate %}</p>', []),
        ('{{ name|default:"nobody" }}', ["nobody"]),
        ('{% firstof name "nobody" %}{% firstof name _("nobody") %}', ["nobody"]),
        ("{% comment %}For us.{% endcomment %}<script>let us;</script>", []),
    ],
)
def test_a_forgotten_word_is_found(source: str, found: list[str]) -> None:
    assert untranslated(source) == found
