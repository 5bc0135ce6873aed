import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from pricing.handshakes import Shared
from pricing.simulator.control import Market
from pricing.upstream.handshake import Handshake
from pricing.upstream.yahoo import Yahoo
from stocktracker.redis import store

pytestmark = pytest.mark.django_db

AGREED = Handshake("A3=d=abc", "crumb")


def ask(proxy: str, ca_bundle: str, start: float) -> None:
    """What a worker process does first, at a moment it shares with others."""
    store.cache_clear()
    yahoo = Yahoo(proxy=proxy, ca_bundle=ca_bundle, timeout=5.0, handshakes=Shared("test"))
    time.sleep(max(0.0, start - time.time()))  # so that all of them start cold together
    assert yahoo.quotes(["AAPL"]).rows


def test_what_one_process_has_agreed_on_every_process_has() -> None:
    Shared("live").store(AGREED)

    assert Shared("live").lookup() == AGREED
    assert Shared("simulated").lookup() is None
    Shared("live").store(None)
    assert Shared("live").lookup() is None


def test_six_processes_that_start_cold_together_shake_hands_once(market: Market) -> None:
    store().flushdb()
    fork = multiprocessing.get_context("fork")
    start = time.time() + 0.5
    workers = [fork.Process(target=ask, args=(market.proxy, market.ca_bundle, start)) for _ in range(6)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0] * 6
    assert market.summary() == {"cookie": 1, "crumb": 1, "quote": 6}


def test_an_expired_crumb_is_renewed_once_for_all(market: Market) -> None:
    clients = [
        Yahoo(proxy=market.proxy, ca_bundle=market.ca_bundle, timeout=5.0, handshakes=Shared("test")) for _ in range(4)
    ]
    for client in clients:
        client.quotes(["AAPL"])
    market.expire_crumbs()
    market.reset_log()

    for client in clients:
        assert client.quotes(["AAPL"]).rows

    assert market.summary()["crumb"] == 1


def test_a_process_that_died_in_its_turn_is_waited_for_a_while_and_no_longer() -> None:
    shared = Shared("test")
    store().set("handshake:test:turn", "of the dead", px=300)
    started = time.monotonic()

    with shared.turn():
        waited = time.monotonic() - started

    assert 0.2 < waited < 2


def test_turns_follow_one_another() -> None:
    inside = most = 0

    def take(shared: Shared) -> None:
        nonlocal inside, most
        with shared.turn():
            inside += 1
            most = max(most, inside)
            time.sleep(0.02)  # long enough for another to come in, if it could
            inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, [Shared("test") for _ in range(4)]))

    assert most == 1


def test_a_turn_that_was_lost_meanwhile_is_not_taken_from_the_next() -> None:
    with Shared("test").turn():
        store().set("handshake:test:turn", "of the next")

    assert store().get("handshake:test:turn") == "of the next"


def test_without_redis_a_process_keeps_its_own(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    store.cache_clear()
    try:
        shared = Shared("test")
        with shared.turn():
            shared.store(AGREED)
        assert shared.lookup() == AGREED
    finally:
        store.cache_clear()
