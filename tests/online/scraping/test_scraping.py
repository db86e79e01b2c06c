"""A whole scrape: nothing but the answers changes it, and what stops it loses nothing."""

import os
import random
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.scraping import queue
from playlist2vec.online.scraping.folder import tidy
from playlist2vec.online.scraping.rules import OFFERED
from playlist2vec.online.scraping.summary import summary
from playlist2vec.online.soundcloud.client import StoppedError
from tests.builders.soundcloud.server import SoundCloudServer
from tests.conftest import ROOT, needed_package
from tests.online.crawling.small import dump
from tests.online.crawling.test_rounds import faults
from tests.online.scraping.conftest import Serving
from tests.online.scraping.small import FIRST, ends, files, known, manifest, scraped, some

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra


def odd_world(serve: Serving) -> SoundCloudServer:
    """Songs of which some expire, some change, and some may not or cannot be taken."""
    catalogue = some(20)
    server = serve(catalogue)
    odd = {
        1: "expires",
        5: "drm",
        7: "changes",
        9: "short",
        11: "none",
        13: "no end",
        15: "snipped",
        17: "expires",
    }
    for number, media in odd.items():
        catalogue.change(FIRST + number, media=media)
    catalogue.change(FIRST + 6, artwork=False)
    return server


def fresh(server: SoundCloudServer) -> None:
    """Forget what was asked, so that the next scrape meets the same."""
    for each in (server, server.cdn):
        each.times.clear()
    server.cdn.keys.clear()
    server.cdn.used.clear()


def test_threads_delays_and_faults_change_nothing(serve: Serving, tmp_path: Path) -> None:
    server = odd_world(serve)
    state = known(server, tmp_path / "right")
    found = scraped(server, state, tmp_path / "right")
    assert {name for name, _ in found.values()} == {"taken", "left out", "failed"}
    right, text = files(tmp_path / "right"), dump(state)
    for threads in (1, 4, 8):
        place = tmp_path / str(threads)
        state = known(server, place)
        fresh(server)
        draw = random.Random(threads)
        met: list[str] = []

        def fault_of(path: str, times: int, met: list[str] = met) -> str:
            met.append(faults(path, times))
            return met[-1]

        for each in (server, server.cdn):
            each.fault_of = fault_of
            each.delay_of = lambda path, draw=draw: draw.choice((0.0, 0.0, 0.002, 0.006))  # type: ignore[misc]
        scraped(server, state, place, threads=threads)
        assert sum(map(bool, met)) > 5
        assert files(place) == right
        assert dump(state) == text
        for each in (server, server.cdn):
            each.fault_of = lambda path, times: ""
            each.delay_of = lambda path: 0.0


def test_each_track_ends_in_one_state_and_the_summary_adds_up(
    serve: Serving, tmp_path: Path
) -> None:
    server = odd_world(serve)
    state = known(server, tmp_path)
    scraped(server, state, tmp_path)
    assert set(ends(state)) == set(server.catalogue.songs)
    assert sum(queue.counts(state).values()) == 20
    lines = summary(state, tmp_path / "scraped/tracks.jsonl")
    assert lines[0] == (
        "20 free tracks: 15 taken (10 offered, 5 streamed), 3 left out (1 drm, 1 no stream, 1 "
        "preview), 2 failed (2 damaged), 0 wait"
    )
    assert lines[1].startswith(f"{tmp_path}/scraped/tracks.jsonl: 15 tracks, ")
    assert lines[1].endswith(" MB, 14 with a cover")
    assert lines[2] == "not tested on the live service, only on a simulated one"


def test_what_failed_is_tried_three_times_and_again_when_asked_for(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(3))
    state = known(server, tmp_path)
    server.catalogue.change(FIRST + 1, media="gone")
    assert scraped(server, state, tmp_path)[FIRST + 1] == ("failed", "refused: 403 Forbidden")
    assert sum(path.startswith(f"/tracks/{FIRST + 1}?") for path in server.paths) == 3
    server.catalogue.change(FIRST + 1, media="")
    assert scraped(server, state, tmp_path)[FIRST + 1][0] == "failed"
    assert scraped(server, state, tmp_path, retry=True)[FIRST + 1] == ("taken", "streamed")
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 1, FIRST + 2]


