"""`python -m benchmarks.free_music.copies`: measure fingerprints, and the search for copies.

An invented song of four minutes is encoded as AAC, decoded and fingerprinted. Then drawn words
stand for the fingerprints of 50,000 songs of one to six minutes. 1 in 100 is a copy of another
song, with a tenth of all bits wrong, cut, shifted by some steps; the search must find all copies,
and nothing else. At last copies of eight invented songs of 40 s are encoded and searched.
"""

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.free_music.example import song, write_sound
from benchmarks.machine import machine
from playlist2vec.free_music.fingerprints.making import HOP, RATE, fingerprint
from playlist2vec.free_music.fingerprints.matching import find_copies
from playlist2vec.free_music.fingerprints.storage import Fingerprints, save_fingerprints
from playlist2vec.free_music.hashing.sound import read_sound

SECONDS = 240
TRIED, COPY_RATE = 8, 22_050
"""Songs with copies, and their samples per second."""
CLEAN = 0.3
"""Share of the steps of a copy without a wrong bit; wrong bits are uniform over all other steps."""
WRONG = 0.1
EVERY = 100


def of_a_song(folder: Path) -> str:
    """Return the cost of a song of SECONDS, the least of three runs."""
    rate = 44_100
    write_sound(folder / "song.m4a", song(1, SECONDS, rate), rate, 128_000)
    taken = []
    for _ in range(3):
        begin = time.process_time()
        sound = read_sound(folder / "song.m4a", RATE)
        middle = time.process_time()
        fingerprint(sound.samples)
        taken.append((middle - begin, time.process_time() - middle))
    decoding, making = (min(each[place] for each in taken) for place in (0, 1))
    return (
        f"a song of {SECONDS} s: fingerprint {1_000 * making:.0f} ms CPU, decoding "
        f"{1_000 * decoding:.0f} ms CPU"
    )


def of_copies(folder: Path) -> list[str]:
    """Return found copies of TRIED songs, and the largest share of wrong bits, by kind of copy."""
    errors: dict[str, list[float]] = {}
    for number in range(100, 100 + TRIED):
        whole = song(number, 40, COPY_RATE)
        piece = whole[2 * COPY_RATE + 777 : 32 * COPY_RATE + 777]
        kinds = {
            "AAC of 48 kbit/s": ("a.m4a", whole, 48_000),
            "MP3 of 64 kbit/s": ("b.mp3", whole, 64_000),
            "MP3 of 32 kbit/s": ("c.mp3", whole, 32_000),
            "a fifth as loud, FLAC": ("d.flac", whole * np.float32(0.2), 0),
            "cut by 4 s, MP3 of 64 kbit/s": ("e.mp3", whole[4 * COPY_RATE + 500 :], 64_000),
            "30 s, AAC of 64 kbit/s": ("f.m4a", piece, 64_000),
            "30 s, MP3 of 32 kbit/s": ("g.mp3", piece, 32_000),
        }
        made = []
        for file, samples, bits in (("whole.m4a", whole, 96_000), *kinds.values()):
            write_sound(folder / file, samples, COPY_RATE, bits)
            made.append(fingerprint(read_sound(folder / file, RATE).samples))
        found = {
            pair.second: pair.error
            for pair in find_copies(Fingerprints.of_all(made))
            if pair.first == 0
        }
        for place, kind in enumerate(kinds, start=1):
            errors.setdefault(kind, []).extend([found[place]] if place in found else [])
    return [
        f"{kind}: {len(each)} of {TRIED} found, at most {max(each, default=1):.3f} wrong"
        for kind, each in errors.items()
    ]


def words_of(number: int) -> NDArray[np.uint32]:
    """Return the words of an invented song; a multiple of EVERY is a copy of the next song."""
    copied = number % EVERY == 0
    rng = np.random.default_rng([7, number + copied])
    words = rng.integers(1, 2**32, length_of(number + copied), np.uint32)
    if not copied:
        return words
    rng = np.random.default_rng([8, number])
    words = words[100:-100]
    flips = np.packbits(rng.random((len(words), 32)) < WRONG / (1 - CLEAN), axis=1).view(np.uint32)[
        :, 0
    ]
    flips[rng.random(len(words)) < CLEAN] = 0
    found: NDArray[np.uint32] = np.bitwise_xor(words, flips)
    return found


def length_of(number: int) -> int:
    """Return the number of words of a whole song, of one to six minutes."""
    return round(float(np.random.default_rng([9, number]).uniform(60, 360)) * RATE / HOP)


def search(folder: Path, songs: int) -> str:
    """Write the fingerprints of songs, search for copies, and return the cost."""
    lengths = [
        length_of(each + 1) - 200 if each % EVERY == 0 else length_of(each) for each in range(songs)
    ]
    save_fingerprints(folder, lengths, map(words_of, range(songs)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    prints = Fingerprints.load(folder)
    found = find_copies(prints)
    taken = time.process_time() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    planted = [(number, number + 1) for number in range(0, songs - 1, EVERY)]
    right = len(set(planted) & {pair[:2] for pair in found})
    return (
        f"{songs:,} fingerprints, {len(prints.words) / 1e6:.0f} million words: {taken:.1f} CPU s, "
        f"at most {after / 1024:.0f} MB ({before / 1024:.0f} MB before); {right:,} of "
        f"{len(planted):,} copies found, {len(found) - right:,} false pairs"
    )


def main() -> None:
    """Run the command line."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.free_music.copies", description=about
    )
    parser.add_argument(
        "--songs", type=int, default=50_000, help="fingerprints that are compared (50,000)"
    )
    given = parser.parse_args()
    with TemporaryDirectory(prefix="copies-") as folder:
        print(machine())
        # The search comes first, since the peak memory is that of the whole process.
        print(search(Path(folder), given.songs))
        print(of_a_song(Path(folder)))
        print("\n".join(of_copies(Path(folder))))


if __name__ == "__main__":
    main()
