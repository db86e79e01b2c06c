"""Dumps of invented listens in the form of ListenBrainz, and the cost of ingesting dumps.

`python -m benchmarks.data.listen_dumps make a.tar.zst --listens 1000000` writes a dump; a `.tar`
holds Parquet, as spark dumps do. `python -m benchmarks.data.listen_dumps ingest a.tar.zst --workers
2` ingests a dump and prints the cost.
"""

import argparse
import io
import resource
import tarfile
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from playlist2vec.base.hashing import mix

BLOCK = 1 << 18
"""Listens made at once; a block is a member of the archive."""
SESSION, SECONDS = 12, 200
"""Listens of a session, and seconds between two listens."""
START = 1_600_000_000
HEX = np.array([f"{byte:02x}".encode() for byte in range(256)], "S2")
DASHES = (8, 13, 18, 23)
LINE = (
    b'{"user_id":%s,"timestamp":%d,"track_metadata":{"track_name":"%s","artist_name":"%s",'
    b'"release_name":"The album number %d","additional_info":{%s"discnumber":1,"tracknumber":%d,'
    b'"tags":[],"origin_url":"https://open.example.com/track/%d","duration_ms":%d,'
    b'"artist_names":["%s"],"music_service":"example.com",'
    b'"album_id":"https://open.example.com/album/%d","submission_client":"invented",'
    b'"submission_client_version":"3.2.0.0","release_artist_name":"%s","recording_msid":"%s"}},'
    b'"recording_msid":"%s"}\n'
)


