"""The two branches of the rule, and settings that depend on the size of a corpus alone."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.starting.corpus import Corpus

SEED = 1
"""The training seed of trials."""
SONGS_BACK = 8
LEFT_ALONE = ("trainer", "blocks", "seed", "workers", "curve_pairs")
"""Training parameters that the rule does not set."""
MOST_EPOCHS = 500


@dataclass(frozen=True)
class Branch:
    """Parameters of a training, except for the number of epochs.

    `similarity`: for queries of the model. `dimensions`: of a song's vector. `pairs`: approximate
    number of song pairs that an epoch trains on for a play. `spaces`: input vectors of a song
    besides the vector of the target.
    """

    contexts: str
    window: int
    dimensions: int
    negative: int
    ns_exponent: float
    similarity: str
    pairs: float
    spaces: int

    def training(self, epochs: int) -> TrainParams:
        """Return the parameters of a training of `epochs` epochs, without a curve."""
        return TrainParams(
            trainer="gensim",
            blocks=64,
            sg=1,
            contexts=self.contexts,
            metadata="none",
            vector_size=self.dimensions,
            window=self.window,
            shrink_windows=True,
            negative=self.negative,
            ns_exponent=self.ns_exponent,
            sample=0.0,
            epochs=epochs,
            alpha=0.05,
            min_alpha=0.0001,
            seed=SEED,
            workers=1,
            curve_pairs=0,
        )

    def settings(self, epochs: int, decay: float) -> dict[str, Any]:
        """Return the rule's settings by name in params.yaml.

        `decay`: 0 to query by the last song alone.
        """
        trained = asdict(self.training(epochs))
        said = {f"train.{name}": value for name, value in trained.items() if name not in LEFT_ALONE}
        said |= {
            "evaluate.similarity": self.similarity,
            "evaluate.query": "history" if decay else "last",
        }
        return said | (
            {"evaluate.songs_back": SONGS_BACK, "evaluate.decay": decay} if decay else {}
        )


def branches_of(corpus: Corpus) -> tuple[Branch, Branch]:
    """Return the branches `window`, which ignores the order of songs, and `offsets`.

    Vectors of `window` have three dimensions for each play of the average song, from 30 to 300: as
    many as these plays can train. `offsets` uses the order: it looks back eight songs, or as far as
    half of the playlists go.
    """
    plays, longest = corpus.plays / corpus.songs, corpus.median_length - 1
    dimensions = 10 * int(np.clip(round(0.3 * plays), 3, 30))
    furthest = int(np.clip(longest, 1, 8))
    # Pairs per play: `window` draws 1 to 3 songs on both sides, 4 in the mean; `offsets` has the
    # songs up to `furthest` places before.
    reached = sum(
        float(np.maximum(corpus.train.lengths - far, 0).sum()) for far in range(1, furthest + 1)
    )
    return (
        Branch("window", 3, dimensions, 10, 1.0, "log_odds_symmetric", 4.0, 0),
        Branch(
            "offsets", furthest, 100, 5, 0.75, "log_odds", reached / max(corpus.plays, 1), furthest
        ),
    )


def epochs_for(corpus: Corpus, updates: float) -> int:
    """Return the epochs in which the average song is played `updates` times, 1 to MOST_EPOCHS."""
    return int(np.clip(round(updates * corpus.songs / corpus.plays), 1, MOST_EPOCHS))
