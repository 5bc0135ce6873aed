from portfolios.grouping import DIMENSIONS
from portfolios.pages.holdings import SORTS
from portfolios.wording import dimensions, sorts, statement

REPORT = {
    "value_start": 100, "inflows": 50, "outflows": 20, "realised_gain": 3, "unrealised_gain": 7, "income": 2,
    "fees": 1, "taxes": 2, "currency_gain": -4, "value_end": 135,
}  # fmt: skip


def test_everything_that_can_be_chosen_has_a_name() -> None:
    assert tuple(dimensions()) == DIMENSIONS
    assert tuple(sorts()) == tuple(SORTS)


def test_the_lines_of_a_statement_add_up_to_the_last() -> None:
    lines = statement(REPORT)

    assert sum(amount for _, _, amount in lines[:-1]) == lines[-1][2] == 135
    assert all(title for _, title, _ in lines)
