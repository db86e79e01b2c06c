"""filter: drop rare tracks, immediate repeats unless they are kept, then short playlists."""

from playlist2vec.errors import DataError
from playlist2vec.filtering import filter_playlists
from playlist2vec.params import FilterParams, read_section
from playlist2vec.playlists import Playlists
from stages import run


def main(params: str, canonical: str, filtered: str) -> str:
    """Read the playlists of `canonical`, a .npz file, and write those that stay to `filtered`."""
    section = read_section(params, FilterParams)
    playlists = Playlists.load(canonical)
    kept, dropped = filter_playlists(playlists, section)
    if not len(kept):
        raise DataError(
            f"{canonical}: none of {len(playlists)} playlists is left: expected a smaller filter.min_count "
            f"({section.min_count}) or filter.min_length ({section.min_length}) in {params}"
        )
    kept.save(filtered)
    return (
        f"{len(playlists):,} playlists with {len(playlists.tracks):,} songs in, "
        f"{len(kept):,} with {len(kept.tracks):,} out; dropped {dropped.rare:,} plays of {dropped.rare_tracks:,} "
        f"rare tracks, {dropped.repeats:,} immediate repeats, {dropped.short_playlists:,} short playlists "
        f"with {dropped.short:,} songs"
    )


if __name__ == "__main__":
    run("filter", main, "PARAMS", "PLAYLISTS", "FILTERED")
