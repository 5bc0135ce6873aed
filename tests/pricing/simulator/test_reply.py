"""One HTTP answer."""

import json

from pricing.simulator.reply import HTML, TEXT, Reply


def test_a_document_is_written_as_compact_json() -> None:
    assert Reply.of({"a": [1, None]}).payload() == b'{"a":[1,null]}'


def test_an_error_is_worded_as_yahoo_does() -> None:
    reply = Reply.error(404, "Not Found", "no data", container="chart")

    assert reply.status == 404
    assert json.loads(reply.payload()) == {
        "chart": {"result": None, "error": {"code": "Not Found", "description": "no data"}}
    }


def test_pages_and_texts_say_what_they_are() -> None:
    assert (Reply.html(200, "<p>").content_type, Reply.html(200, "<p>").payload()) == (HTML, b"<p>")
    assert Reply.text(200, "crumb", {"A": "b"}) == Reply(200, b"crumb", content_type=TEXT, headers={"A": "b"})
