"""`playlist2vec` as people type it, on a finished project."""

import ast
import csv
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from playlist2vec.cli.commands import COMMANDS
from playlist2vec.corpus.songs import Row
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import read_playlist
from playlist2vec.recommend.loading import load
from playlist2vec.recommend.recommender import Recommender
from tests.builders.deezer_server import deezer_server
from tests.conftest import ROOT, Project

Ask = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = (sys.executable, "-m", "playlist2vec")


def said(*words: str) -> str:
    """What a command prints that needs no model."""
    return subprocess.run(
        [*PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def ask(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The command in a copy of the project: what it hears of songs, it keeps there."""
    project = finished.copy_to(tmp_path_factory.mktemp("asked") / "project")

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=project.folder,
            env=project.environment | more,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def recommender(finished: Project) -> Recommender:
    return load(finished.folder)


def test_find_and_similar(ask: Ask, recommender: Recommender) -> None:
    label = recommender.catalogue.label(Row(5))
    found = ask("find", label.replace("e", "").upper(), "--json")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["tracks"][0]["track"] == recommender.catalogue.ids[5]
    table = ask("similar", recommender.catalogue.ids[5], "-k", "3").stdout.splitlines()
    assert table[0].split() == ["artist", "title", "track", "plays", "score"]
    assert len(table) == 4
    nothing = ask("find", "qqqqq zzzz")
    assert (nothing.returncode, nothing.stderr) == (
        1,
        "find: 'qqqqq zzzz': no song is called anything like it\n",
    )


def test_the_genre_is_shown_where_a_data_set_has_one(project: Project) -> None:
    path = project.folder / "data/canonical/tracks.tsv"
    tracks = Tracks.load(path)
    more = {
        "likes": ["7"] * len(tracks),
        "genre": [f"genre {place}" for place in range(len(tracks))],
    }
    path.unlink()  # it may be a link into the cache
    replace(tracks, more=more).save(path)
    recommender = load(project.folder)
    asked = recommender.catalogue.ids[3]
    genre = more["genre"][tracks.ids.index(asked)]
    assert recommender.catalogue.genres[3] == genre
    table = project.run(sys.executable, "-m", "playlist2vec", "find", asked).stdout.splitlines()
    assert table[0].split() == ["artist", "title", "genre", "track", "plays", "likeness"]
    assert genre in table[1]
    said = json.loads(
        project.run(sys.executable, "-m", "playlist2vec", "similar", asked, "--json").stdout
    )
    assert said["query"]["tracks"][0]["genre"] == genre
    assert len({entry["genre"] for entry in said["tracks"]}) == 10


def test_next_in_every_form(ask: Ask, recommender: Recommender, tmp_path: Path) -> None:
    ids = recommender.catalogue.ids
    expected = [each.row for each in recommender.next([Row(2), Row(4)], 5)]
    said = json.loads(ask("next", ids[2], ids[4], "--why", "--json", "-k", "5").stdout)
    assert [entry["track"] for entry in said["tracks"]] == [ids[row] for row in expected]
    assert [entry["track"] for entry in said["query"]["tracks"]] == [ids[2], ids[4]]
    best = said["tracks"][0]
    heard = recommender.voices([Row(2), Row(4)], expected[0])
    assert [(each["part"], each["words"]) for each in best["parts"]] == [
        (each.part, each.words) for each in heard
    ]
    assert sum(each["adds"] for each in best["parts"]) == pytest.approx(best["score"], abs=1e-5)
    said = json.loads(
        ask("next", ids[2], ids[4], "--why", "--json", "-k", "5", "--ranker", "word2vec").stdout
    )
    assert [reason["track"] for reason in said["tracks"][0]["why"]["tracks"]] == [ids[4]]
    for ending in ("m3u8", "xspf", "json", "csv"):
        file = tmp_path / f"out.{ending}"
        assert ask("next", ids[2], ids[4], "-k", "5", "--output", str(file)).returncode == 0
        assert [wanted.ids[0] for wanted in read_playlist(file, Notes(file))] == [
            ids[row] for row in expected
        ]


def test_why_in_words(ask: Ask, recommender: Recommender) -> None:
    ids = recommender.catalogue.ids
    found = recommender.next([Row(2), Row(4)], 1)[0]
    heard = recommender.voices([Row(2), Row(4)], found.row)
    done = ask("next", ids[2], ids[4], "--why", "-k", "1")
    line, *parts = done.stdout.splitlines()[1:]
    assert done.stderr == ""
    assert line.split()[-1] == f"{found.score:.4f}"
    assert parts == [f"     {each.adds:+.4f} ({each.share:.0%}) by {each.words}" for each in heard]
    done = ask("next", ids[2], ids[4], "--why", "-k", "1", "--ranker", "word2vec")
    assert done.stderr.startswith("asked with the last song alone")
    assert done.stdout.splitlines()[2].endswith(f"by {recommender.catalogue.label(Row(4))}")
    assert done.stdout.splitlines()[3].endswith("by itself, whatever the query")


@pytest.mark.parametrize("command", ["next", "complete", "radio", "batch"])
def test_where_there_is_no_blend_one_line_says_so(
    ask: Ask, recommender: Recommender, tmp_path: Path, command: str
) -> None:
    song = recommender.catalogue.ids[4]
    (tmp_path / "songs").write_text(f"{song}\n", "utf-8")
    asked = {"next": [song], "complete": [str(tmp_path / "songs")], "radio": [song, "--steps", "2"]}
    words = (
        [command, *asked[command]]
        if command in asked
        else ["next", "--batch", str(tmp_path / "songs")]
    )
    bare, alone = ask(*words, "--from", "data/model"), ask(*words, "--ranker", "word2vec")
    missing = "data/model: no metrics/blend_weights.json: Word2Vec alone suggests, not the blend"
    assert bare.returncode == 0
    assert bare.stderr.splitlines() == [missing, *alone.stderr.splitlines()]
    tracks = [found for found in re.findall(r"track_\d+", bare.stdout) if found != song]
    assert (
        tracks == [found for found in re.findall(r"track_\d+", alone.stdout) if found != song]
        or command == "radio"
    )
    assert ask("similar", song, "--from", "data/model").stderr == ""


def test_a_batch_is_a_stream(ask: Ask, recommender: Recommender, tmp_path: Path) -> None:
    ids = recommender.catalogue.ids
    address = f"https://www.deezer.com/track/{ids[1].removeprefix('track_')}"
    (tmp_path / "queries.tsv").write_text(f"{ids[3]}\n\nnobody\t{address}\n" * 1000, "utf-8")
    done = ask(
        "next",
        "--batch",
        str(tmp_path / "queries.tsv"),
        "-k",
        "2",
        "--output",
        str(tmp_path / "answers.tsv"),
    )
    assert (
        done.stderr == "3,000 queries; 1,000 songs that the model does not know; "
        "1,000 queries without a known song\n"
    )
    answers = (tmp_path / "answers.tsv").read_text("utf-8")
    assert ask("next", "--batch", str(tmp_path / "queries.tsv"), "-k", "2").stdout == answers
    rows = list(csv.reader(answers.splitlines(), delimiter="\t"))
    assert len(rows) == 4000
    assert [row[:3] for row in rows[:4]] == [
        [number, f"{place}", ids[each.row]]
        for number, query in (("1", 3), ("3", 1))
        for place, each in enumerate(recommender.next([Row(query)], 2), start=1)
    ]


def test_complete_names_what_it_skips(ask: Ask, recommender: Recommender, tmp_path: Path) -> None:
    catalogue = recommender.catalogue
    lines = [catalogue.label(Row(3)), "Nobody – Nothing", catalogue.ids[8], "\x1b[31mred"]
    (tmp_path / "list.txt").write_text("\n".join(lines), "utf-8")
    done = ask("complete", str(tmp_path / "list.txt"), "--whole", "-k", "4", "--format", "csv")
    assert [row.split(",")[0] for row in done.stdout.splitlines()][1:3] == [
        catalogue.ids[3],
        catalogue.ids[8],
    ]
    assert len(done.stdout.splitlines()) == 1 + 2 + 4
    assert done.stderr.splitlines() == [
        f"{tmp_path}/list.txt: 1 control characters: a blank stands for each (line 4)",
        f"{tmp_path}/list.txt: line 2: Nobody – Nothing: "
        "the model does not know this song: skipped",
        f"{tmp_path}/list.txt: line 4: [31mred: the model does not know this song: skipped",
    ]
    (tmp_path / "none.txt").write_text("a\nb\n", "utf-8")
    none = ask("complete", str(tmp_path / "none.txt"))
    assert none.returncode == 1
    assert none.stderr.endswith("none.txt: none of its 2 songs is known: expected one at least\n")


def test_a_playlist_of_many_thousand_lines(
    ask: Ask, recommender: Recommender, tmp_path: Path
) -> None:
    with open(tmp_path / "list.txt", "w", encoding="utf-8") as file:
        file.writelines(f"nothing {number}\n" for number in range(60_000))
        file.write(recommender.catalogue.ids[0] + "\n")
    done = ask("complete", str(tmp_path / "list.txt"), "-k", "3")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].endswith(
        "59,980 more songs that the model does not know: skipped"
    )


def test_a_radio_of_any_length_keeps_its_rules(
    ask: Ask, recommender: Recommender, tmp_path: Path
) -> None:
    steps = min(500, len(recommender.catalogue))
    start = recommender.catalogue.ids[7]
    done = ask(
        "radio",
        start,
        "--steps",
        f"{steps}",
        "--export",
        str(tmp_path / "r.m3u8"),
        "--json",
        "--cool-down",
        "3",
    )
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    tracks = [entry["track"] for entry in entries]
    assert len(tracks) == steps
    assert tracks[0] == start
    assert len(set(tracks)) == steps
    assert [
        wanted.ids[0] for wanted in read_playlist(tmp_path / "r.m3u8", Notes("r.m3u8"))
    ] == tracks
    for before, entry in pairwise(entries):
        assert before["artist"] != entry["artist"] or "may come again" in entry["note"]


def test_a_radio_plays_what_deezer_has(ask: Ask, recommender: Recommender, tmp_path: Path) -> None:
    with deezer_server() as server:
        done = ask(
            "radio",
            recommender.catalogue.ids[0],
            "--steps",
            "2",
            "--play",
            "--address",
            server.address,
        )
        assert done.returncode == 0
        assert done.stderr.count("not at Deezer") == 2 or "no player found" in done.stderr
    dead = ask(
        "radio",
        recommender.catalogue.ids[0],
        "--steps",
        "3",
        "--play",
        "--address",
        "http://127.0.0.1:9",
    )
    assert len(dead.stdout.splitlines()) == 3
    assert dead.stderr.count("going on without sound") == 1


def test_path_ends_where_it_should(ask: Ask, recommender: Recommender) -> None:
    ids = recommender.catalogue.ids
    done = ask("path", ids[1], ids[9], "-k", "4", "--format", "csv")
    tracks = [row.split(",")[0] for row in done.stdout.splitlines()[1:]]
    assert (tracks[0], tracks[-1], len(tracks)) == (ids[1], ids[9], 4)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["next"], "next: no song: expected one TRACK or more, or --batch FILE"),
        (["similar", "0", "-k", "0"], "similar: --count 0: expected 1 or more"),
        (
            ["similar", "0", "--diversity", "2"],
            "similar: diversity = 2.0: expected a number from 0 to 1",
        ),
        (
            ["similar", "0", "--output", "x.mp3"],
            "similar: x.mp3: expected a name that ends in .m3u8, .xspf, .jspf, .json, .csv",
        ),
        (
            ["complete", "missing.txt"],
            "complete: missing.txt: cannot be read: No such file or directory",
        ),
        (
            ["similar", "0", "--exclude-artist", "qq"],
            "similar: --exclude-artist 'qq': no song of this artist",
        ),
        (["radio", "0", "--pull", "7"], "radio: pull = 7.0: expected a number from 0 to 1"),
        (
            ["next", "0", "--ranker", "blend", "--similarity", "dot"],
            "next: similarity = dot: expected none with ranker = blend, which asks by log_odds",
        ),
        (
            ["similar", "0", "--from", "data"],
            "similar: data: no model: expected data/model (`make repro` makes it)",
        ),
    ],
)
def test_what_is_wrong_is_one_line(
    ask: Ask, recommender: Recommender, arguments: list[str], error: str
) -> None:
    done = ask(
        *(
            recommender.catalogue.ids[0] if word == "0" and place == 1 else word
            for place, word in enumerate(arguments)
        )
    )
    assert done.returncode == 1
    assert done.stderr.startswith(error)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [["similar"], ["next", "--ranker", "word2vec"], ["next", "--similarity", "dot"]]
)
def test_an_answer_by_the_model_needs_no_heavy_library(finished: Project, words: list[str]) -> None:
    code = (
        f"import sys; sys.argv = ['x', *{words!r}, sys.argv[1]]\n"
        "from playlist2vec.__main__ import main; main()\n"
        "print([name for name in ('gensim', 'pandas', 'sklearn', 'scipy', 'dvc', 'requests') "
        "if name in sys.modules])"
    )
    done = finished.run(sys.executable, "-c", code, load(finished.folder).catalogue.ids[0])
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(command: str) -> None:
    assert f" {command} " in " ".join(said("--help").split())
    assert f"example: playlist2vec {command} " in " ".join(said(command, "--help").split())


def test_a_command_that_is_not_there_is_refused() -> None:
    for words in ([], ["fnid", "x"], ["--no-such-option"]):
        done = subprocess.run(
            [*PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines()[-1].startswith("playlist2vec: error: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fnid", "x"], "playlist2vec: error: no command 'fnid': did you mean find?"),
        (["simlar"], "playlist2vec: error: no command 'simlar': did you mean similar?"),
        (["zzz"], "playlist2vec: error: no command 'zzz': expected one of find, similar, next, "),
        (
            ["next", "a", "--exlude=b"],
            "playlist2vec next: error: unrecognized arguments: --exlude=b: did you mean --exclude?",
        ),
        (
            ["find", "a", "-z"],
            "playlist2vec find: error: unrecognized arguments: -z: `playlist2vec find --help` says",
        ),
    ],
)
def test_a_typing_error_ends_with_what_was_meant(words: list[str], said: str) -> None:
    done = subprocess.run([*PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith(said)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert said("--version") == f"playlist2vec {project['version']}\n"


def test_a_checkout_that_is_not_installed_has_its_version(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "playlist2vec",
        tmp_path / "playlist2vec",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    code = "import playlist2vec; print(playlist2vec.__version__)"
    ask = [sys.executable, "-S", "-c", code]  # without what is installed

    def version() -> str:
        return subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert version() == "unknown\n"
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "9.8.7"\n', encoding="utf-8")
    assert version() == "9.8.7\n"


def test_a_command_loads_nothing_of_the_others() -> None:
    code = (
        "import sys; from playlist2vec.cli.command_line import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('playlist2vec.') or name in HEAVY])"
    ).replace("HEAVY", repr(("numpy", "shtab", "yaml", "importlib.metadata")))

    def loaded(*words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-S", "-c", code, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        names: list[str] = ast.literal_eval(done.stdout.splitlines()[-1])
        return names

    table = [
        "base",
        "base.addresses",
        "base.errors",
        "base.visible",
        "cli",
        "cli.command_line",
        "cli.commands",
    ]
    assert sorted(loaded("--help")) == [f"playlist2vec.{name}" for name in table]
    assert "importlib.metadata" in loaded("--version")
