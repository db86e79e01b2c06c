"""The API of the server: routes, parameters, and errors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

import playlist2vec
from playlist2vec.base.errors import DataError
from playlist2vec.base.visible import as_line
from playlist2vec.recommend.radio import RadioParams
from playlist2vec.serving import replies
from playlist2vec.serving.asking import Ask, as_answer, refusal
from playlist2vec.serving.guard import Guard, Hosts
from playlist2vec.serving.page import fetching, plain_page
from playlist2vec.serving.questions import (
    LARGEST,
    MAX_ARTISTS,
    MAX_K,
    MAX_SONGS,
    MAX_TEXT,
    CompareQuestion,
    NextQuestion,
    Options,
    RadioQuestion,
    WhyQuestion,
)

ABOUT = (
    "Songs that come next, by models of playlists. Songs are named by id, by `artist – title`, "
    "or by a title."
)
STATUSES = (400, 403, 404, 408, 413, 422, 503)
"""Statuses of errors: no JSON, forbidden, not found, timeout, too large, invalid, busy."""
SHOWN = 60
"""Characters of a wrong value in an error."""
LARGEST_PAGE = 1 << 27
"""Maximum bytes of the page of a run."""
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}
"""OpenAPI description of the two forms in which a playlist file may be sent."""

Text = Annotated[str, Query(min_length=1, max_length=MAX_TEXT)]
Count = Annotated[int, Query(ge=1, le=MAX_K)]
Name = Annotated[str, Query(max_length=MAX_TEXT)]
Number = Annotated[int, Query(ge=0, le=LARGEST)]
Each = Annotated[str, Query(min_length=1, max_length=MAX_TEXT)]


class Route(NamedTuple):
    """A route of the API.

    `function`: name of the method of `Api` that answers. `about`: purpose. `reply`: type of the
    answer.
    """

    method: str
    path: str
    function: str
    about: str
    reply: Any


ROUTES = (
    Route(
        "GET", "/api/models", "models", "The models, and which is the default", replies.ServedModels
    ),
    Route("GET", "/api/find", "find", "Songs by name or id, roughly", replies.Listed),
    Route("POST", "/api/next", "next", "Songs that come next", replies.Suggested),
    Route("POST", "/api/complete", "complete", "Songs that fit a playlist file", replies.Completed),
    Route(
        "GET",
        "/api/similar",
        "similar",
        "Songs that may stand in a song's place",
        replies.Suggested,
    ),
    Route(
        "POST",
        "/api/radio",
        "radio",
        "Song after song, each drawn from what comes next",
        replies.Listed,
    ),
    Route(
        "GET", "/api/path", "path", "A playlist that walks from one song to another", replies.Listed
    ),
    Route("POST", "/api/why", "why", "What speaks for a song after others", replies.Explained),
    Route(
        "POST",
        "/api/compare",
        "compare",
        "What each model suggests, side by side",
        replies.Compared,
    ),
)


def options_of(
    k: Count = 12,
    per_artist: Number = 0,
    exclude: Annotated[list[Each], Query(max_length=MAX_SONGS)] = [],  # noqa: B006 -- FastAPI copies it
    exclude_artists: Annotated[list[Each], Query(max_length=MAX_ARTISTS)] = [],  # noqa: B006
    min_plays: Number = 0,
    max_plays: Number = 0,
    known: bool = False,
    diversity: Annotated[float, Query(ge=0, le=1)] = 0.0,
    why: bool = False,
    model: Name = "",
) -> Options:
    """Return the options of /api/next, read from the query of an address."""
    return Options(
        k=k,
        per_artist=per_artist,
        exclude=exclude,
        exclude_artists=exclude_artists,
        min_plays=min_plays,
        max_plays=max_plays,
        known=known,
        diversity=diversity,
        why=why,
        model=model,
    )


class Api:
    """Handlers of the routes, run in threads; `ask` computes the answers."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def _answer(self, question: str, **arguments: object) -> Response:
        status, content = self._ask(question, arguments)
        return Response(content, status, media_type="application/json")

    def models(self) -> Response:
        """Answer /api/models."""
        return self._answer("models")

    def find(self, q: Text, k: Count = 12, model: Name = "") -> Response:
        """Answer /api/find."""
        return self._answer("find", model=model, text=q, k=k)

    def next(self, question: NextQuestion) -> Response:
        """Answer /api/next."""
        return self._answer("next", model=question.model, texts=question.songs, options=question)

    async def complete(
        self,
        request: Request,
        options: Annotated[Options, Depends(options_of)],
        name: Name = "",
        playlist: Name = "",
    ) -> Response:
        """Answer /api/complete. `name`: of the file. `playlist`: of a playlist in the file."""
        content = await request.body()
        if (
            request.headers.get("content-type", "").partition(";")[0].strip().lower()
            == "multipart/form-data"
        ):
            form = await request.form(max_files=1, max_fields=10)
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise DataError("file: expected a playlist file in a field of this name")
            content, name = await file.read(), name or file.filename or ""
            await form.close()

        def answer() -> Response:
            what = {"name": name, "content": content, "playlist": playlist, "options": options}
            return self._answer("complete", model=options.model, **what)

        return await run_in_threadpool(answer)

    def similar(self, song: Text, k: Count = 12, model: Name = "") -> Response:
        """Answer /api/similar."""
        return self._answer("similar", model=model, text=song, k=k)

    def radio(self, question: RadioQuestion) -> Response:
        """Answer /api/radio."""
        asked = question
        params = RadioParams(
            asked.neighbours, asked.temperature, asked.look_back, asked.cool_down, asked.pull
        )
        what = {"text": asked.song, "songs": asked.songs, "params": params, "seed": asked.seed}
        return self._answer("radio", model=asked.model, **what)

    def path(
        self,
        start: Text,
        end: Text,
        songs: Annotated[int, Query(ge=2, le=MAX_K)] = 12,
        model: Name = "",
    ) -> Response:
        """Answer /api/path."""
        return self._answer("path", model=model, start=start, end=end, songs=songs)

    def why(self, question: WhyQuestion) -> Response:
        """Answer /api/why."""
        return self._answer("why", model=question.model, texts=question.songs, text=question.song)

    def compare(self, question: CompareQuestion) -> Response:
        """Answer /api/compare."""
        return self._answer("compare", texts=question.songs, k=question.k)


