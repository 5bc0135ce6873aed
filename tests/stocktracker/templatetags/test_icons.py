from pathlib import Path

from django.template import Context, Template

from stocktracker.templatetags.icons import icon
from tests.processes import ROOT


def test_an_icon_is_a_reference_into_the_drawing_and_silent() -> None:
    assert icon("moon", "spin") == (
        '<svg class="icon spin" aria-hidden="true"><use href="/static/stocktracker/icons.svg#moon"/></svg>'
    )


def test_a_name_cannot_break_out_of_its_attribute() -> None:
    assert '"><script' not in icon('moon"><script')


def test_every_template_has_the_tag_at_hand() -> None:
    assert "#plus" in Template('{% icon "plus" %}').render(Context())


def test_every_icon_used_is_drawn() -> None:
    drawn = (ROOT / "stocktracker/static/stocktracker/icons.svg").read_text()
    templates = [path for app in ("stocktracker", "portfolios") for path in (ROOT / app).rglob("*.html")]

    used = {part.split('"')[0] for path in templates for part in Path(path).read_text().split('{% icon "')[1:]}

    assert len(used) > 5
    assert [name for name in sorted(used) if f'id="{name}"' not in drawn] == []
