from stocktracker.config.findings import Level
from stocktracker.config.processes import Sizes, concurrency, connections, memory, ports, web_sizes

USUAL = Sizes(web=2, threads=4, worker=3)
SMALL = Sizes(web=1, threads=2, worker=2)


def test_every_thread_that_works_is_a_connection() -> None:
    assert USUAL.connections == 2 * 5 + 3 + 2
    assert SMALL.connections == 7


def test_a_plan_of_twenty_connections_is_enough_for_the_usual_and_ten_for_the_small() -> None:
    assert connections(USUAL, limit=20, taken=0).level is Level.OK
    assert connections(USUAL, limit=20, taken=5).level is Level.WARNING
    assert connections(SMALL, limit=10, taken=0).level is Level.OK
    assert "lower WEB_CONCURRENCY" in connections(USUAL, limit=10, taken=0).text


def test_a_worker_that_does_not_fit_is_told_how_many_processes_do() -> None:
    assert memory(Sizes(2, 4, 10), 512).level is Level.WARNING
    assert "WORKER_CONCURRENCY=" in memory(Sizes(2, 4, 10), 512).text
    assert memory(USUAL, 512).level is Level.OK  # 455 MB
    assert memory(USUAL, None).level is Level.OK


def test_one_process_serves_everybody_one_after_the_other() -> None:
    assert [concurrency(number).level for number in (0, 1, 2)] == [Level.ERROR, Level.WARNING, Level.OK]


def test_nobody_answers_on_no_port_and_in_no_process() -> None:
    assert [ports({"PORT": port}).level for port in (0, 8000, 65536)] == [Level.ERROR, Level.OK, Level.ERROR]
    assert [web_sizes(Sizes(web, 4, 2)).level for web in (0, 1)] == [Level.ERROR, Level.OK]
    assert web_sizes(Sizes(1, 0, 2)).about == "WEB_THREADS"
