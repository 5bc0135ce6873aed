"""What was asked of the simulated market."""

import json
from pathlib import Path

from pricing.simulator.journal import Journal, Record

QUOTE = Record("2026-11-20T12:00:00+00:00", "query1.finance.yahoo.com", "quote", ("AAPL",), 200, "", 1)
CHART = Record("2026-11-20T12:00:01+00:00", "query2.finance.yahoo.com", "chart", ("KO",), 0, "hang", 2)


def test_records_are_counted_by_kind_and_forgotten_on_reset() -> None:
    journal = Journal()
    for record in (QUOTE, CHART, QUOTE):
        journal.note(record)

    assert journal.summary() == {"quote": 2, "chart": 1}
    assert [row["symbols"] for row in journal.records("chart")] == [("KO",)]
    journal.reset()
    assert (journal.summary(), journal.records()) == ({}, [])


def test_each_record_is_a_line_in_the_file_at_once_and_survives_a_reset(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    journal = Journal(path)

    journal.note(QUOTE)
    journal.reset()
    journal.note(CHART)

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["kind"], line["status"], line["fault"]) for line in lines] == [
        ("quote", 200, ""),
        ("chart", 0, "hang"),
    ]
    journal.close()
    journal.note(QUOTE)
    assert len(path.read_text().splitlines()) == 2
