"""`python -m benchmarks.printed.lists FOLDER NUMBER`: write playlists of the sample as M3U8 files.

The pages on a reader's own playlist files use these files.
"""

import sys
from itertools import islice
from pathlib import Path

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks


def main() -> None:
    """Write the first playlists in data/canonical, a file per playlist."""
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    playlists = Playlists.load("data/canonical/playlists.npz")
    tracks = Tracks.load("data/canonical/tracks.tsv")
    folder.mkdir(parents=True, exist_ok=True)
    for place, songs in enumerate(islice(playlists, number)):
        names = [f"{tracks.artist_names[song]} - {tracks.titles[song]}" for song in songs]
        entries = [f"#EXTINF:-1,{name}\n{name.replace('/', '_')}.mp3\n" for name in names]
        (folder / f"{place:04}.m3u8").write_text("#EXTM3U\n" + "".join(entries), "utf-8")


if __name__ == "__main__":
    main()
