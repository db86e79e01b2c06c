"""vocabulary: give every song an index, the most frequent first, and rewrite the playlists with it."""

from playlist2vec.playlists import Playlists
from playlist2vec.tracks import Tracks
from playlist2vec.vocabulary import build_vocabulary
from stages import run


def main(filtered: str, tracks: str, vocabulary: str, playlists: str) -> str:
    """Read `filtered` playlists and the table of `tracks`; write the `vocabulary` and `playlists` of its indices."""
    built, coded = build_vocabulary(Playlists.load(filtered), Tracks.load(tracks).ids)
    built.save(vocabulary)
    coded.save(playlists)
    once = int((built.counts == 1).sum())
    return f"{len(built):,} songs, from {built.counts[0]:,} plays down to {built.counts[-1]:,}; {once:,} played once"


if __name__ == "__main__":
    run("vocabulary", main, "FILTERED", "TRACKS", "VOCABULARY", "PLAYLISTS")
