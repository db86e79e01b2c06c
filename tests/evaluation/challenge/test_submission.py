import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import write_json
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.evaluation.challenge.challenge_set import read_challenge_set
from playlist2vec.evaluation.challenge.scores import SUGGESTIONS
from playlist2vec.evaluation.challenge.submission import Team, write_submission
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model, fingerprint
from playlist2vec.models.embeddings.ranker import EmbeddingRanker
from playlist2vec.recommend.loading import BLEND
from tests.builders.challenge_files import broken_rules, challenge_set, track_of, uri, written
from tests.builders.examples import CHOSEN, model_of, playlists_of, query_params
from tests.conftest import ROOT

SONGS = 800
US = Team("Us, or nearly", "us@example.org", "main")._replace(name="Us")
PARAMS = query_params(similarity="log_odds", decay=0.8)


def spotify_model(songs: int = SONGS) -> Model:
    rng = np.random.default_rng(3)
    vectors, output = rng.normal(size=(2, songs, 8)).astype(np.float32)
    vocabulary = Vocabulary([uri(song) for song in range(songs)], np.arange(2 * songs, songs, -1))
    return model_of(vectors, vocabulary, output)


def spotify_ranker(songs: int = SONGS) -> EmbeddingRanker:
    return EmbeddingRanker(spotify_model(songs), PARAMS.similarity)


def submitted(
    folder: Path, content: dict[str, Any], name: str = "submission.csv", **team: str
) -> str:
    write_submission(
        folder / name,
        US._replace(**team),
        read_challenge_set(written(folder, content)),
        spotify_ranker(),
        PARAMS,
    )
    raw = (folder / name).read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()


@pytest.fixture
def content() -> dict[str, Any]:
    """Twenty playlists of each way; one song in nine is not the model's."""
    return challenge_set(20, 900)


def test_a_submission_keeps_the_rules(tmp_path: Path, content: dict[str, Any]) -> None:
    text = submitted(tmp_path, content)
    assert broken_rules(content, text) == []
    assert text.startswith("team_info,main,Us,us@example.org\n1000000,spotify:track:")
    assert text.count("\n") == 1 + 200
    creative = submitted(tmp_path, content, track="creative")
    assert creative.startswith("team_info,creative,Us,us@example.org\n")
    assert broken_rules(content, creative) == []
    later = submitted(tmp_path, content, track="")
    assert later.startswith("team_info,Us,us@example.org\n")
    assert broken_rules(content, later, tracks=False) == []
    assert broken_rules(content, later) == ["the first line names the challenge track"]


def test_the_rules_find_what_is_wrong(tmp_path: Path, content: dict[str, Any]) -> None:
    lines = submitted(tmp_path, content).splitlines()

    def broken(number: int, line: str) -> list[str]:
        return broken_rules(content, "\n".join([*lines[:number], line, *lines[number + 1 :]]))

    fields = lines[2].split(",")
    seed = content["playlists"][1]["tracks"][0]["track_uri"]
    assert broken(2, ",".join(fields[:-1])) == ["1000001 has exactly 500 tracks"]
    assert broken(2, ",".join([*fields[:-1], fields[1]])) == ["1000001 has no track twice"]
    assert broken(2, ",".join([*fields[:-1], seed])) == ["1000001 has none of its seed tracks"]
    assert broken(2, ",".join([*fields[:-1], "spotify:track:x"])) == [
        "spotify:track:x is the uri of a track"
    ]
    assert broken(2, "") == ["there is one line for each playlist"]
    assert broken(2, lines[3]) == ["there is one line for each playlist"]
    assert broken(2, "7" + lines[2])[0] == "71000001 is a playlist of the challenge set"
    assert broken(0, "") == [
        "the first line names the team and its address",
        "there is one line for each playlist",
    ]
    assert broken_rules(content, "\n# ours\n\n" + "\n".join(lines).replace(",", " , ")) == []


