"""What was told to happen, by symbol."""

from datetime import date

from pricing.simulator.actions import Actions, Renaming
from pricing.simulator.instruments import Split
from pricing.simulator.restating import Correction, Dividend

DAY, LATER = date(2026, 11, 20), date(2026, 11, 23)
SPLIT = Split(DAY, 2, 1)


def test_telling_one_more_keeps_what_was_told_and_changes_nothing_that_was_handed_out() -> None:
    first = Actions().with_split("KO", SPLIT)

    second = first.with_split("KO", Split(LATER, 3, 1)).with_split("PEP", SPLIT)

    assert first.splits == {"KO": (SPLIT,)}
    assert second.splits == {"KO": (SPLIT, Split(LATER, 3, 1)), "PEP": (SPLIT,)}


def test_what_is_told_of_a_new_name_is_kept_under_the_first() -> None:
    actions = Actions().renamed_to("FB", "META2", DAY).renamed_to("META2", "META3", LATER)

    told = actions.with_split("META3", SPLIT).with_dividend("META2", Dividend(DAY, 1.0))

    assert told.renamed["META3"] == Renaming("FB", LATER)
    assert (told.origin("META3"), told.origin("KO")) == ("FB", "KO")
    assert told.splits == {"FB": (SPLIT,)}
    assert told.dividends == {"FB": (Dividend(DAY, 1.0),)}
    assert told.with_correction("META3", Correction(DAY, 2.0)).corrections == {"FB": (Correction(DAY, 2.0),)}


def test_a_name_given_back_is_no_longer_ended() -> None:
    there = Actions().renamed_to("KO", "COKE2", DAY)

    back = there.renamed_to("COKE2", "KO", LATER)

    assert there.ended == {"KO": DAY}
    assert back.ended == {"COKE2": LATER}
    assert back.origin("KO") == "KO"


def test_delisting_names_the_day() -> None:
    assert Actions().delisted("KO", DAY).ended == {"KO": DAY}
