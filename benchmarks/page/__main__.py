"""`python -m benchmarks.page`: measure the size and delays of a page of 20,000 songs.

Songs, names and playlists are invented; places on the map are drawn. It needs selenium, chromium
and chromedriver.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from markupsafe import Markup
from tabulate import tabulate

from benchmarks.page.browser import browser
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.counting.rankers import training_of
from playlist2vec.models.embeddings.model import Model
from playlist2vec.recommend.loading import AS_A_RULE
from playlist2vec.recommend.recommender import Recommender
from playlist2vec.report.assembly import page
from playlist2vec.report.rule import Counted
from playlist2vec.report.songs import songs_data
from playlist2vec.songs.catalogue import Catalogue

SONGS, SIZE, PLAYS, LENGTH = 20_000, 40, 300_000, 15
PAGE = Path("playlist2vec/report/page")
PARTS = ("title", "name", "short_verdict", "scores", "about", "map_note", "rule_note", "radio_note")
MEASURE = """
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const time = (times, act) => median(Array.from({ length: times }, (_, n) => {
  const began = performance.now();
  act(n);
  return performance.now() - began;
}));
// Asking for a pixel waits until everything is drawn.
const drawn = () => [map.canvas, map.marks].forEach(
  (each) => each.getContext("2d").getImageData(0, 0, 1, 1),
);
const done = arguments[arguments.length - 1];
(function wait() {
  if (index.done < count) return setTimeout(wait, 5);
  done(measured());
})();
function measured() {
const chosen = (n) => [n, 50 * n + 7, 900 + n];
const letters = ["s", "so", "song", "nmber", "12345", "artsit 77"];
return [
  performance.getEntriesByType("navigation")[0].domComplete,
  time(1, () => search("a")),
  time(letters.length, (n) => search(letters[n])),
  time(60, () => { map.zoom(1.02); map.paint(); map.mark(); drawn(); }),
  time(60, (n) => { map.hover(map.under(200 + n, 300)); map.mark(); drawn(); }),
  time(20, (n) => nextSongs(chosen(n), 12)),
  time(20, (n) => nextSongs(chosen(n), 12).map(({ row }) => reasonFor(chosen(n), row))),
  time(10, (n) => { if (n === 0) startRadio([4]); playOn(); }),
];
}
"""
ROWS = (
    ("load", 1000.0),
    ("first key of a search", 50.0),
    ("further keys", 50.0),
    ("frame of the map, zoomed", 16.0),
    ("frame of the map, hovered", 16.0),
    ("what comes next", None),
    ("the same with reasons", None),
    ("song of the radio", None),
)


def write_page(path: Path) -> None:
    """Write the page of SONGS invented songs."""
    draws = np.random.default_rng(1)
    popularity = 1 / np.arange(1, SONGS + 1) ** 0.8
    tracks = draws.choice(SONGS, PLAYS, p=popularity / popularity.sum()).astype(np.int32)
    tracks[:SONGS] = np.arange(SONGS)
    ids = [f"track_{3_000_000 + 7 * number}" for number in range(SONGS)]
    rows = np.arange(PLAYS // LENGTH, dtype=np.int64)
    train = Playlists(tracks, offsets_of(np.full(len(rows), LENGTH)), rows.astype(np.uint64), rows)
    training = training_of(train, ids)
    names = [f"An Artist of the Name {number % 6000}" for number in range(SONGS)]
    titles = [f"A Song that Has the Number {number}" for number in range(SONGS)]
    table = Tracks(ids, names, names, titles, [""] * SONGS)
    vectors = draws.normal(size=(2, SONGS, SIZE)).astype(np.float32)
    vocabulary = Vocabulary(training.vocabulary.ids, training.vocabulary.counts)
    model = Model(vectors[0], vectors[1], vocabulary, np.zeros((0, SONGS, SIZE), np.float32), 0.75)
    query = replace(AS_A_RULE, similarity="log_odds_symmetric")
    recommender = Recommender(model, Catalogue.of(vocabulary, table), query)
    data = songs_data(
        recommender, Counted(training, {}), draws.integers(0, 65_536, (SONGS, 2)).astype(np.uint16)
    )
    data |= {"runs": {"names": [], "rows": []}}
    parts = dict.fromkeys(PARTS, "x") | {"runs": Markup('<div id="runs-against"></div>')}
    path.write_text(page(parts, data, PAGE), "utf-8")


def measure(path: Path) -> list[float]:
    """Return milliseconds in the order of ROWS."""
    with browser((1440, 900)) as opened:
        opened.get(path.as_uri())
        opened.execute_script("return change([10, 500, 7000, 12000, 19000], '')")
        found: list[float] = opened.execute_async_script(MEASURE)
        return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        write_page(path)
        print(
            f"{SONGS:,} songs, {PLAYS:,} plays, {SIZE} dimensions: {path.stat().st_size / 1e6:.2f} "
            "MB (at most 5)"
        )
        rows = zip(ROWS, measure(path), strict=True)
        lines = [
            (name, f"{found:.1f}", f"{most:g}" if most else "") for (name, most), found in rows
        ]
    print(
        tabulate(
            lines,
            ("median of", "ms", "at most"),
            tablefmt="github",
            colalign=("left", "right", "right"),
        )
    )


if __name__ == "__main__":
    main()
