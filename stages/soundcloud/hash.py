"""soundcloud_hash: hashes and fingerprints of the tracks of the manifest."""

from pathlib import Path

from tqdm import tqdm

from playlist2vec.base.files import write_json
from playlist2vec.base.progress import pause
from playlist2vec.base.rules import read_section
from playlist2vec.free_music.hashing.making import counts_of, hash_all
from playlist2vec.free_music.hashing.params import HashParams
from playlist2vec.free_music.hashing.table import OK, REASONS
from playlist2vec.free_music.manifest.entries import read_all
from playlist2vec.free_music.manifest.params import ManifestParams
from stages import run


def main(params: str, scratch: str, folder: str, metrics: str) -> str:
    """Write the table of hashes and the fingerprints into `folder`, the counts into `metrics`.

    `scratch`: keeps finished work of a killed run.
    """
    given, section = read_section(params, ManifestParams), read_section(params, HashParams)
    entries = read_all(given.manifest)
    below = Path(given.manifest).parent
    with tqdm(total=len(entries), unit=" tracks", desc="hash", mininterval=pause()) as bar:
        rows = hash_all(entries, below, section.workers, Path(scratch), Path(folder), bar.update)
    counts = counts_of(rows)
    write_json(metrics, counts)
    without = ", ".join(
        f"{counts[reason]:,} {reason.replace('_', ' ')}" for reason in REASONS if counts[reason]
    )
    return (
        f"{counts['tracks']:,} tracks, {counts[OK]:,} with a fingerprint; without: "
        f"{without or 'none'}; {counts['covers']:,} covers, {counts['hours']:.2f} hours"
    )


if __name__ == "__main__":
    run("soundcloud.hash", main, "PARAMS", "SCRATCH_FOLDER", "FOLDER", "METRICS")
