from portfolios.views.files import download


def test_a_file_is_named_after_the_portfolio_in_letters_every_system_takes() -> None:
    assert download("My Gold & Co", "holdings")["Content-Disposition"] == (
        'attachment; filename="my-gold-co-holdings.csv"'
    )
    assert download("金", "bars", "day")["Content-Disposition"].endswith('"portfolio-bars.csv"')
    assert download("金", "bars", "day").text == "day"