def test_titles_are_answered_by_popularity_and_songs_by_the_model(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    lines = submitted(tmp_path, content).splitlines()[1:]
    popular = [uri(song) for song in range(SONGS)]
    model = spotify_model()
    scores = model.input.astype(np.float64) @ model.output.T.astype(np.float64) + 0.5 * np.log(
        model.vocabulary.counts
    )
    for line, entry in zip(lines, content["playlists"], strict=True):
        pid, *songs = line.split(",")
        assert pid == f"{entry['pid']}"
        shown = [track["track_uri"] for track in entry["tracks"]]
        known = [each for each in shown if each in popular]
        if not known:
            assert songs == popular[:SUGGESTIONS]
        elif len(shown) == 1:
            row = scores[popular.index(known[0])].copy()
            row[popular.index(known[0])] = -np.inf
            assert songs == [popular[song] for song in np.argsort(-row)[:SUGGESTIONS]]


def test_what_the_model_does_not_know_is_counted(tmp_path: Path, content: dict[str, Any]) -> None:
    content["playlists"][1]["tracks"] = [track_of(SONGS + 5, 0)]
    path = written(tmp_path, content)
    told = write_submission(
        tmp_path / "s.csv", US, read_challenge_set(path), spotify_ranker(), PARAMS
    )
    shown = [track["track_uri"] for entry in content["playlists"] for track in entry["tracks"]]
    known = {uri(song) for song in range(SONGS)}
    alone = [entry for entry in content["playlists"] if entry["tracks"]]
    strange = sum(
        not any(track["track_uri"] in known for track in entry["tracks"]) for entry in alone
    )
    assert strange > 0
    unknown = sum(each not in known for each in shown)
    assert told == (told.ways, len(shown), unknown, 20, strange)
    assert told.summary() == (
        "200 playlists (20 title, 20 title first 1, 20 title first 5, 20 first 5, "
        "20 title first 10, 20 first 10, 20 title first 25, 20 title random 25, "
        "20 title first 100, 20 title random 100), 500 songs each; "
        f"{unknown:,} of {len(shown):,} songs shown unknown to the model; answered by popularity: "
        f"20 that show no song, {strange} of which the model knows none"
    )


def test_bytes_depend_neither_on_blocks_nor_on_the_name_of_the_file(
    tmp_path: Path, content: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = submitted(tmp_path, content)
    assert submitted(tmp_path, content, "one.csv.gz") == plain
    monkeypatch.setattr("playlist2vec.evaluation.challenge.submission.BLOCK", 7)
    assert submitted(tmp_path, content, "another.csv.gz") == plain
    assert (tmp_path / "one.csv.gz").read_bytes() == (tmp_path / "another.csv.gz").read_bytes()


@pytest.mark.parametrize(
    ("team", "name", "model", "error"),
    [
        (
            US._replace(name="Us, them"),
            "s.csv",
            spotify_model(),
            "--team 'Us, them': expected text on one line, not ",
        ),
        (
            US._replace(name=" "),
            "s.csv",
            spotify_model(),
            "--team ' ': expected text on one line, not empty and ",
        ),
        (
            US._replace(email="us\n@"),
            "s.csv",
            spotify_model(),
            "--email 'us\\n@': expected text on one line, not ",
        ),
        (US._replace(email="us"), "s.csv", spotify_model(), "'us': expected an e-mail address"),
        (US, "s.zip", spotify_model(), "s.zip: expected a name that ends in .csv or .csv.gz"),
        (
            US,
            "s.csv",
            spotify_model(599),
            "the model has 599 songs, 100 of them shown by one playlist: expected 500 mo",
        ),
        (
            US,
            "s.csv",
            model_of(np.eye(1, dtype=np.float32), Vocabulary(["track_7"], np.array([1]))),
            "the model has the track 'track_7': expected one of Spotify's tracks alone, "
            "spotify:track: and 22 letters ",
        ),
    ],
)
def test_what_cannot_be_submitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, team: Team, name: str, model: Model, error: str
) -> None:
    monkeypatch.chdir(tmp_path)
    content = challenge_set(1, 599)
    content["playlists"][8]["tracks"] = [track_of(pos, pos) for pos in range(100)]
    with pytest.raises(DataError) as raised:
        write_submission(
            name,
            team,
            read_challenge_set(written(tmp_path, content)),
            EmbeddingRanker(model, PARAMS.similarity),
            PARAMS,
        )
    assert str(raised.value).startswith(error)
    assert [path.name for path in tmp_path.iterdir()] == ["challenge_set.json"]


def test_just_enough_songs(tmp_path: Path) -> None:
    content = challenge_set(1, 600)
    content["playlists"][8]["tracks"] = [track_of(pos, pos) for pos in range(100)]
    playlists = read_challenge_set(written(tmp_path, content))
    write_submission(tmp_path / "s.csv", US, playlists, spotify_ranker(600), PARAMS)
    assert broken_rules(content, (tmp_path / "s.csv").read_text("utf-8")) == []


def submit(*arguments: str) -> subprocess.CompletedProcess[str]:
    team = ("--team", "Us", "--email", "us@example.org")
    command = [sys.executable, "-m", "playlist2vec", "submit", *arguments, *team]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_blend_submits_what_it_counted(tmp_path: Path, content: dict[str, Any]) -> None:
    """In training each song is followed by the next one, the last by the first, and markov_last has
    all weight.
    """
    ids = [uri(song) for song in range(SONGS)]
    train = playlists_of([[song, (song + 1) % SONGS] for song in range(SONGS)])
    training = training_of(train, ids)
    vectors = np.random.default_rng(3).normal(size=(SONGS, 8)).astype(np.float32)
    checkout = tmp_path / "checkout"
    model_of(vectors, training.vocabulary).save(checkout / "data/model")
    weights, settings, playlists, songs = (checkout / name for name in BLEND)
    weights.parent.mkdir(parents=True)
    chosen = {"tau": 0.0, "weights": {"markov_last": 1.0}}
    write_json(
        weights, {"embeddings_sha256": fingerprint(checkout / "data/model"), "blend": chosen}
    )
    write_json(settings, {"chosen": CHOSEN})
    playlists.parent.mkdir(parents=True)
    train.save(playlists)
    songs.parent.mkdir(parents=True)
    Vocabulary(ids, np.full(SONGS, 2)).save(songs)
    path, output = written(tmp_path, content), tmp_path / "submission.csv"
    done = submit(str(path), "--from", str(checkout), "--output", str(output))
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1), done.stderr
    text = output.read_text("utf-8")
    assert broken_rules(content, text) == []
    number_of = {track: number for number, track in enumerate(ids)}
    asked = 0
    for line, entry in zip(text.splitlines()[1:], content["playlists"], strict=True):
        shown = [track["track_uri"] for track in entry["tracks"]]
        following = (
            ids[(number_of[shown[-1]] + 1) % SONGS] if shown and shown[-1] in number_of else None
        )
        if following and following not in shown:
            assert line.split(",")[1] == following
            asked += 1
    assert asked > 100


def test_from_the_command_line(tmp_path: Path, content: dict[str, Any]) -> None:
    spotify_model().save(tmp_path / "model")
    path = written(tmp_path, content)
    output = tmp_path / "submission.csv.gz"
    done = submit(str(path), "--from", str(tmp_path / "model"), "--output", str(output))
    assert done.returncode == 0, done.stderr
    missing, said = done.stderr.splitlines()
    assert missing == (
        f"{tmp_path}/model: no metrics/blend_weights.json: Word2Vec alone suggests, not the blend"
    )
    assert done.stdout == ""
    assert said.startswith(f"{output}: 200 playlists (20 title, ")
    assert broken_rules(content, gzip.decompress(output.read_bytes()).decode()) == []
    before = output.read_bytes()
    broken = json.loads(path.read_text("utf-8"))
    broken["playlists"][7]["num_samples"] = 3
    path.write_text(json.dumps(broken), encoding="utf-8")
    failed = submit(str(path), "--from", str(tmp_path / "model"), "--output", str(output))
    assert failed.returncode == 1
    assert failed.stderr == (
        f"submit: {path}: playlist 1000007: num_samples = 3: "
        "expected 25, the number of its tracks\n"
    )
    assert output.read_bytes() == before
