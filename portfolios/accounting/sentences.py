"""What a calculation says: English at once, and template and values for whoever says it in another language."""

from __future__ import annotations

from typing import Any, Self


class Sentence(str):
    """«5 is not a date» is the text; «{text} is not a date» and {"text": "5"} are what it is made of."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Values are texts, numbers, or sentences themselves."""
        made = super().__new__(cls, template.format(**values))
        made.template = template
        made.values = {
            name: value if isinstance(value, Sentence | int) else str(value) for name, value in values.items()
        }
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:  # copies are sentences too
        return (self.template,), self.values

    @property
    def stored(self) -> dict[str, Any]:
        """As JSON keeps it; stocktracker.sentences.said reads it."""
        values = {name: value.stored if isinstance(value, Sentence) else value for name, value in self.values.items()}
        return {"message": str(self), "template": self.template, "values": values}
