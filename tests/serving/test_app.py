"""The API over HTTP: what its OpenAPI says is what it does."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.serving.asking import answered
from playlist2vec.serving.guard import Guard, Hosts
from tests.conftest import needed_package
from tests.serving.small import OWN, PORT, Reply, request, two_models

pytestmark = pytest.mark.extra
needed_package("fastapi")
needed_package("python_multipart")

from playlist2vec.serving.app import ROUTES, application  # noqa: E402

MODELS = two_models()
APP = application(partial(answered, MODELS), Hosts(PORT))
JSON = [("host", OWN), ("content-type", "application/json")]


def post(path: str, content: object, app: Guard = APP) -> Reply:
    return request(app, path, method="POST", headers=JSON, parts=[json.dumps(content).encode()])


def read(reply: Reply, status: int = 200) -> Any:
    assert (reply.status, reply.headers["content-type"]) == (status, "application/json"), reply
    return json.loads(reply.body)


def test_every_question_has_its_answer() -> None:
    assert read(request(APP, "/api/models"))["default"] == "blend"
    assert read(request(APP, "/api/find?q=title+3&k=2"))["tracks"][0]["title"] == "Title 3"
    assert len(read(post("/api/next", {"songs": ["Title 3"], "k": 4}))["tracks"]) == 4
    assert len(read(request(APP, "/api/similar?song=Title%203&k=2&model=vectors"))["tracks"]) == 2
    assert len(read(post("/api/radio", {"song": "Title 3", "songs": 5, "seed": 7}))["tracks"]) == 5
    assert len(read(request(APP, "/api/path?start=Title+1&end=Title+9&songs=4"))["tracks"]) == 4
    assert "parts" in read(post("/api/why", {"songs": ["Title 3"], "song": "Title 4"}))["track"]
    assert len(read(post("/api/compare", {"songs": ["Title 3"], "k": 2}))["models"]) == 2


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert len(read(post("/api/next", {"songs": ["Title 3"], "k": 4.0}))["tracks"]) == 4
    assert read(post("/api/next", {"songs": ["Title 3"], "k": 4.5}), 422)["detail"].startswith(
        "k = 4.5: expected"
    )


def test_a_file_comes_as_the_body_or_in_a_form() -> None:
    for head, content in (
        ("application/octet-stream", b"Title 3\nTitle 4\n"),
        ("text/plain", b"Title 3\nTitle 4\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
            b"Title 3\nTitle 4\n\r\n--x--\r\n",
        ),
    ):
        reply = request(
            APP,
            "/api/complete?k=3&name=a.txt&exclude=Title+7&why=true&exclude=Title+8",
            method="POST",
            headers=[("host", OWN), ("content-type", head)],
            parts=[content],
        )
        said = read(reply)
        assert ([song["title"] for song in said["query"]["tracks"]], len(said["tracks"])) == (
            ["Title 3", "Title 4"],
            3,
        )
        assert "parts" in said["tracks"][0]
    form = [("host", OWN), ("content-type", "multipart/form-data; boundary=x")]
    for content in (b"", b"--x--\r\n", b"no form"):
        reply = request(APP, "/api/complete", method="POST", headers=form, parts=[content])
        assert reply.status in (400, 422)
        assert isinstance(json.loads(reply.body)["detail"], str)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "songs: field required"),
        ({"songs": []}, "songs: "),
        ({"songs": ["a"] * 501}, "songs: "),
        ({"songs": ["a" * 1001]}, "songs.0 = 'aaa"),
        ({"songs": [7]}, "songs.0 = 7: expected a valid string"),
        ({"songs": ["a"], "k": 0}, "k = 0: expected greater than or equal to 1"),
        ({"songs": ["a"], "k": 201}, "k = 201: expected less than or equal to 200"),
        ({"songs": ["a"], "k": "3"}, "k = '3': expected a valid integer"),
        ({"songs": ["a"], "k": True}, "k = True: expected a valid integer"),
        ({"songs": ["a"], "diversity": float("nan")}, "diversity = nan: expected "),
        ({"songs": ["a"], "min_plays": 10**30}, "min_plays = 1000"),
        ({"songs": ["a"], "exclude": ["b"] * 501}, "exclude: "),
        ({"songs": ["a"], "kk": 3}, "kk = 3: unexpected keyword argument"),
        ({"songs": ["\ud800"]}, "songs.0 = '\\ud800': expected a valid string"),
        ([], "body: "),
    ],
)
def test_what_is_not_accepted_is_one_line(content: object, said: str) -> None:
    found = read(post("/api/next", content), 422)["detail"]
    assert found.startswith(said), found
    assert found.isprintable()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[" * 200_000, b"\xff", b"9" * 10_000, b'{"songs": NaN}']
)
def test_a_body_that_is_no_question_is_one_line(body: bytes) -> None:
    reply = request(APP, "/api/next", method="POST", headers=JSON, parts=[body])
    assert reply.status in (400, 422)
    assert json.loads(reply.body)["detail"].isprintable()


def test_nothing_else_is_there_and_no_method_more() -> None:
    assert read(request(APP, "/api/other"), 404) == {"detail": "Not Found"}
    for path in ("/docs", "/redoc", "/api/find/"):
        assert request(APP, path).status == 404
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert request(APP, "/api/next", method=method).status == 405


def test_the_pages_ask_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    plain = request(APP, "/")
    assert plain.headers["content-type"].startswith("text/html")
    assert all(route.path in plain.body.decode() for route in ROUTES)
    assert b"http" not in plain.body.replace(b"http-equiv", b"")
    assert request(APP, "/api").status == 200
    page = tmp_path / "report.html"
    meta = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    page.write_text(
        f'{meta}<script type="application/json" id="data">{{"api":""}}</script>', encoding="utf-8"
    )
    served = request(application(partial(answered, MODELS), Hosts(PORT), page), "/")
    assert b'"api":"/api"' in served.body
    page.write_text("no page", encoding="utf-8")
    said = read(request(application(partial(answered, MODELS), Hosts(PORT), page), "/"), 422)
    assert said["detail"].startswith("the page has no data")


def test_the_api_is_described() -> None:
    described = json.loads(request(APP, "/openapi.json").body)
    assert {
        (path, method.upper()) for path, each in described["paths"].items() for method in each
    } == {(route.path, route.method) for route in ROUTES}
    for each in described["paths"].values():
        for operation in each.values():
            assert operation["summary"]
            assert {"200", "403", "404", "413", "422"} <= set(operation["responses"])
