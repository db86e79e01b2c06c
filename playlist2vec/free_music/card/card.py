"""The card of the data set in Markdown, with all numbers from the metrics of the stages."""

from collections.abc import Mapping, Sequence
from typing import Any

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.release.params import CardParams

FATES = {
    "removed": "removed on request",
    "copy_of_removed": "copies of a track that was removed on request",
    "no_sound": "without usable sound",
    "copy": "copies of another track",
    "private": "private",
    "blocked": "blocked",
    "preview": "a preview only",
    "title": "without a title",
    "licence": "without a licence that is wanted",
    "uploader": "without the name of the uploader",
    "address": "without an address",
    "artwork": "without artwork",
    "duration": "too short or too long",
    "size": "too large a file",
    "genre": "without a genre of the table",
    "rare_genre": "of a genre with too few tracks",
}
LIMITS = (
    "## What it cannot do\n\n"
    "- Copies are found by sound: exact, re-tagged, encoded anew, quieter and cut ones, and pieces "
    "of 30 seconds. A copy\n  that is 3 % faster or slower, in another key, or played anew is "
    "**not** found, and may lie in another part.\n"
    "- Genres are what uploaders typed, made alike by a table. Nobody listened.\n"
    "- A licence is what the uploader chose. Whether it was theirs to choose, nobody checked.\n"
    "- Likes and plays are those of the day of the crawl. What was found depends on where the "
    "crawl began.\n"
)


def render(
    params: CardParams, by: str, numbers: Mapping[str, Any], hashed: Mapping[str, Any]
) -> str:
    """Return the card as Markdown.

    `by`: the property shared by copies. `numbers`: metrics of soundcloud_finalise. `hashed`:
    metrics of soundcloud_hash. Raises DataError where counts do not add up.
    """
    verify(numbers, hashed)
    kept = numbers["fates"]["kept"]
    hours = sum(part["hours"] for part in numbers["parts"].values())
    parts = [
        (name, f"{part['tracks']:,}", f"{part['uploaders']:,}", f"{part['hours']:.2f}")
        for name, part in numbers["parts"].items()
    ]
    parts.append(("all", f"{kept:,}", f"{numbers['uploaders']:,}", f"{hours:.2f}"))
    fates = [
        (FATES[name], f"{count:,}")
        for name, count in numbers["fates"].items()
        if name != "kept" and count
    ]
    fates = [("**read**", f"{numbers['read']:,}"), *fates, ("**kept**", f"{kept:,}")]
    permission = (
        f"\nSound was saved with this permission: “{params.permission}”\n"
        if params.permission
        else ""
    )
    return "\n".join(
        [
            f"# {params.name}\n\n{params.description}\n",
            f"Version {params.version}, {params.published}. {params.address}\n{permission}",
            f"## Tracks\n\n{_table(('part', 'tracks', 'uploaders', 'hours'), parts)}\n",
            "All tracks of an uploader are in one part, and no track is a copy of another one.\n",
            f"## What was read, and why it is not here\n\nCopies are tracks that share the {by}.\n",
            f"{_table(('tracks', 'number'), fates)}\n",
            f"## Genres\n\n{_table(('genre', 'tracks'), _counted(numbers['genres']))}\n\nAs a "
            "figure: genres.html\n",
            f"## Licences\n\n{_table(('licence', 'tracks'), _counted(numbers['licences']))}\n",
            "Each track is its uploader's. attribution.tsv says who is to be named, "
            "LICENCES.md what is asked.\n",
            f"{LIMITS}\n## To have a track removed\n\n{params.contact}\n",
        ]
    )


def verify(numbers: Mapping[str, Any], hashed: Mapping[str, Any]) -> None:
    """Raise DataError, with both numbers, where counts do not add up."""
    kept = numbers["fates"]["kept"]
    sums = {
        "fates": (sum(numbers["fates"].values()), numbers["read"]),
        "hashed tracks": (hashed["tracks"], numbers["read"]),
        "parts": (sum(part["tracks"] for part in numbers["parts"].values()), kept),
        "uploaders of parts": (
            sum(part["uploaders"] for part in numbers["parts"].values()),
            numbers["uploaders"],
        ),
        "genres": (sum(numbers["genres"].values()), kept),
        "licences": (sum(numbers["licences"].values()), kept),
    }
    for name, (found, expected) in sums.items():
        if found != expected:
            raise DataError(
                f"the numbers of the data set do not add up: {name} are {found:,}: "
                f"expected {expected:,}"
            )


def _counted(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(name, f"{count:,}") for name, count in counts.items()]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, with `|` escaped in the cells."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )
