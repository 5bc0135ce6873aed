import threading

from stocktracker.metrics.tally import Tally, begin, current


def test_each_thread_has_its_own() -> None:
    mine = begin()
    mine.statements = 3
    seen = []
    other = threading.Thread(target=lambda: seen.append(current()))

    other.start()
    other.join()

    assert seen == [Tally()]
    assert current() is mine


def test_a_new_request_begins_at_nothing() -> None:
    begin().hits = 5

    assert begin() == Tally()
