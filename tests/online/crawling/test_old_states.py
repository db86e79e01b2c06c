"""A state that an older version of the crawl began: it goes on, or there is a line."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.crawling.settings import SCORES, CrawlSettings
from playlist2vec.online.crawling.state import VERSION, CrawlState
from playlist2vec.online.soundcloud.answers import Reply
from playlist2vec.online.soundcloud.calls import Call
from tests.online.crawling.small import begun, crawled
from tests.online.crawling.test_promises import playlist, track

TO_THE_FIRST = """
CREATE TABLE old (kind TEXT PRIMARY KEY, calls REAL NOT NULL, gain REAL NOT NULL) WITHOUT ROWID;
INSERT INTO old SELECT kind, calls, gain FROM arms WHERE kind != '';
DROP TABLE arms;
ALTER TABLE old RENAME TO arms;
UPDATE meta SET value = '"1"' WHERE key = 'version';
UPDATE meta SET value = json_remove(value, '$.playlist') WHERE key = 'settings';
"""


def ask(call: Call) -> Reply:
    if call.kind == "resolve":
        return Reply(
            [], [playlist(9, [track(1), *({"id": each} for each in range(2, 300))], 299)], []
        )
    if call.kind in ("track", "tracks"):
        return Reply([track(int(each)) for each in call.subject.split(",")], [], [])
    return Reply([], [], [])


def old(path: Path, score: str, version: str = "1") -> None:
    """A state of version 1 after a round."""
    state = crawled(begun(path, score=score), ask, 1)
    state.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TO_THE_FIRST)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'version'", (f'"{version}"',))
        connection.commit()


@pytest.mark.parametrize("score", SCORES)
def test_a_crawl_of_version_one_goes_on(score: str, tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    old(path, score)
    state = begun(path, score=score)
    assert state.settings == CrawlSettings(round=6, score=score)
    assert all(arm.promised == arm.calls for arm in state.arms(["resolve", "tracks", "likers"]))
    before = state.counts()
    crawled(state, ask)
    after = state.counts()
    assert after["tracks"] == (299 if score != "seed" else 100)
    assert after["calls"] > before["calls"]
    state.close()
    again = CrawlState.open(path, None)
    assert again.meta("version") == VERSION
    assert again.counts() == after


def test_it_goes_on_with_no_other_settings(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    old(path, "arms")
    with pytest.raises(
        DataError, match=r"begun with playlist = 1\.0, not 7: expected the same, or another folder"
    ):
        begun(path, playlist=7)


def test_a_later_version_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    old(path, "arms", "9")
    with pytest.raises(
        DataError, match=rf"state\.sqlite: a state of version 9: expected {VERSION}"
    ):
        begun(path)
