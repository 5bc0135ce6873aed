"""What was asked of the simulated market."""

import json
from pathlib import Path

from pricing.simulator.journal import Journal, Record


def quote(connection: int = 1) -> Record:
    return Record("2026-11-20T12:00:00+00:00", "query1.finance.yahoo.com", "quote", ("AAPL",), connection)


def chart(connection: int = 2) -> Record:
    return Record("2026-11-20T12:00:01+00:00", "query2.finance.yahoo.com", "chart", ("KO",), connection)


def attend(journal: Journal, record: Record, status: int = 200, fault: str = "") -> None:
    with journal.attending(record):
        journal.settle(record, status, fault)


def test_a_request_is_there_when_it_arrives_and_says_later_how_it_went() -> None:
    journal = Journal()

    with journal.attending(quote()) as record:
        assert [(row["status"], row["fault"]) for row in journal.records()] == [(0, "")]
        journal.settle(record, 503, "error")

    assert [(row["status"], row["fault"]) for row in journal.records()] == [(503, "error")]


def test_records_are_counted_by_kind_and_forgotten_on_reset() -> None:
    journal = Journal()
    for record in (quote(), chart(), quote()):
        attend(journal, record)

    assert journal.summary() == {"quote": 2, "chart": 1}
    assert [row["symbols"] for row in journal.records("chart")] == [("KO",)]
    journal.reset()
    assert (journal.summary(), journal.records()) == ({}, [])
    assert journal.traffic() == {"connections": 0, "most_at_once": 0, "requests": 0}


def test_traffic_tells_connections_and_how_many_requests_were_at_work_at_once() -> None:
    journal = Journal()

    attend(journal, quote(1))
    with journal.attending(quote(1)), journal.attending(chart(2)):
        attend(journal, quote(3))
    attend(journal, quote(2))

    assert journal.traffic() == {"connections": 3, "most_at_once": 3, "requests": 5}


def test_what_is_still_at_work_after_a_reset_is_counted_as_such() -> None:
    journal = Journal()

    with journal.attending(quote()):
        journal.reset()
        attend(journal, chart())

    assert journal.traffic() == {"connections": 1, "most_at_once": 2, "requests": 1}


def test_each_record_is_a_line_in_the_file_once_it_is_settled_and_survives_a_reset(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    journal = Journal(path)

    attend(journal, quote())
    journal.reset()
    with journal.attending(chart()) as record:
        journal.settle(record, 0, "hang")
        lines = [json.loads(line) for line in path.read_text().splitlines()]

    assert [(line["kind"], line["status"], line["fault"]) for line in lines] == [
        ("quote", 200, ""),
        ("chart", 0, "hang"),
    ]
    journal.close()
    attend(journal, quote())
    assert len(path.read_text().splitlines()) == 2
