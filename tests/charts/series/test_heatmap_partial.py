"""What the drawings of the server look like to a screen reader, and without JavaScript."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from charts.series.bars import Bar, columns, rows
from charts.series.donut import donut
from charts.series.heatmap import heatmap
from charts.series.treemap import Item, treemap


def rendered(partial: str, **context: object) -> str:
    return " ".join(render_to_string(f"charts/{partial}", {"title": "Of <all>", **context}).split())


def test_a_heat_map_is_a_table_with_headings_both_ways() -> None:
    page = rendered("_heatmap.html", heatmap=heatmap({"2024-02": 0.012, "2024-03": -0.07}, {"2024": -0.06}))

    assert '<th scope="row">2024</th>' in page
    assert page.count('<th scope="col">') == 13
    assert '<td class="num gain-2">+1.2%</td><td class="num loss-4">−7.0%</td>' in page
    assert "Of &lt;all&gt;" in page


def test_a_donut_has_its_numbers_in_a_table() -> None:
    page = rendered(
        "_donut.html", donut=donut([("Shares <x>", 60), ("Cash", 40)]), currency="USD", centre=2, unit="parts"
    )

    assert "Shares &lt;x&gt;" in page
    assert '<td class="num">$60</td><td class="num">60.0%</td>' in page
    assert page.count("<path ") == 2


def test_a_tile_says_what_it_is_and_may_be_a_link() -> None:
    tiles = treemap([Item("VTI", 3, 0.0034, "/vti/"), Item("Cash", 1, None)])

    page = rendered("_treemap.html", tiles=tiles, currency="USD")

    assert '<a href="/vti/" aria-label="VTI: $3, +0.34%">' in page
    assert '<g role="img" aria-label="Cash: $1, n/a">' in page
    assert 'class="tile gain-1"' in page


def test_bars_have_a_table_beside_them() -> None:
    page = rendered(
        "_bars.html", bars=columns([Bar("Jan", 30), Bar("Feb", -10, faint=True, note="estimated")]), currency="USD"
    )

    assert '<tr><th scope="row">Jan</th><td>$30</td></tr>' in page
    assert "Feb · estimated" in page
    assert '<rect class="faint"' in page


def test_rows_are_a_table_themselves_and_percentages_without_a_currency() -> None:
    page = rendered("_rows.html", rows=rows([Bar("NVDA", 0.2), Bar("PFE", -0.1)]), currency="")

    assert '<th scope="row">NVDA</th>' in page
    assert '<td class="num">+20.0%</td>' in page
    assert '<rect class="below"' in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_places_have_a_point_in_every_language(language: str) -> None:
    with translation.override(language):
        page = rendered("_bars.html", bars=columns([Bar("a", 1), Bar("b", 3)]), currency="")

    assert re.findall(r'(?:x|y|width|height)="\d+,', page) == []


@pytest.mark.parametrize("partial", ["_heatmap.html", "_donut.html", "_treemap.html", "_bars.html", "_rows.html"])
def test_nothing_to_draw_is_drawn(partial: str) -> None:
    empty = {"heatmap": heatmap({}, {}), "donut": donut([]), "tiles": (), "bars": columns([]), "rows": ()}

    page = rendered(partial, currency="USD", **empty)

    assert "style=" not in page
    assert "<script" not in page