def test_five_failures_in_a_row_stop_it_and_it_goes_on_with_others(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(12))
    state = known(server, tmp_path)
    for number in range(5):
        server.catalogue.change(FIRST + number, media="gone")
    with pytest.raises(
        StoppedError,
        match=rf"^5 tracks in a row brought nothing, the last one, {FIRST + 4}: refused",
    ):
        scraped(server, state, tmp_path)
    assert queue.counts(state)["waiting", ""] == 12
    # What failed comes after all others, and when it fails again the network is not to blame.
    found = Counter(name for name, _ in scraped(server, state, tmp_path).values())
    assert found == {"taken": 7, "failed": 5}
    for number in range(5):
        server.catalogue.change(FIRST + number, media="")
    assert {name for name, _ in scraped(server, state, tmp_path, retry=True).values()} == {"taken"}


def test_silence_stops_it_whatever_failed_before(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(6))
    state = known(server, tmp_path)
    server.cdn.fault_of = lambda path, times: "502"
    for _ in range(2):
        with pytest.raises(
            StoppedError,
            match=r"^5 tracks in a row brought nothing, the last one, .*502 Bad Gateway",
        ):
            scraped(server, state, tmp_path)
    server.cdn.fault_of = lambda path, times: ""
    assert {name for name, _ in scraped(server, state, tmp_path).values()} == {"taken"}


def test_dead_credentials_stop_it_at_once(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(8))
    state = known(server, tmp_path)
    server.fault_of = lambda path, times: "401"
    with pytest.raises(
        StoppedError, match="answered 401 Unauthorized: expected SC_CLIENT_ID or SC_OAUTH_TOKEN"
    ):
        scraped(server, state, tmp_path, threads=4)
    assert ends(state) == {}
    assert len(server.requests) == 1


