import threading

import pytest
from django.db import connection

from pricing.models import Source
from pricing.services.source import MixedSourceError, claim_source


@pytest.mark.django_db
def test_the_first_start_decides_and_the_same_market_may_come_again() -> None:
    claim_source("simulated")
    claim_source("simulated")

    assert Source.objects.get().market == "simulated"


@pytest.mark.django_db
def test_another_market_is_refused_with_what_to_do() -> None:
    claim_source("simulated")

    with pytest.raises(MixedSourceError) as refused:
        claim_source("live")

    assert str(refused.value) == (
        "This database holds simulated prices, but this start is for live ones. They are never mixed: "
        "set MARKET=simulated, or give DATABASE_URL a database of its own."
    )
    assert Source.objects.get().market == "simulated"


@pytest.mark.django_db(transaction=True)
def test_of_two_first_starts_at_the_same_moment_one_wins() -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def start(market: str) -> None:
        together.wait()
        try:
            claim_source(market)
            outcomes.append("claimed")
        except MixedSourceError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=start, args=(market,)) for market in ("live", "simulated")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["claimed", "refused"]
    assert Source.objects.count() == 1
