"""The page on cold songs: what it shows, that it is well formed, and that it asks nobody for
anything.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from playlist2vec.cold_songs.page.page import PageSong, neighbours, render
from playlist2vec.models.audio.vectors import SongVectors

TEST = """slice,method,score,value,low,high,difference,difference_low,difference_high
all,artist,auc,0.8,0.7,0.9,0,0,0
all,artist,ndcg@10,0.5,0.4,0.6,0,0,0
all,artist and sound,auc,0.85,0.75,0.95,0.05,0.01,0.09
all,artist and sound,ndcg@10,0.55,0.45,0.65,0.05,-0.01,0.11
new artist,artist,ndcg@10,0.1,0,0.2,0,0,0
"""
CURVE = "epoch,loss,auc,ndcg@10,hit@10\n5,2.5,0.7,0.4,0.9\n10,2.0,0.8,0.5,0.95\n"


def page(folder: Path, songs: list[PageSong], left_out: int = 0, curve: str = CURVE) -> str:
    (folder / "curve.csv").write_text(curve, "utf-8")
    (folder / "test.csv").write_text(TEST, "utf-8")
    return render(
        songs, [(0, [1])], left_out, folder / "curve.csv", folder / "test.csv", folder / "data"
    )


def test_the_nearest_known_songs_by_hand() -> None:
    vectors = SongVectors.of_units(np.array([[1, 0], [0, 1], [1, 1], [1, 0.1]]))
    found = neighbours(vectors, np.array([3]), np.array([0, 1, 2]), 2)
    assert found.tolist() == [[0, 2]]
    same = SongVectors.of_units(np.ones((4, 2)))
    assert neighbours(same, np.array([3]), np.array([0, 1, 2]), 3).tolist() == [[0, 1, 2]]


def test_it_says_scores_with_their_differences_and_lets_one_hear_files(tmp_path: Path) -> None:
    songs = [
        PageSong("A", "Near", "a", str(tmp_path / "music/ä #1?.flac")),
        PageSong("", "", "b", ""),
    ]
    text = page(tmp_path, songs, 3)
    assert "0.550" in text
    assert "+0.050 [-0.010, +0.110]" in text
    assert "0.100" not in text, "slices are in the table alone"
    assert 'src="../music/%C3%A4%20%231%3F.flac"' in text
    assert text.count("<audio") == 1
    assert "<div>b</div>" in text
    assert "3 more songs are not listed" in text
    assert "loss, training songs" in text


def test_names_are_text_and_nothing_is_asked_from_elsewhere(tmp_path: Path) -> None:
    hostile = PageSong(
        "<script>alert(1)</script>", '"><img src=https://x.org>', "t", f'{tmp_path}/a"b.mp3'
    )
    text = page(tmp_path, [hostile, hostile])
    assert "<script" not in text
    assert "<img" not in text
    body = re.sub(r"<!DOCTYPE html>|<meta [^>]*>", "", text).replace(" controls", "")
    tree = ElementTree.fromstring(body)
    assert {each.get("src") for each in tree.iter() if each.get("src") or each.get("href")} == {
        "../a%22b.mp3"
    }


@pytest.mark.parametrize("curve", ["epoch,loss\n0,0\n"])
def test_a_model_without_epochs_has_no_curve(tmp_path: Path, curve: str) -> None:
    song = PageSong("A", "B", "t", "")
    assert "This model is not trained by epochs." in page(tmp_path, [song, song], curve=curve)
