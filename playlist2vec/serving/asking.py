"""Dispatch of questions to the functions that answer, and conversion of errors to answers."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.recommend.entries import Entry
from playlist2vec.serving import answers, uploads
from playlist2vec.serving.models import Models, NotFoundError


class Answer(NamedTuple):
    """An HTTP status, and JSON."""

    status: int
    content: bytes


Ask = Callable[[str, dict[str, Any]], Answer]
"""A function from a question (a key of OF_ONE or OF_ALL) and arguments by name to an answer.

Many threads call the function at once.
"""

OF_ONE: dict[str, Callable[..., Entry]] = {
    "find": answers.found,
    "next": answers.next_songs,
    "complete": uploads.complete,
    "similar": answers.similar,
    "radio": answers.radio,
    "path": answers.path,
    "why": answers.why,
}
"""Questions to a single model, named by the argument `model`."""
OF_ALL: dict[str, Callable[..., Entry]] = {
    "models": answers.models_of,
    "compare": answers.compare,
}
"""Questions to all models."""


def answered(models: Models, question: str, arguments: dict[str, Any]) -> Answer:
    """Return the answer of some models, or a line on the error in the question."""
    rest = {name: value for name, value in arguments.items() if name != "model"}
    try:
        if question in OF_ALL:
            return as_answer(OF_ALL[question](models, **rest))
        return as_answer(OF_ONE[question](models.of(arguments["model"]), **rest))
    except DataError as error:
        return refusal(error)


def as_answer(content: Entry, status: int = 200) -> Answer:
    """Return JSON; NaN and infinity, missing in JSON, become null."""
    return Answer(status, orjson.dumps(content))


def refusal(error: DataError) -> Answer:
    """Return an error as a line: 404 if something is not found, 422 for any further error."""
    return as_answer({"detail": as_line(error)}, 404 if isinstance(error, NotFoundError) else 422)
