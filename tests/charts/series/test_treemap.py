from hypothesis import given
from hypothesis import strategies as some

from charts.series.treemap import HEIGHT, WIDTH, Item, Tile, treemap


def box(tile: Tile) -> tuple[float, float, float, float]:
    x, y, width, height = (float(text.removesuffix("%")) for text in (tile.x, tile.y, tile.width, tile.height))
    return x, y, width, height


def test_areas_are_as_large_as_values_and_the_largest_stands_first() -> None:
    tiles = treemap([Item("small", 1, 0.01), Item("large", 3, -0.02)])

    assert [(tile.item.label, tile.tone) for tile in tiles] == [("large", "loss-3"), ("small", "gain-2")]
    assert [box(tile) for tile in tiles] == [(0, 0, 75, 100), (75, 0, 25, 100)]


def test_the_example_of_the_paper_is_laid_out_as_there() -> None:
    """Bruls, Huizing, van Wijk: 6, 6, 4, 3, 2, 2, 1 in 6 × 4; here in our own plane, the first two side by side."""
    tiles = treemap([Item(str(number), value, None) for number, value in enumerate([6, 6, 4, 3, 2, 2, 1])])

    first, second, third = (box(tile) for tile in tiles[:3])
    assert first[:1] == second[:1] == (0,)
    assert third[0] == first[2] == 50.0


def test_what_is_worth_nothing_has_no_tile() -> None:
    assert treemap([]) == ()
    assert [tile.item.label for tile in treemap([Item("a", 0, 0.1), Item("b", -1, 0.1), Item("c", 1, 0.1)])] == ["c"]


def test_a_small_tile_carries_no_text_that_would_not_fit() -> None:
    tiles = treemap([Item("large", 1000, 0.1), *(Item(f"tiny {number}", 1, 0.1) for number in range(5))])

    assert [tile.names for tile in tiles] == [True] + [False] * 5
    assert all(not tile.tells or tile.names for tile in tiles)


def test_a_long_label_needs_a_wider_tile() -> None:
    short, long = (treemap([Item("rest", 5, 0.1), Item(label, 1, 0.1)])[1] for label in ("KO", "BTC-USD"))

    assert (short.names, long.names) == (True, False)
    assert long.names_on_a_desk


@given(some.lists(some.floats(min_value=0.01, max_value=1e6), min_size=1, max_size=40))
def test_tiles_fill_the_plane_and_never_leave_it(values: list[float]) -> None:
    tiles = treemap([Item(str(number), value, 0.0) for number, value in enumerate(values)])

    areas = [width / 100 * WIDTH * height / 100 * HEIGHT for _, _, width, height in map(box, tiles)]
    assert abs(sum(areas) - WIDTH * HEIGHT) < 0.2 * len(values)
    for x, y, width, height in map(box, tiles):
        assert min(x, y, width, height) >= 0
        assert max(x + width, y + height) <= 100.01
