"""The way from a request to its answer: the function that answers, and the line that says why there
is none.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.recommend.entries import Entry
from playlist2vec.serving import answers, uploads
from playlist2vec.serving.models import Models, NotFoundError


class Answer(NamedTuple):
    """A status of HTTP, and JSON."""

    status: int
    content: bytes


Ask = Callable[[str, dict[str, Any]], Answer]
"""The answer to a question, a key of OF_ONE or OF_ALL, with its arguments by name; called by many
threads at once.
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
"""Questions to one model, which the argument `model` names."""
OF_ALL: dict[str, Callable[..., Entry]] = {
    "models": answers.models_of,
    "compare": answers.compare,
}
"""Questions to all models."""


def answered(models: Models, question: str, arguments: dict[str, Any]) -> Answer:
    """Return the answer of some models, or one line on what is wrong with the question."""
    rest = {name: value for name, value in arguments.items() if name != "model"}
    try:
        if question in OF_ALL:
            return as_answer(OF_ALL[question](models, **rest))
        return as_answer(OF_ONE[question](models.of(arguments["model"]), **rest))
    except DataError as error:
        return refusal(error)


def as_answer(content: Entry, status: int = 200) -> Answer:
    """Return JSON; a number that is none, which JSON has not, becomes null."""
    return Answer(status, orjson.dumps(content))


def refusal(error: DataError) -> Answer:
    """Return an error as one line: 404 for what is not there, 422 for what cannot be done."""
    return as_answer({"detail": as_line(error)}, 404 if isinstance(error, NotFoundError) else 422)
