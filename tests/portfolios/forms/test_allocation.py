from decimal import Decimal

from portfolios.forms.allocation import LabelsForm, TargetsForm
from portfolios.grouping import Group
from pricing.models import Instrument

GROUPS = [Group("Shares", Decimal(1), None, (), Decimal("0.6"), None), Group("Cash", Decimal(1), None, (), None, None)]


def test_targets_are_shown_in_percent_and_empty_where_there_is_none() -> None:
    form = TargetsForm(groups=GROUPS)

    assert [form[name].initial for name in ("target-0", "target-1")] == ["60", None]


def test_what_is_sent_is_fractions_and_zero_is_a_target() -> None:
    form = TargetsForm({"target-0": "62.5", "target-1": "0", "name-1": " Bonds ", "new-1": "10"}, groups=GROUPS)

    assert form.is_valid()
    assert form.weights == {"Shares": Decimal("0.625"), "Cash": 0, "Bonds": Decimal("0.1")}


def test_labels_are_by_instrument() -> None:
    apple = Instrument(pk=7, symbol="AAPL")
    form = LabelsForm({"label-7": " Tech "}, rows=[{"instrument": apple, "place": "Shares", "label": ""}])

    assert form.is_valid()
    assert form.names == {7: "Tech"}