def application(ask: Ask, hosts: Hosts, page: Path | None = None) -> Guard:
    """Return the server, an ASGI application that accepts only requests to `hosts`.

    `ask`: computes the answers. `page`: the page of a run, if there is one.
    """
    app = FastAPI(
        title="playlist2vec",
        version=playlist2vec.__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api, told = Api(ask), {status: {"model": replies.Problem} for status in STATUSES}
    for route in ROUTES:
        app.add_api_route(
            route.path,
            getattr(api, route.function),
            methods=[route.method],
            summary=route.about,
            description=route.about,
            response_model=route.reply,
            responses=told,
            openapi_extra=UPLOAD if route.function == "complete" else None,
        )

    def first() -> Response:
        return HTMLResponse(_page(page)) if page else listing()

    def listing() -> Response:
        return HTMLResponse(plain_page(app.openapi()["paths"], has_page=page is not None))

    app.add_api_route("/", first, include_in_schema=False)
    app.add_api_route("/api", listing, include_in_schema=False)
    app.add_exception_handler(DataError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    return Guard(app, hosts)


def _page(path: Path) -> str:
    if path.stat().st_size > LARGEST_PAGE:
        raise DataError(
            f"{path.name}: more than {LARGEST_PAGE:,} bytes: expected the page of a run"
        )
    return fetching(path.read_text("utf-8"))


def _refused(_: Request, error: Exception) -> Response:
    status, content = refusal(error if isinstance(error, DataError) else DataError(str(error)))
    return Response(content, status, media_type="application/json")


def _invalid(_: Request, error: Exception) -> Response:
    found: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    said = said_of(found[0]) if found else "expected another request"
    status, content = as_answer({"detail": said}, 422)
    return Response(content, status, media_type="application/json")


def said_of(problem: dict[str, Any]) -> str:
    """Return an error of pydantic as a line: place, value found, values accepted."""
    first, *rest = map(str, problem["loc"])
    if problem["type"] == "json_invalid":
        return f"{first}: no JSON at character {''.join(rest)}: expected a JSON object"
    place, message = ".".join(rest) or first, str(problem["msg"])
    wanted = message.removeprefix("Input should be ")
    said = f"expected {wanted}" if wanted != message else f"{message[:1].lower()}{message[1:]}"
    value = problem.get("input")
    shown = ascii(value)[:SHOWN] if isinstance(value, str | int | float | bool) else ""
    return as_line(f"{place} = {shown}: {said}" if shown else f"{place}: {said}")
