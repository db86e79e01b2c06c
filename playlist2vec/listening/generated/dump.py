"""The dump of invented listens: JSON lines as in ListenBrainz, some of them invalid on purpose."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from uuid import UUID

import orjson

from playlist2vec.base.files import whole_file
from playlist2vec.listening.generated.catalogue import Catalogue, make_catalogue
from playlist2vec.listening.generated.habits import Listen, listens_of
from playlist2vec.listening.generated.params import ListensParams

FIRST = 1_640_995_200
"""Start of 2022, in seconds since 1970."""
WITHOUT_TIME, TWICE, WITHOUT_NAME = 0.002, 0.003, 0.001
"""Shares of listens with the time 0, of listens written twice, and of listens without a title."""


def write_dump(params: ListensParams, path: Path) -> str:
    """Write the listens of all people, person after person, and return a summary."""
    music = make_catalogue(params.tracks, params.days, params.structure, params.seed)
    ids = [
        str(UUID(int=Random(f"{params.seed}/{track}").getrandbits(128), version=4))
        for track in range(params.tracks)
    ]
    listens = 0
    with whole_file(path) as unfinished, open(unfinished, "wb") as file:
        for user, count in enumerate(_counts(params)):
            random = Random(f"{params.seed}/user/{user}")
            found = listens_of(music, count, params.days, params.structure, random)
            listens += len(found)
            file.writelines(_lines(user, found, music, ids, random))
    return f"{params.users:,} people, {listens:,} listens to {params.tracks:,} tracks"


def _counts(params: ListensParams) -> list[int]:
    """Return the number of listens of each person: unequal numbers with the sum `listens`."""
    random = Random(f"{params.seed}/counts")
    weights = [random.lognormvariate(0, 0.8) for _ in range(params.users)]
    total, sums = sum(weights), [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    ends = [round(each / total * params.listens) for each in sums]
    return [end - begin for begin, end in pairwise(ends)]


def _lines(
    user: int, listens: list[Listen], music: Catalogue, ids: list[str], random: Random
) -> Iterator[bytes]:
    for second, track in listens:
        artist, title = music.names[track]
        chance = random.random()
        without_name = chance < WITHOUT_NAME
        without_time = not without_name and chance < WITHOUT_NAME + WITHOUT_TIME
        line = orjson.dumps(
            {
                "user_id": user + 1,
                "user_name": f"listener_{user + 1}",
                "timestamp": 0 if without_time else FIRST + second,
                "track_metadata": {
                    "track_name": "" if without_name else title,
                    "artist_name": artist,
                    "additional_info": {"recording_mbid": ids[track]},
                },
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        yield line
        if chance > 1 - TWICE:
            yield line
