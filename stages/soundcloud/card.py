"""soundcloud_card: the card of the data set and the figure of its genres."""

from pathlib import Path

from playlist2vec.base.files import read_json, reading, write_text
from playlist2vec.base.rules import read_section
from playlist2vec.free_music.card import card, figure
from playlist2vec.free_music.copies.params import CopiesParams
from playlist2vec.free_music.release.params import CardParams
from stages import run


def main(params: str, hashed: str, numbers: str, folder: str) -> str:
    """Write README.md and genres.html into `folder`.

    `hashed`, `numbers`: metrics of soundcloud_hash and soundcloud_finalise.
    """
    section, copies = read_section(params, CardParams), read_section(params, CopiesParams)
    found = read_json(numbers)
    with reading(numbers, "the metrics of soundcloud_finalise"):
        text = card.render(section, copies.by, found, read_json(hashed))
        page = figure.render(section.name, found["genres"])
    write_text(Path(folder) / "README.md", text)
    write_text(Path(folder) / "genres.html", page)
    return (
        f"{found['fates']['kept']:,} of {found['read']:,} tracks on the card, "
        f"{len(found['genres']):,} genres"
    )


if __name__ == "__main__":
    run("soundcloud.card", main, "PARAMS", "HASH_METRICS", "SET_METRICS", "FOLDER")
