"""What `complete`, `next` and `radio` say of songs that are named in another way than the model
names them.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.cli.command_line import main
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.recommend.loading import load

SONGS = [
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb0", "Nell Oak", "Night Ferry"),
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb1", "The Kites", "Lull"),
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb2", "Moss & Dew", "Lull"),
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb3", "Nell Oak", "Night Ferry - 2011 Remaster"),
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb4", "Zoë Fir", "Cone"),
    ("spotify:track:4aZz09bbbbbbbbbbbbbbb5", "Zoë Fir", "Pier"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model of six songs, and their names as a spreadsheet writes them."""
    draws = np.random.default_rng(1)
    vectors = draws.normal(size=(2, len(SONGS), 4)).astype(np.float32)
    vocabulary = Vocabulary([song[0] for song in SONGS], np.arange(len(SONGS), 0, -1))
    earlier = np.zeros((0, len(SONGS), 4), np.float32)
    Model(vectors[0], vectors[1], vocabulary, earlier, 0.75).save(tmp_path / "model")
    rows = [
        "Track ID;Artist;Title",
        *(f"{track};{artist};{title}" for track, artist, title in SONGS),
        "x;",
    ]
    (tmp_path / "names.csv").write_bytes("\r\n".join(rows).encode("cp1252"))
    return tmp_path


def asked(folder: Path, *words: str) -> None:
    """Run a command on the model of the folder."""
    main([*words, "--from", f"{folder / 'model'}", "--names", f"{folder / 'names.csv'}"])


def test_complete_says_what_it_took_and_writes_what_it_did_not_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, unknown = folder / "mine.txt", folder / "unknown.csv"
    lines = [
        "Nell Oak feat. Tom - Night Ferry",
        "Lull",
        "Zoé Firr - Cone",
        "https://link.deezer.com/s/abc",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    asked(folder, "complete", f"{file}", "--unknown", f"{unknown}", "--format", "csv", "-k", "9")
    out, err = capsys.readouterr()
    first, kites = SONGS[0][0], SONGS[1][0]
    assert (
        f"line 1: 'Nell Oak feat. Tom – Night Ferry' is taken for Nell Oak – Night Ferry ({first})"
        in err
    )
    assert (
        "line 2: 'Lull': 2 songs are called that: "
        f"the most played, The Kites – Lull ({kites}), is taken" in err
    )
    assert "line 3: Zoé Firr – Cone: the model does not know this song: skipped" in err
    assert (
        "line 4: https://link.deezer.com/s/abc: a short link, which only its service can resolve"
        in err
    )
    assert "names.csv: 1 rows of another width than the header: left out" in err
    assert "names.csv: it is not UTF-8, and is read as Windows-1252" in err
    # The remaster is the ferry under another id.
    assert {row["title"] for row in csv.DictReader(out.splitlines())} == {"Lull", "Cone", "Pier"}

    settled = unknown.read_text(encoding="utf-8").replace("Cone,", f"Cone,{SONGS[4][0]}")
    unknown.write_text(settled, encoding="utf-8")
    asked(
        folder, "complete", f"{file}", "--corrections", f"{unknown}", "--format", "csv", "-k", "9"
    )
    out, err = capsys.readouterr()
    assert "mine.txt: line 3" not in err
    assert "unknown.csv: 1 rows without a track id: not settled yet" in err
    assert {row["title"] for row in csv.DictReader(out.splitlines())} == {"Lull", "Pier"}


def test_a_playlist_without_a_known_song_leaves_the_table_to_be_settled(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, unknown = folder / "mine.txt", folder / "unknown.csv"
    file.write_text("Nobody - Nothing\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        asked(folder, "complete", f"{file}", "--unknown", f"{unknown}")
    assert (
        f"{ended.value}" == f"complete: {file}: none of its 1 songs is known: expected one at least"
    )
    assert unknown.read_text(encoding="utf-8") == "song,track_id\nNobody – Nothing,\n"
    assert f"{unknown}: 1 songs to be filled in were added" in capsys.readouterr().err


def test_next_takes_corrections_links_and_several_artists(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "settled.csv"
    table.write_text(f"artist,title,track_id\n,that pier song,{SONGS[5][0]}\n", encoding="utf-8")
    link = "https://open.spotify.com/intl-de/track/4aZz09bbbbbbbbbbbbbbb4?si=1"
    words = ("That Pier Song!", "Tom, Nell Oak - Night Ferry", link)
    asked(folder, "next", *words, "--corrections", f"{table}", "--format", "m3u8")
    out, err = capsys.readouterr()
    assert (
        f"'Tom, Nell Oak – Night Ferry' is taken for Nell Oak – Night Ferry ({SONGS[0][0]})" in err
    )
    assert {
        line.rpartition("/")[2]
        for line in out.splitlines()
        if line.startswith("https://open.spotify.com")
    } == {song[0].rpartition(":")[2] for song in (SONGS[1], SONGS[2])}


def test_a_typing_error_is_taken_by_next_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(folder, "next", "Nell Oak - Nigth Ferry Remastr 2011", "-k", "1")
    assert (
        "'Nell Oak - Nigth Ferry Remastr 2011' is taken for Nell Oak – Night Ferry"
        in capsys.readouterr().err
    )


def test_corrections_of_another_model_are_passed_over(folder: Path) -> None:
    table = folder / "settled.csv"
    table.write_text("song,track_id\nCone,track_of_another_model\n", encoding="utf-8")
    recommender = load(folder / "model", names=folder / "names.csv", corrections=table)
    assert recommender.match_text("Cone").row == 4
