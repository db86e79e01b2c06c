"""Answers: those of the command line, the same for many threads at once, and for models side by
side.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psutil
import pytest

from playlist2vec.recommend.radio import RadioParams
from playlist2vec.serving.asking import Answer, answered
from playlist2vec.serving.models import Models, load_models, named
from playlist2vec.serving.processes import forked
from tests.conftest import Project
from tests.serving.small import Wanted, two_models

Asking = Callable[..., Any]


def content(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer
    return json.loads(answer.content)


def asked(models: Models, question: str, **arguments: object) -> Any:
    return content(answered(models, question, {"model": ""} | arguments))


def line(models: Models, question: str, **arguments: object) -> tuple[int, str]:
    status, said = answered(models, question, {"model": ""} | arguments)
    return status, json.loads(said)["detail"]


@pytest.fixture(scope="module")
def models(finished: Project) -> Models:
    folder = str(finished.folder)
    found = load_models([f"blend={folder}", f"vectors={finished.folder}/data/model"])
    for each in found.by_name.values():
        each.warm()
    return found


@pytest.fixture(scope="module")
def said(finished: Project) -> Asking:
    """What the command prints with --json."""

    def run(*words: str) -> Any:
        command = [sys.executable, "-m", "playlist2vec", *words, "--json"]
        done = subprocess.run(
            command,
            cwd=finished.folder,
            env=finished.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        lines = done.stdout.splitlines()
        return (
            [json.loads(each) for each in lines] if words[0] == "radio" else json.loads(done.stdout)
        )

    return run


def test_next_is_that_of_the_command(models: Models, said: Asking) -> None:
    ids = models.default.recommender.catalogue.ids
    wanted = Wanted(k=4, exclude=[ids[7]], per_artist=1, min_plays=2, diversity=0.3, why=True)
    options = [
        "--exclude",
        ids[7],
        "--an-artist",
        "1",
        "--min-count",
        "2",
        "--diversity",
        "0.3",
        "--why",
    ]
    expected = said("next", ids[2], ids[4], "-k", "4", *options)
    assert asked(models, "next", texts=[ids[2], ids[4]], options=wanted) == expected
    alone = said("next", ids[2], ids[4], "-k", "4", "--why", "--from", "data/model")
    wanted = Wanted(k=4, why=True)
    assert asked(models, "next", model="vectors", texts=[ids[2], ids[4]], options=wanted) == alone


def test_the_other_questions_are_those_of_the_command(models: Models, said: Asking) -> None:
    catalogue = models.default.recommender.catalogue
    ids, name = catalogue.ids, catalogue.label(5)  # type: ignore[arg-type]
    assert asked(models, "find", text=name, k=3) == said("find", name, "-k", "3")
    assert asked(models, "similar", text=ids[3], k=3) == said("similar", ids[3], "-k", "3")
    assert asked(models, "path", start=ids[3], end=ids[9], songs=5) == said(
        "path", ids[3], ids[9], "-k", "5"
    )
    radio = asked(models, "radio", text=ids[3], songs=6, params=RadioParams(pull=0.5), seed=4)
    assert radio["tracks"] == said("radio", ids[3], "--steps", "6", "--pull", "0.5", "--seed", "4")


def test_complete_is_that_of_the_command(models: Models, said: Asking, finished: Project) -> None:
    ids = models.default.recommender.catalogue.ids
    text = f"#EXTM3U\n{ids[3]}\n{ids[8]}\nNobody - Nothing at all\n"
    path = finished.folder.parent / "list.m3u"
    path.write_text(text, encoding="utf-8")
    expected = said("complete", str(path), "-k", "3")
    found = asked(
        models, "complete", name="a.m3u", content=text.encode(), playlist="", options=Wanted(k=3)
    )
    assert found == expected | {"notes": []}
    assert (found["query"]["skipped"], len(found["query"]["unknown"])) == (1, 1)


def test_a_score_is_that_of_next_and_its_parts_add_up() -> None:
    models = two_models()
    for name in models.by_name:
        listed = asked(models, "next", model=name, texts=["Title 2"], options=Wanted(why=True))
        first, song = listed["tracks"][0], listed["query"]["tracks"][0]["track"]
        found = asked(models, "why", model=name, texts=[song], text=first["track"])["track"]
        assert found == first
        parts = sum(each["adds"] for each in found.get("parts", ())) or (
            sum(each["part"] for each in found["why"]["tracks"]) + found["why"]["by_itself"]
        )
        assert parts == pytest.approx(found["score"], abs=1e-5)


def test_models_stand_side_by_side() -> None:
    models = two_models()
    said = asked(models, "models")
    assert said["default"] == "blend"
    assert [
        (each["name"], each["dataset"], each["songs"], each["ranker"]) for each in said["models"]
    ] == [
        ("blend", "cycle", 12, "blend"),
        ("vectors", "", 12, "word2vec"),
    ]
    found = asked(models, "compare", texts=["Title 3", "nothing of the kind"], k=4)["models"]
    for each in found:
        alone = asked(
            models,
            "next",
            model=each["model"],
            texts=["Title 3", "nothing of the kind"],
            options=Wanted(k=4),
        )
        assert each == alone | {"model": each["model"]}
    assert found[0]["tracks"] != found[1]["tracks"]
    one = asked(models, "compare", texts=["track_03"], k=4)["models"]
    assert [each["query"]["skipped"] for each in one] == [0, 1]
    assert one[1]["tracks"] == []


@pytest.mark.parametrize(
    ("question", "arguments", "status", "start"),
    [
        (
            "next",
            {"texts": ["Nobody"], "options": Wanted()},
            404,
            "song 'Nobody': the model knows none like it",
        ),
        (
            "next",
            {"texts": ["x", "y"], "options": Wanted()},
            404,
            "songs: the model knows none of the 2",
        ),
        (
            "next",
            {"texts": ["Title 3"], "options": Wanted(exclude=["Nobody"])},
            404,
            "exclude: 'Nobody': expected",
        ),
        (
            "next",
            {"texts": ["Title 3"], "options": Wanted(exclude_artists=["Nobody"])},
            404,
            "exclude_artists: 'Nobody': no song of this artist",
        ),
        (
            "similar",
            {"text": "\x1b[2J", "k": 1},
            404,
            r"song '\x1b[2J': the model knows no such song",
        ),
        (
            "similar",
            {"text": "Title 3", "k": 1, "model": "other"},
            404,
            "model 'other': expected one of blend, vec",
        ),
        (
            "path",
            {"start": "Title 1", "end": "Title 2", "songs": 100},
            422,
            "songs = 100: expected from 2 to 12",
        ),
        ("compare", {"texts": ["x"], "k": 1}, 404, "songs: no model knows any of the 1"),
    ],
)
def test_what_cannot_be_answered_is_one_line(
    question: str, arguments: dict[str, object], status: int, start: str
) -> None:
    found, said = line(two_models(), question, **arguments)
    assert (found, said[: len(start)]) == (status, start)
    assert said.isprintable()


def test_nothing_left_is_an_empty_list() -> None:
    assert (
        asked(two_models(), "next", texts=["Title 3"], options=Wanted(min_plays=1000))["tracks"]
        == []
    )
    assert asked(two_models(), "find", text="qqqq", k=5) == {"tracks": []}


def test_an_id_goes_before_what_a_text_means() -> None:
    models = two_models()
    ids = models.default.recommender.catalogue.ids
    ids[4] = "Title 3"
    assert asked(models, "similar", text="Title 3", k=1)["query"]["tracks"][0]["track"] == "Title 3"
    assert asked(models, "similar", text="title 3", k=1)["query"]["tracks"][0]["track"] == ids[3]


@pytest.mark.parametrize("processes", [0, 3])
def test_many_threads_get_the_answers_that_one_gets(processes: int) -> None:
    models = two_models()
    questions = [
        (name, {"model": model, "texts": [f"Title {song}", f"Title {(song + 5) % 12}"], **more})
        for song in range(12)
        for model in ("blend", "vectors")
        for name, more in (
            ("next", {"options": Wanted(why=True, diversity=0.2)}),
            ("why", {"text": f"Title {(song + 3) % 12}"}),
        )
    ]
    one_by_one = [answered(models, *each) for each in questions]
    fresh = two_models()

    def check(ask: Callable[[str, dict[str, Any]], Answer]) -> None:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(3):
                assert list(pool.map(lambda each: ask(*each), questions)) == one_by_one

    if processes:
        with forked(fresh, processes) as answering:
            check(answering.ask)
    else:
        check(partial(answered, fresh))


def test_a_process_that_has_ended_is_said_and_the_others_go_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    models = two_models()
    question = ("similar", {"model": "", "text": "Title 3", "k": 1})
    with forked(models, 2) as answering:
        # An error of the code ends none of them.
        for _ in range(4):
            assert answering.ask("no such question", {"model": ""}).status == 500
        assert "KeyError: 'no such question'" in capfd.readouterr().err
        first, second = psutil.Process().children()
        first.kill()
        first.wait()
        statuses = [answering.ask(*question).status for _ in range(4)]
        assert sorted(statuses) == [200, 200, 200, 503]
        second.kill()
        second.wait()
        for _ in range(3):
            assert content(answering.ask(*question), 503)["detail"].startswith(
                "a process of the server has ended"
            )
    assert psutil.Process().children() == []


def test_sources_have_names(tmp_path: Any) -> None:
    (tmp_path / "a=b").mkdir()
    assert named("new=/x/y") == ("new", "/x/y")
    assert named(f"{tmp_path}/a=b")[1] == f"{tmp_path}/a=b"
    assert named("https://example.org/songs.git") == ("songs.git", "https://example.org/songs.git")
    assert named("/") == ("model", "/")
