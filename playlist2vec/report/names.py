"""Names of rankers in the page."""

NAMES = {
    "word2vec": "Word2Vec",
    "counts_mixture": "mixture of counts",
    "blend": "blend of counts and Word2Vec",
    "popularity": "popularity",
    "closing": "songs that end playlists",
    "markov": "first-order Markov",
    "cooccurrence": "co-occurrence",
    "distances": "log-odds by distance",
    "kneser_ney": "Kneser-Ney n-gram",
    "item_knn": "item neighbours",
    "session_knn": "session neighbours",
    "ease": "EASE",
}
WITH_MODEL = ("word2vec", "blend")
"""Rankers that use the model; all others only count."""


def called(ranker: str) -> str:
    """Return the name of a ranker as used within a sentence."""
    name = name_of(ranker)
    return name if name[0].isupper() or ranker == "popularity" else f"the {name}"


def name_of(ranker: str) -> str:
    """Return the name of a ranker."""
    return NAMES.get(ranker, ranker)