def test_a_limit_at_the_cdn_holds_and_one_that_stays_stops_it(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    server.cdn.script = ["limited, bare"]
    assert {name for name, _ in scraped(server, state, tmp_path).values()} == {"taken"}
    server = serve(some(2))
    state = known(server, tmp_path / "other")
    server.cdn.fault_of = lambda path, times: "limited, bare"
    with pytest.raises(
        StoppedError,
        match=r"cf-hls-media\.sndcdn\.com: answered 429 Too Many Requests: expected fewer",
    ):
        scraped(server, state, tmp_path / "other")


def test_a_long_limit_at_the_cdn_stops_it(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    server.cdn.script = ["limited, long"]
    with pytest.raises(
        StoppedError, match=r"sndcdn\.com: answered 429 Too Many Requests: .* go on in 1440 min"
    ):
        scraped(server, state, tmp_path)
    assert len(server.cdn.requests) == 1


@pytest.mark.parametrize("fault", ["reset", "cut", "502", "moved", "page", "403"])
def test_no_reason_tells_what_opens_an_address(serve: Serving, tmp_path: Path, fault: str) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    server.cdn.fault_of = lambda path, times: fault
    with suppress(StoppedError):
        scraped(server, state, tmp_path)
    rows = state.rows("SELECT reason FROM scraped")
    assert len(rows) == 2
    assert all(reason and "key=" not in reason and "invented" not in reason for (reason,) in rows)


def test_an_original_of_no_use_is_replaced_by_the_stream_where_streams_are_taken(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(1, media="no sound"))
    state = known(server, tmp_path)
    name, reason = scraped(server, state, tmp_path, OFFERED)[FIRST]
    assert (name, reason.partition(": ")[0]) == ("failed", "damaged")
    assert scraped(server, state, tmp_path, retry=True)[FIRST] == ("taken", "streamed")


@pytest.mark.parametrize("kind", ["audio", "covers"])
def test_a_full_disk_stops_in_one_line_and_it_goes_on_later(
    serve: Serving, tmp_path: Path, kind: str
) -> None:
    server = serve(some(6))
    state = known(server, tmp_path / "right")
    scraped(server, state, tmp_path / "right")
    state = known(server, tmp_path / "full")
    fresh(server)
    name = f"{FIRST + 4}.wav" if kind == "audio" else f"{FIRST + 4}.png"
    assert f"{kind}/04/{name}" in files(tmp_path / "right")

    def fill(path: str, _: int) -> str:
        """Put the file without room in the place of the temporary one, as soon as the track is
        asked for.
        """
        if path.startswith(f"/tracks/{FIRST + 4}/"):
            place = tmp_path / f"full/scraped/{kind}/04"
            place.mkdir(parents=True)
            (place / f".{name}.{os.getpid()}.unfinished").symlink_to("/dev/full")
        return ""

    server.fault_of = fill
    with pytest.raises(DataError, match=rf"{name}: cannot be written: No space left on device$"):
        scraped(server, state, tmp_path / "full")
    assert [each["id"] for each in manifest(tmp_path / "full")] == [
        FIRST,
        FIRST + 1,
        FIRST + 2,
        FIRST + 3,
    ]
    assert set(files(tmp_path / "full")) < set(files(tmp_path / "right"))
    server.fault_of = lambda path, times: ""
    scraped(server, state, tmp_path / "full")
    assert files(tmp_path / "full") == files(tmp_path / "right")


def test_a_disk_that_is_full_at_the_end_leaves_the_manifest_as_it_was(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    scraped(server, state, tmp_path, OFFERED)
    before = (tmp_path / "scraped/tracks.jsonl").read_bytes()
    place = tmp_path / "scraped"
    (place / f".tracks.jsonl.{os.getpid()}.unfinished").symlink_to("/dev/full")
    with pytest.raises(
        DataError, match=r"tracks\.jsonl: cannot be written: No space left on device$"
    ):
        tidy(state, place)
    assert (tmp_path / "scraped/tracks.jsonl").read_bytes() == before
    scraped(server, state, tmp_path)
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 1]


def test_files_of_a_killed_process_are_deleted(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    scraped(server, state, tmp_path)
    right = files(tmp_path)
    for name in ("audio/01/99901.m4a", "covers/01/99901.jpg", "audio/00/.7000.flac.1.unfinished"):
        (tmp_path / "scraped" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scraped" / name).write_bytes(b"half")
    (tmp_path / "scraped/audio/00/notes.txt").write_text("of a person", encoding="utf-8")
    scraped(server, state, tmp_path)
    assert files(tmp_path) == right | {"audio/00/notes.txt": b"of a person"}


def test_packages_are_loaded_before_threads_begin(tmp_path: Path) -> None:
    """Modules of mutagen import each other; imports in two threads at once end with an error."""
    code = (
        "import sys; from pathlib import Path\n"
        "from playlist2vec.free_music.manifest.removals import Removals\n"
        "from playlist2vec.online.scraping.taking import Taker\n"
        "from playlist2vec.online.soundcloud.cdn import Cdn\n"
        "from playlist2vec.online.soundcloud.client import SoundCloud\n"
        "from playlist2vec.online.soundcloud.credentials import Credentials\n"
        "client = SoundCloud(Credentials('me@example.org', 'invented'))\n"
        "Taker(client, Cdn(client), 'offered', Removals(), Path('.'))\n"
        "import playlist2vec.online.scraping.tags as tags, re, inspect\n"
        "named = re.findall(r'from (mutagen[.]?\\w*) import', inspect.getsource(tags))\n"
        "assert len(set(named)) > 6, named\n"
        "assert set(named) <= set(sys.modules), set(named) - set(sys.modules)\n"
        "assert {'av', 'm3u8', 'PIL.PngImagePlugin'} <= set(sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
