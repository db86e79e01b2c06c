"""filter: drop rare tracks, immediate repeats unless they are kept, then short playlists."""

from functools import partial

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.corpus.storage import PlaylistsFile, writing_parts
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams
from playlist2vec.preparation.counts.occurrences import count_block, sum_counts
from playlist2vec.preparation.filter.params import FilterParams
from playlist2vec.preparation.filter.thinning import Dropped, rare_tracks, thin_block
from stages import run


def main(params: str, canonical: str, filtered: str) -> str:
    """Read the playlists of `canonical`, an .npz file, and write the kept ones to `filtered`."""
    section = read_section(params, FilterParams)
    source = PlaylistsFile(canonical)
    blocks = source.blocks()
    dropped = Dropped(0, 0, 0, 0, 0)
    with open_engine(read_section(params, EngineParams)) as engine:
        counts = sum_counts(engine.map(partial(count_block, unit=section.count), blocks))
        thin = partial(thin_block, frequent=counts >= section.min_count, params=section)
        with writing_parts(filtered) as write:
            for kept, left_out in engine.map(thin, blocks):
                write(kept)
                dropped += left_out
            if dropped.short_playlists == len(source):
                raise DataError(
                    f"{canonical}: none of {len(source)} playlists is left: expected a smaller "
                    f"filter.min_count ({section.min_count}) or filter.min_length "
                    f"({section.min_length}) in {params}"
                )
    plays = source.plays - dropped.rare - dropped.repeats - dropped.short
    return (
        f"{len(source):,} playlists with {source.plays:,} songs in, "
        f"{len(source) - dropped.short_playlists:,} with {plays:,} out; dropped {dropped.rare:,} "
        f"plays of {rare_tracks(counts, section):,} tracks that are rare among all plays, held-out "
        f"ones included, {dropped.repeats:,} immediate repeats, {dropped.short_playlists:,} short "
        f"playlists with {dropped.short:,} songs"
    )


if __name__ == "__main__":
    run("filter", main, "PARAMS", "PLAYLISTS", "FILTERED")
