"""`playlist2vec export`: song vectors with names, in files for visualization programs."""

import argparse
from pathlib import Path

import numpy as np

from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_names, add_source
from playlist2vec.cli.output import note
from playlist2vec.recommend.loading import find_model, load

PAGE = Path("data/report/report.html")
FORMS = {
    "atlas": (
        "a Parquet file for embedding-atlas, with the map of the run's page where there is one"
    ),
    "projector": "a folder for TensorBoard's projector",
    "tsv": "one table with tabs between",
}


def _declare_export(command: argparse.ArgumentParser) -> None:
    forms = "; ".join(f"{name} = {about}" for name, about in FORMS.items())
    command.add_argument("form", choices=tuple(FORMS), metavar="FORM", help=forms)
    where = "the file to write, or for the projector the folder"
    command.add_argument("--output", required=True, metavar="FILE", help=where)
    add_names(add_source(command))


def _export(arguments: argparse.Namespace) -> None:
    from playlist2vec.exporting.songs import songs_of
    from playlist2vec.exporting.text import write_projector, write_table

    # The vectors are those of Word2Vec, whatever the ranker.
    recommender = load(arguments.source, arguments.rev, names=arguments.names, ranker="word2vec")
    for line in recommender.notes:
        note(line)
    songs, output = songs_of(recommender), arguments.output
    said = f"{len(songs):,} songs, {songs.vectors.shape[1]} numbers each"
    if arguments.form == "projector":
        paths = write_projector(songs, output)
        said += f": {', '.join(path.name for path in paths)}"
    elif arguments.form == "tsv":
        write_table(songs, output)
    else:
        from playlist2vec.exporting.atlas import write_atlas
        from playlist2vec.exporting.places import places_of

        folder, _ = find_model(arguments.source, arguments.rev)
        places = places_of(folder / PAGE, recommender.catalogue.ids)
        write_atlas(songs, output, places)
        on_map = 0 if places is None else int(np.count_nonzero(np.isfinite(places[:, 0])))
        said += (
            f"; {on_map:,} of them with a place on the map"
            if on_map
            else f"; no map: no {folder / PAGE}"
        )
    note(f"{output}: {said}")


COMMANDS = {"export": Command(_declare_export, _export)}
