"""What ListenBrainz hands out to a user, and folders of dumps that hold more than listens."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.listenbrainz.dumps import find_dumps, others
from tests.builders.listen_files import START, Planted, months, plant, tar, write
from tests.sources.listenbrainz.test_sessions import found_sessions, ingest

MSIDS = [f"0000000{number}-0000-4000-8000-000000000000" for number in range(4)]


def exported(number: int, minute: int, **more: Any) -> bytes:
    """A listen as an export has it: no user, the MSID inside the metadata."""
    mapping = {"recording_mbid": MSIDS[3]} if number == 3 else None
    metadata = {
        "track_name": f"T{number}",
        "artist_name": f"A{number}",
        "mbid_mapping": mapping,
        "recording_msid": MSIDS[number],
        "release_name": "R",
        "additional_info": {"music_service": "spotify.com"},
    }
    at = START + 60 * minute
    return json.dumps(
        {"inserted_at": at + 200.5, "listened_at": at, "track_metadata": metadata, **more}
    ).encode()


JUNE = b"\n".join([exported(0, 0), exported(1, 4), exported(3, 8)]) + b"\n"
JULY = b"\n".join([exported(0, 45_000), exported(2, 45_004)]) + b"\n"
FILES = {
    "listens/2025/6.jsonl": JUNE,
    "listens/2025/7.jsonl": JULY,
    "feedback.jsonl": b'{"score": 1}\n',
    "pinned_recording.jsonl": b'{"blurb_content": "x"}\n',
}
SESSIONS = [[MSIDS[0], MSIDS[1], MSIDS[3]], [MSIDS[0], MSIDS[2]]]


def write_zip(path: Path, user: dict[str, Any] | None) -> Path:
    with ZipFile(path, "w") as archive:
        for name, content in ({"user.json": json.dumps(user).encode()} if user else {}).items():
            archive.writestr(name, content)
        for name, content in FILES.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("user", [{"user_id": 1, "username": "me"}, {"username": "me"}, None])
def test_an_export_is_read_as_it_comes_and_unpacked(
    tmp_path: Path, user: dict[str, Any] | None
) -> None:
    path = write_zip(tmp_path / "listenbrainz_me_1748999999.zip", user)
    summary, playlists, tracks = ingest(tmp_path / "of zip", path)
    assert [[tracks.ids[code] for code in each] for each in playlists] == SESSIONS
    assert (summary.kept, summary.users, summary.rejected.read) == (5, 1, 5)
    ZipFile(path).extractall(tmp_path / "unpacked")
    (tmp_path / "unpacked/README").touch()
    _, again, _ = ingest(tmp_path / "of folder", tmp_path / "unpacked")
    assert again.keys.tolist() == playlists.keys.tolist()
    found = find_dumps(tmp_path / "unpacked")
    assert [each.name for each in found] == ["listens/2025/6.jsonl", "listens/2025/7.jsonl"]
    assert "'README', 'feedback.jsonl', 'pinned_recording.jsonl'" in others(
        tmp_path / "unpacked", found
    )


def test_what_macos_puts_into_a_zip_holds_no_listens(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "me.zip", {"username": "me"})
    with ZipFile(path, "a") as archive:
        for name in (
            "listens/2025/._6.jsonl",
            "__MACOSX/listens/2025/._6.jsonl",
            "__MACOSX/._user.json",
        ):
            archive.writestr(name, b"\0\5\x16\7")
    summary, playlists, tracks = ingest(tmp_path / "out", path)
    assert [[tracks.ids[code] for code in each] for each in playlists] == SESSIONS
    assert summary.rejected.read == 5


def test_a_file_of_lines_alone_is_of_one_user(tmp_path: Path) -> None:
    path = write(tmp_path / "alone/6.jsonl", JUNE + exported(2, 12, user_name="somebody else"))
    summary, playlists, tracks = ingest(tmp_path / "out", path)
    assert sorted([tracks.ids[code] for code in each] for each in playlists) == [
        SESSIONS[0],
        [MSIDS[2]],
    ]
    assert summary.users == 2


def test_a_control_character_in_a_name_becomes_a_blank(tmp_path: Path) -> None:
    path = write(tmp_path / "6.jsonl", exported(0, 0).replace(b'"T0"', b'"\\u0000Fade\\u000bOut"'))
    _, _, tracks = ingest(tmp_path / "out", path)
    assert tracks.titles == ["Fade Out"]


def test_an_export_and_a_dump_with_the_same_listens(tmp_path: Path) -> None:
    write_zip(tmp_path / "me.zip", {"user_id": 1, "username": "me"})
    write(tmp_path / "1.listens", exported(0, 0, user_id=1) + b"\n")
    summary, playlists, tracks = ingest(tmp_path / "out", tmp_path)
    assert summary.duplicates == 1
    assert [[tracks.ids[code] for code in each] for each in playlists] == SESSIONS


def test_lines_without_a_user_beside_an_export_are_of_its_user(tmp_path: Path) -> None:
    write_zip(tmp_path / "me.zip", {"user_id": 1, "username": "me"})
    write(tmp_path / "6.jsonl", JUNE)
    summary, playlists, _ = ingest(tmp_path / "out", tmp_path)
    assert (summary.users, summary.duplicates, len(playlists)) == (1, 3, 2)


def test_a_zip_without_listens(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(
        DataError, match=r"a\.zip: 0 members, none with listens: expected listens/<year>"
    ):
        ingest(tmp_path / "out", tmp_path / "a.zip")


def folder_of_dumps(top: Path, planted: Planted) -> Path:
    """A folder as it is published: listens, spark, and archives of other things."""
    number = "7-20240101-000003"
    write(top / f"listenbrainz-listens-dump-{number}-full.tar.zst", tar(months(planted.rows)))
    other = tar([("lbdump/user", b"x"), ("COPYING", b"x")])
    for kind in ("public", "public-timescale", "statistics", "feedback"):
        write(top / f"listenbrainz-{kind}-dump-{number}-full.tar.zst", b"never opened")
    write(top / "archive-of-something.tar.xz", other)
    return top


def test_archives_without_listens_are_passed_over_and_named(tmp_path: Path) -> None:
    planted = plant(users=2, sessions=2, spoil=0)
    top = folder_of_dumps(tmp_path / "fullexport", planted)
    found = find_dumps(top)
    assert [each.name for each in found] == [
        "archive-of-something.tar.xz",
        "listenbrainz-listens-dump-7-20240101-000003-full.tar.zst",
    ]
    assert others(top, found).startswith(
        "; 4 other files passed over: 'listenbrainz-feedback-dump-7-"
    )
    read = ingest(tmp_path / "out", top)
    assert read[0].passed == ("archive-of-something.tar.xz",)
    assert found_sessions(read) == found_sessions(ingest(tmp_path / "alone", top / found[1].name))


def test_the_spark_dump_of_the_same_listens_is_not_counted_again(tmp_path: Path) -> None:
    planted = plant(users=2, sessions=2, spoil=0)
    top = folder_of_dumps(tmp_path / "fullexport", planted)
    spark = [("listenbrainz-spark-dump/0.parquet", b"never opened")]
    write(top / "listenbrainz-spark-dump-7-20240101-000003-full.tar", tar(spark))
    found = find_dumps(top)
    assert not any("spark" in each.name for each in found)
    assert (
        "; 1 files of spark dumps passed over, whose listens are there in JSON: 'listenbrainz-spark"
        in others(top, found)
    )
    write(top / "listenbrainz-spark-dump-8-20240102-000003-incremental.tar", tar(spark))
    found = find_dumps(top)
    assert [each.name for each in found if "spark" in each.name] == [
        "listenbrainz-spark-dump-8-20240102-000003-incremental.tar"
    ]
    assert others(top, found).endswith("so that a listen may have two ids: use only one kind")
