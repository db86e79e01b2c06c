"""Sound that comes whole, in pieces, cut, late, damaged, of another length, or at addresses that
expire.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.free_music.hashing.sound import read_sound
from playlist2vec.online.scraping.playlists import read_listing
from playlist2vec.online.scraping.rules import OFFERED
from playlist2vec.online.scraping.sound import Sound, check_segment, checked, remuxed
from playlist2vec.online.scraping.tags import Tags, tagged
from playlist2vec.online.soundcloud.answers import CallError
from playlist2vec.online.soundcloud.cdn import DamagedError
from tests.builders.soundcloud import sounds
from tests.conftest import needed_package
from tests.online.scraping.conftest import Serving
from tests.online.scraping.small import FIRST, files, known, manifest, scraped, some

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra
AAC = FIRST + 1
"""A song that is not offered and streamed as AAC in segments; it has 4 s."""
SITE = "https://cf-hls-media.sndcdn.com/a/list.m3u8"


def packets(content: bytes, folder: Path) -> str:
    path = folder / "content"
    path.write_bytes(content)
    return read_sound(path, 11_025).packets


def picture_in(found: Any) -> bytes:
    """The cover in a file that mutagen has read."""
    if hasattr(found, "pictures"):
        return bytes(found.pictures[0].data)
    return bytes(
        found.tags["covr"][0] if "covr" in found.tags else found.tags.getall("APIC")[0].data
    )


def test_a_stream_in_segments_has_the_packets_of_the_whole(serve: Serving, tmp_path: Path) -> None:
    catalogue = some(10)
    catalogue.change(FIRST + 7, media="mp3 in segments")
    server = serve(catalogue)
    assert {name for name, _ in scraped(server, known(server, tmp_path), tmp_path).values()} == {
        "taken"
    }
    endings = {}
    for each in manifest(tmp_path):
        song, content = (
            catalogue.songs[each["id"]],
            (tmp_path / "scraped" / each["file"]).read_bytes(),
        )
        ending = endings[song.id] = Path(each["file"]).suffix
        whole = sounds.whole(song.sound, song.seconds, ending, song.gain)
        assert packets(content, tmp_path) == packets(whole, tmp_path)
        assert (each["size"], each["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert each["file"] == f"audio/{song.id % 100:02}/{song.id}{ending}"
        cover = (tmp_path / "scraped" / each["cover"]).read_bytes()
        assert cover == sounds.cover(song.id)
        assert each["metadata"]["license"] == song.licence
    assert set(endings.values()) == {".m4a", ".mp3", ".flac", ".wav"}
    assert (endings[AAC], endings[FIRST + 5], endings[FIRST + 7]) == (".m4a", ".mp3", ".mp3")


def test_tags_say_who_made_it_and_under_which_licence(serve: Serving, tmp_path: Path) -> None:
    import mutagen

    server = serve(some(10))
    scraped(server, known(server, tmp_path), tmp_path)
    seen = Counter[str]()
    for each in manifest(tmp_path):
        path = tmp_path / "scraped" / each["file"]
        found = mutagen.File(path)
        said = f"{found.tags.pprint()}" if hasattr(found.tags, "pprint") else str(found.tags)
        wanted = (
            f"Söng {each['id']}",
            "User 7",
            "Techno",
            each["metadata"]["permalink_url"],
            "creativecommons.org",
        )
        assert all(text in said for text in wanted), said
        assert "as it was" not in said
        assert picture_in(found) == sounds.cover(each["id"])
        seen[path.suffix] += 1
    assert set(seen) == {".m4a", ".mp3", ".flac", ".wav"}


@pytest.mark.parametrize(
    "at", ["/list.m3u8", "init.mp4", "001.m4s", "/whole.mp3", "/file?", "/artworks"]
)
@pytest.mark.parametrize(
    "fault", ["cut", "too long", "too short", "page", "nothing", "reset", "503", "silent", "drip"]
)
def test_what_comes_wrong_comes_right_another_time(
    serve: Serving, tmp_path: Path, at: str, fault: str
) -> None:
    catalogue = some(2)
    if at == "/whole.mp3":
        catalogue = some(6)
        catalogue.songs = {FIRST + 5: catalogue.songs[FIRST + 5]}
    server = serve(catalogue)
    state = known(server, tmp_path / "right")
    scraped(server, state, tmp_path / "right")
    right = files(tmp_path / "right")
    server.cdn.keys.clear()
    server.cdn.times.clear()
    met = []

    def once(path: str, times: int) -> str:
        met.append(at in path and times == 0)
        return fault if met[-1] else ""

    server.cdn.fault_of = once
    state = known(server, tmp_path / "found")
    total = 0.3 if fault in ("silent", "drip") else 20.0
    assert {
        name for name, _ in scraped(server, state, tmp_path / "found", total=total).values()
    } == {"taken"}
    assert any(met)
    assert files(tmp_path / "found") == right


@pytest.mark.parametrize(
    ("media", "reason"),
    [
        ("short", "damaged: 4.0 s of sound: expected 7.0 s"),
        ("no end", "damaged: a playlist of a stream without its end"),
        ("changes on", "damaged: another content again and again"),
        ("gone", "refused: 403 Forbidden"),
    ],
)
def test_what_does_not_come_right_is_no_file(
    serve: Serving, tmp_path: Path, media: str, reason: str
) -> None:
    song = FIRST + 4 if media == "short" else AAC
    catalogue = some(5)
    catalogue.songs = {song: catalogue.songs[song]}
    catalogue.change(song, media=media)
    server = serve(catalogue)
    found = scraped(
        server, known(server, tmp_path), tmp_path, OFFERED if media == "short" else "streams"
    )
    assert found == {song: ("failed", reason)}
    assert manifest(tmp_path) == []
    assert not [name for name in files(tmp_path) if "audio" in name]


def test_a_song_shorter_than_its_playlist_says_is_no_file(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    # The uploader's metadata say 4 s; the stream has 2.
    server.catalogue.change(AAC, media="short")
    name, reason = scraped(server, state, tmp_path)[AAC]
    assert (name, reason) == ("failed", "damaged: 2.1 s of sound: expected 4.0 s")


def test_expired_addresses_are_asked_anew_and_no_good_segment_is_had_twice(
    serve: Serving, tmp_path: Path
) -> None:
    catalogue = some(8)
    catalogue.songs = {FIRST + 7: catalogue.songs[FIRST + 7]}
    catalogue.change(FIRST + 7, media="expires")
    server = serve(catalogue)
    assert scraped(server, known(server, tmp_path), tmp_path) == {FIRST + 7: ("taken", "streamed")}
    song = catalogue.songs[FIRST + 7]
    assert len(server.cdn.had) == song.seconds // 2 + 2 >= 7
    assert set(server.cdn.had.values()) == {1}
    assert server.cdn.keys[song.id] >= 3
    content = (tmp_path / "scraped" / manifest(tmp_path)[0]["file"]).read_bytes()
    assert packets(content, tmp_path) == packets(
        sounds.whole(song.sound, song.seconds, ".m4a"), tmp_path
    )


def test_content_that_changes_between_segments_is_not_mixed(serve: Serving, tmp_path: Path) -> None:
    catalogue = some(2)
    catalogue.songs = {AAC: catalogue.songs[AAC]}
    catalogue.change(AAC, media="changes")
    server = serve(catalogue)
    assert scraped(server, known(server, tmp_path), tmp_path) == {AAC: ("taken", "streamed")}
    song = catalogue.songs[AAC]
    content = (tmp_path / "scraped" / manifest(tmp_path)[0]["file"]).read_bytes()
    second = sounds.whole(song.sound + 10, song.seconds, ".m4a")
    assert packets(content, tmp_path) == packets(second, tmp_path)


def test_a_body_of_sixteen_megabytes(serve: Serving, tmp_path: Path) -> None:
    catalogue = some(1, media="large")
    server = serve(catalogue)
    assert scraped(server, known(server, tmp_path / "one"), tmp_path / "one") == {
        FIRST: ("taken", "offered")
    }
    assert manifest(tmp_path / "one")[0]["size"] > 16 << 20


def test_titles_are_in_no_name_of_a_file(serve: Serving, tmp_path: Path) -> None:
    titles = ("../../a/b", "nul\0nul", "\u202egnp.exe", "half \ud83d", "\n\x1b[31m")
    catalogue = some(len(titles))
    catalogue.ascii = True
    server = serve(catalogue)
    for number, title in enumerate(titles):
        catalogue.change(FIRST + number, title=title)
    scraped(server, known(server, tmp_path), tmp_path)
    names = set(files(tmp_path)) - {"tracks.jsonl"}
    assert {Path(name).stem for name in names} == {str(each) for each in catalogue.songs}
    text = (tmp_path / "scraped/tracks.jsonl").read_bytes()
    assert text.isascii()
    assert [each["metadata"]["title"] for each in manifest(tmp_path)] == [
        title.replace("\ud83d", "?") for title in titles
    ]
    from playlist2vec.free_music.manifest.entries import read_all

    read = read_all(tmp_path / "scraped/tracks.jsonl")
    assert [entry.id for entry in read] == sorted(catalogue.songs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>", "no playlist of a stream"),
        ("#EXTM3U\n#EXTINF:2,\na.m4s\n", "without its end"),
        ("#EXTM3U\n#EXT-X-ENDLIST\n", "without its end"),
        ("#EXTM3U\n#EXTINF:x,\na\n#EXT-X-ENDLIST\n", "cannot be read"),
    ],
)
def test_what_is_no_whole_playlist(text: str, said: str) -> None:
    with pytest.raises(DamagedError, match=said):
        read_listing(text.encode(), SITE)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x"', "drm"),
        ('#EXT-X-SESSION-KEY:METHOD=AES-128,URI="https://example.org/k"', "drm"),
        ("#EXT-X-BYTERANGE:9@0", "another shape"),
    ],
)
def test_a_playlist_that_is_not_read(line: str, kind: str) -> None:
    with pytest.raises(CallError) as caught:
        read_listing(f"#EXTM3U\n{line}\n#EXTINF:2,\na.m4s\n#EXT-X-ENDLIST\n".encode(), SITE)
    assert caught.value.kind == kind


def test_a_playlist_with_relative_addresses() -> None:
    text = (
        '#EXTM3U\n#EXT-X-MAP:URI="/h.mp4?k=1"\n#EXTINF:2.5,\nb/a.m4s?k=2\n#EXT-X-KEY:METHOD=NONE\n'
        "#EXT-X-ENDLIST\n"
    )
    listing = read_listing(text.encode(), SITE)
    assert listing.head is not None
    assert listing.head.address == "https://cf-hls-media.sndcdn.com/h.mp4?k=1"
    assert listing.segments == [
        ("https://cf-hls-media.sndcdn.com/a/b/a.m4s?k=2", "/a/b/a.m4s", 2.5)
    ]


@pytest.mark.parametrize("ending", [".m4a", ".mp3", ".flac", ".wav"])
@pytest.mark.parametrize("left", [0.5, 0.7, 0.95])
def test_a_file_of_three_seconds_that_was_cut_is_found(ending: str, left: float) -> None:
    """A second may be missing by the metadata; what the file says of itself is stricter."""
    content = sounds.whole(1000, 3, ending)
    assert checked(content, 3.0) == Sound(content, ending)
    with pytest.raises(DamagedError):
        checked(content[: int(len(content) * left)], 3.0)


@pytest.mark.parametrize("cut", [1, 9, 100])
@pytest.mark.parametrize("name", ["001.m4s", "002.m4s"])
def test_a_segment_that_was_cut_is_found(name: str, cut: int) -> None:
    """The last segment has a single packet."""
    found = sounds.segments(1000, 4, "aac")[1]
    whole, head = found[name], found["init.mp4"]
    seconds = {"001.m4s": 2.043356, "002.m4s": 0.09288}[name]
    check_segment(head + whole, seconds)
    with pytest.raises(DamagedError, match=r"cut|no sound"):
        check_segment(head + whole[:-cut], seconds)


def test_a_segment_that_is_too_short_is_found() -> None:
    found = sounds.segments(1000, 4, "mp3")[1]
    check_segment(found["000.mp3"], 2.037551)
    with pytest.raises(DamagedError, match=r"a segment of 2\.04 s: expected 2\.20 s"):
        check_segment(found["000.mp3"], 2.2)


LINES = (
    *(
        "#EXTM3U",
        "#EXT-X-ENDLIST",
        "#EXTINF:2,",
        "#EXTINF:-1,",
        "#EXTINF:",
        "#EXTINF:nan,",
        "a.m4s",
        "http://[::1",
        "",
    ),
    *(
        '#EXT-X-MAP:URI="i.mp4"',
        "#EXT-X-MAP:",
        "#EXT-X-KEY:METHOD=NONE",
        "#EXT-X-KEY:",
        "#EXT-X-BYTERANGE:1",
        "\x00",
    ),
    *(
        "#EXT-X-STREAM-INF:BANDWIDTH=1",
        "#EXT-X-PART:",
        "#EXT-X-DATERANGE:ID=x",
        "#EXT-X-PROGRAM-DATE-TIME:x",
        "\u2028",
    ),
    *(
        "#EXT-X-VERSION:x",
        "#EXT-X-TARGETDURATION:",
        "#EXT-X-SKIP:",
        "#EXT-X-CUE-OUT:x",
        "#EXT-X-SESSION-KEY:",
    ),
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=12), st.booleans())
def test_any_playlist_is_read_or_refused(lines: list[str], begins: bool) -> None:
    text = "\n".join(["#EXTM3U", *lines] if begins else lines)
    try:
        listing = read_listing(text.encode(), SITE)
    except (DamagedError, CallError):
        return
    assert listing.segments
    assert all(isfinite(each.seconds) for each in listing.segments)


@settings(max_examples=100)
@given(
    st.integers(0, 20_000),
    st.binary(min_size=1, max_size=8),
    st.sampled_from([".m4a", ".mp3", ".flac", ".wav"]),
)
def test_any_damage_is_sound_or_refused(at: int, other: bytes, ending: str) -> None:
    content = sounds.whole(1000, 3, ending)
    damaged = content[:at] + other + content[at + len(other) :]
    try:
        sound = checked(damaged, 3.0)
        tagged(
            sound, Tags("title", "artist", "genre", "licence", "https://soundcloud.com/a/b"), None
        )
    except (DamagedError, CallError):
        return
    assert sound.content == damaged


UNKNOWN = sounds.whole(1000, 3, ".m4a").replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz")
"""A file of a codec that nobody has."""


@pytest.mark.parametrize(
    "work", [remuxed, lambda sound: checked(sound, 3.0), lambda sound: check_segment(sound, 3.0)]
)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        sounds.whole(1000, 3, ".m4a").replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz"),
    ],
)
def test_what_no_decoder_knows_is_damaged(work: Callable[[bytes], object], content: bytes) -> None:
    with pytest.raises(DamagedError):
        work(content)
