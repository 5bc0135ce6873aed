"""One HTTP answer of the simulated market, before it is written to the wire."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import orjson

JSON, HTML, TEXT = "application/json;charset=utf-8", "text/html;charset=utf-8", "text/plain;charset=utf-8"
CSV = "text/csv;charset=utf-8"


class Ending(StrEnum):
    WHOLE = "whole"  # the answer is written
    HANG = "hang"  # nothing is written for `seconds`, then the connection closes
    DRIP = "drip"  # the body is written bit by bit over `seconds`
    RESET = "reset"  # the connection is reset at once
    TRUNCATE = "truncate"  # the connection closes in the middle of the body


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    document: dict[str, Any] | None = None  # takes the place of the body; faults may change it
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    ending: Ending = Ending.WHOLE
    seconds: float = 0.0  # of a hang or a drip

    @classmethod
    def of(cls, document: dict[str, Any], status: int = 200) -> Self:
        return cls(status, document=document)

    @classmethod
    def error(cls, status: int, code: str, description: str, container: str = "finance") -> Self:
        """Yahoo's way of saying no."""
        return cls.of({container: {"result": None, "error": {"code": code, "description": description}}}, status)

    @classmethod
    def text(cls, status: int, text: str, headers: dict[str, str] | None = None) -> Self:
        return cls(status, text.encode(), content_type=TEXT, headers=headers or {})

    @classmethod
    def html(cls, status: int, text: str) -> Self:
        return cls(status, text.encode(), content_type=HTML)

    @classmethod
    def csv(cls, text: str) -> Self:
        return cls(200, text.encode(), content_type=CSV)

    @classmethod
    def redirect(cls, address: str) -> Self:
        return cls(302, content_type=HTML, headers={"Location": address})

    def payload(self) -> bytes:
        if self.document is None:
            return self.body
        return orjson.dumps(self.document)
