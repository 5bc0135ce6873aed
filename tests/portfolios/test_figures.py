from string import Formatter

from portfolios.figures import FIGURES, HOLDING

# What a formula names beside figures: the period, counts, the dates of the drawdown, sums of lines.
CONTEXT = {
    "period_start", "period_end", "days", "trades", "payments", "peak", "trough", "recovery", "depth", "holdings",
}  # fmt: skip


def test_each_figure_is_defined_in_a_sentence_and_a_formula() -> None:
    for figure in [*FIGURES.values(), *HOLDING.values()]:
        assert figure.title
        assert figure.definition.endswith(".")
        assert figure.formula


def test_the_terms_of_a_formula_are_the_figures_it_names() -> None:
    for figure in [*FIGURES.values(), *HOLDING.values()]:
        named = {name for _, name, _, _ in Formatter().parse(figure.formula) if name}
        assert set(figure.terms) == named - CONTEXT