def columns(first: int, end: int, listens: int) -> dict[str, NDArray[Any]]:
    """Return users, times and songs of listens `first` to before `end` of `listens`, by time.

    The number of users grows with `listens`; there are `listens` / 6 songs, popular ones much more
    frequent. A listen in 100 is a duplicate, 1 in 50 has no true time, 1 in 1,000 no user.
    """
    number = np.arange(first, end)
    number[number % 100 == 99] -= 1
    users = 20 + listens // 5000
    listeners = max(1, users // 20)  # active at the same time
    listener, turn = number % listeners, number // listeners
    drawn = mix((listener + listeners * (turn // SESSION)).astype(np.uint64), 1) / 2**64
    user = 1 + (users * drawn**2).astype(np.int64)
    song = (max(1, listens // 6) * (mix(number.astype(np.uint64), 2) / 2**64) ** 3).astype(np.int64)
    when = np.where(number % 50 == 7, 86_400 + number, START + turn * SECONDS + listener % SECONDS)
    return {"user": np.where(number % 1000 == 500, 0, user), "time": when, "song": song}


def identifiers(songs: NDArray[np.int64], seed: int) -> NDArray[np.bytes_]:
    """Return a UUID for every song, depending on the seed: S36 (songs,)."""
    halves = np.stack(
        [mix(songs.astype(np.uint64), seed), mix(songs.astype(np.uint64), seed + 1)], axis=1
    )
    digits = HEX[halves.view(np.uint8)].view("S1").reshape(len(songs), 32)
    text = np.full((len(songs), 36), b"-", "S1")
    text[:, [place for place in range(36) if place not in DASHES]] = digits
    return text.view("S36")[:, 0]


def as_lines(block: dict[str, NDArray[Any]]) -> bytes:
    """Return listens as a member of a listens dump; 1 song in 10 has a recording_mbid."""
    songs = block["song"]
    msids, mbids = identifiers(songs, 10).tolist(), identifiers(songs, 20).tolist()
    return b"".join(
        LINE
        % (
            b"%d" % user if user else b"null",
            when,
            b"The S\xc3\xb6ng Number %d (Remastered)" % song,
            artist := b"Artist & Band %d" % (song // 12),
            song // 10,
            b'"recording_mbid":"%s",' % mbid if song % 10 == 3 else b"",
            song % 10,
            song,
            180_000 + song % 100_000,
            artist,
            song // 10,
            artist,
            msid,
            msid,
        )
        for user, when, song, msid, mbid in zip(
            block["user"].tolist(),
            block["time"].tolist(),
            songs.tolist(),
            msids,
            mbids,
            strict=True,
        )
    )


def as_parquet(block: dict[str, NDArray[Any]]) -> bytes:
    """Return listens as a file of a spark dump; 9 songs in 10 have a recording_mbid."""
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow.parquet import write_table

    songs, places = np.unique(block["song"], return_inverse=True)
    taken = pa.array(places)

    def of_songs(values: list[str | None]) -> Any:
        return pa.array(values, pa.string()).take(taken)

    named, numbers = songs.tolist(), range(len(songs))
    msids, mbids = (identifiers(songs, seed).astype("U36").tolist() for seed in (10, 20))
    times = compute.multiply(pa.array(block["time"]), 10**9).cast(pa.timestamp("ns"))
    nothing = pa.nulls(len(places))
    table = {
        "listened_at": times,
        "created": times,
        "user_id": pa.array(block["user"], mask=block["user"] == 0),
        "recording_msid": of_songs(msids),
        "artist_name": of_songs([f"Artist & Band {song // 12}" for song in named]),
        "artist_credit_id": nothing.cast(pa.int64()),
        "release_name": of_songs([f"The album number {song // 10}" for song in named]),
        "release_mbid": nothing.cast(pa.string()),
        "recording_name": of_songs([f"The Söng Number {song} (Remastered)" for song in named]),
        "recording_mbid": of_songs([None if named[n] % 10 == 3 else mbids[n] for n in numbers]),
        "artist_credit_mbids": nothing.cast(pa.list_(pa.string())),
    }
    file = io.BytesIO()
    write_table(pa.table(table), file, compression="zstd")
    return file.getvalue()


def make(listens: int, path: Path) -> None:
    """Write a dump of `listens` listens; the suffix of the path decides the form."""
    form, ending = (as_parquet, "parquet") if path.suffix == ".tar" else (as_lines, "listens")
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        _packed(path) as packed,
        tarfile.open(fileobj=packed, mode="w|", bufsize=1 << 20) as archive,
    ):
        for number, first in enumerate(range(0, listens, BLOCK)):
            content = form(columns(first, min(first + BLOCK, listens), listens))
            header = tarfile.TarInfo(f"dump-1-full/listens/2024/{number}.{ending}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))


def _packed(path: Path) -> IO[bytes]:
    if path.suffix == ".tar":
        return open(path, "wb")
    packed: IO[bytes] = zstandard.open(path, "wb", cctx=zstandard.ZstdCompressor(level=1))
    return packed


def ingest(path: Path, workers: int, max_share: float) -> str:
    """Ingest a dump into a temporary folder beside it; return the cost as text."""
    from benchmarks.child import peak_megabytes
    from playlist2vec.engine.local import open_engine
    from playlist2vec.engine.params import EngineParams
    from playlist2vec.sources.listenbrainz.params import ListenBrainzParams
    from playlist2vec.sources.listenbrainz.sessions import ingest_dumps

    params = ListenBrainzParams(
        "unused", "recording_mbid", gap=30, min_listens=1, max_share=max_share, keep_users=False
    )
    start = time.perf_counter()
    with TemporaryDirectory(dir=path.parent) as name:
        out = Path(name)
        with open_engine(EngineParams("local", "", workers)) as engine:
            files = (out / "playlists.npz", out / "tracks.tsv", out / "scratch")
            summary = ingest_dumps([path], params, engine, *files, turns=workers)
    seconds = time.perf_counter() - start
    main, others = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    cpu = main.ru_utime + main.ru_stime + others.ru_utime + others.ru_stime
    read = summary.rejected.read
    return (
        f"{read:,} listens, {summary.tracks:,} tracks, {workers} workers: {seconds:.0f} s, "
        f"{cpu:.0f} s of CPU, {1e6 * cpu / read:.1f} us a listen; "
        f"{peak_megabytes(main.ru_maxrss):.0f} MB in the main process, "
        f"{peak_megabytes(others.ru_maxrss):.0f} MB in the largest worker"
    )


def run(arguments: list[str] | None = None) -> str:
    """Run the command line; return the text to print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.data.listen_dumps", description=__doc__
    )
    parser.add_argument("task", choices=["make", "ingest"])
    parser.add_argument("dump", type=Path)
    parser.add_argument(
        "--listens", type=int, default=1_000_000, help="listens of a dump that is made (1000000)"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes at once (1)")
    parser.add_argument("--max-share", type=float, default=1, help="listenbrainz.max_share (1)")
    chosen = parser.parse_args(arguments)
    if chosen.task == "ingest":
        return ingest(chosen.dump, chosen.workers, chosen.max_share)
    make(chosen.listens, chosen.dump)
    return f"{chosen.dump}: {chosen.dump.stat().st_size:,} bytes"


if __name__ == "__main__":
    print(run())
