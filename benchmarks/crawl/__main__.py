"""`python -m benchmarks.crawl`: compare the policies of a crawl on generated worlds, without a network.

The figures are tracks that count (free, heard by some, with a picture and a genre), and genres with 20
of them or more, after so many calls; a line a policy and a world. `in all`: such tracks in the world.
"""

import argparse
import sys

from tabulate import tabulate

from benchmarks.crawl.policies import POLICIES, run
from benchmarks.data.soundcloud_world import Shape, generate
from benchmarks.measuring import ROOT
from playlist2vec.sources.soundcloud.genres import Genres


def main() -> None:
    """Print the table."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=about)
    parser.add_argument("--tracks", type=int, default=2_000_000, help="of each world (default: 2 million)")
    parser.add_argument("--worlds", type=int, default=2, help="how many (default: 2)")
    parser.add_argument("--seeds", type=int, default=3, help="crawls of each policy (default: 3)")
    parser.add_argument("--calls", type=int, nargs="+", default=[2000, 10_000], help="after so many calls")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=list(POLICIES))
    given = parser.parse_args()
    genres = Genres.load(ROOT / "data/sources/soundcloud/genres.tsv")
    names = sorted(set(genres.genre_of.values()) - {""})
    rows = []
    for world_seed in range(1, given.worlds + 1):
        world = generate(Shape(given.tracks), names, world_seed)
        total = int((world.free & world.okay & world.pictured).sum())
        for policy in given.policies:
            for seed in range(1, given.seeds + 1):
                found = run(world, policy, sorted(given.calls), seed, genres)
                print(
                    f"world {world_seed}, {policy}, seed {seed}: {found[-1].cpu:.0f} CPU s", file=sys.stderr, flush=True
                )
                rows.append(
                    (world_seed, total, policy, seed, *(n for each in found for n in (each.tracks, each.genres)))
                )
    columns = [text for calls in sorted(given.calls) for text in (f"tracks, {calls:,} calls", "genres")]
    print(tabulate(rows, ["world", "in all", "policy", "seed", *columns], tablefmt="github"))


if __name__ == "__main__":
    main()
