"""One HTTP answer."""

import json

from pricing.simulator.reply import CSV, HTML, TEXT, Reply


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


def test_a_table_and_a_redirect_say_so_too() -> None:
    assert (Reply.csv("a,b").content_type, Reply.csv("a,b").payload()) == (CSV, b"a,b")
    assert (Reply.redirect("https://a/").status, Reply.redirect("https://a/").headers["Location"]) == (
        302,
        "https://a/",
    )
