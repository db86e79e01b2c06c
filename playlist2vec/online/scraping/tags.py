"""Tags and cover of a sound file, by mutagen: artist, source and licence."""

import base64
import io
from typing import Any, NamedTuple

from playlist2vec.free_music.selection.licences import FREE
from playlist2vec.online.asking import one_line
from playlist2vec.online.scraping.covers import Cover
from playlist2vec.online.scraping.sound import Sound
from playlist2vec.online.soundcloud.cdn import DamagedError
from playlist2vec.sources.soundcloud.records import Track

EMBEDDED = ("image/jpeg", "image/png")
"""Kinds of pictures that all file formats can hold."""


class Tags(NamedTuple):
    """Tags of a sound file, all in one line."""

    title: str
    artist: str
    genre: str
    licence: str
    address: str


def tags_of(track: Track) -> Tags:
    """Return the tags of a track under a free licence."""
    licence = FREE[track.licence]
    texts = (
        track.title,
        track.artist_name,
        track.genre,
        f"{licence.name}, {licence.address}",
        track.address,
    )
    return Tags(*(one_line(each) for each in texts))


def tagged(sound: Sound, tags: Tags, cover: Cover | None) -> bytes:
    """Return the content of a sound file with new tags and cover in place of the old.

    Raises DamagedError for a file that mutagen cannot read.
    """
    from mutagen import MutagenError

    file = io.BytesIO(sound.content)
    picture = cover if cover and cover.kind in EMBEDDED else None
    write = {".m4a": _write_mp4, ".flac": _write_flac, ".ogg": _write_ogg}.get(
        sound.ending, _write_id3
    )
    try:
        write(file, sound.ending, tags, picture)
    except (MutagenError, ValueError) as error:
        raise DamagedError(f"no tags can be written: {one_line(str(error))[:80]}") from None
    return file.getvalue()


def _write_mp4(file: io.BytesIO, _: str, tags: Tags, cover: Cover | None) -> None:
    from mutagen.mp4 import MP4, MP4Cover

    found = MP4(file)
    found.delete(_rewound(file))
    found["\xa9nam"], found["\xa9ART"], found["\xa9gen"] = tags.title, tags.artist, tags.genre
    found["cprt"], found["\xa9cmt"] = tags.licence, tags.address
    if cover:
        kind = MP4Cover.FORMAT_JPEG if cover.kind == "image/jpeg" else MP4Cover.FORMAT_PNG
        found["covr"] = [MP4Cover(cover.content, imageformat=kind)]
    found.save(_rewound(file))


def _write_id3(file: io.BytesIO, ending: str, tags: Tags, cover: Cover | None) -> None:
    from mutagen.id3 import APIC, TCON, TCOP, TIT2, TPE1, WOAF
    from mutagen.mp3 import MP3
    from mutagen.wave import WAVE

    found: Any = (WAVE if ending == ".wav" else MP3)(file)
    found.delete(_rewound(file))
    found = (WAVE if ending == ".wav" else MP3)(_rewound(file))
    found.add_tags()
    frames = [
        TIT2(encoding=3, text=[tags.title]),
        TPE1(encoding=3, text=[tags.artist]),
        TCON(encoding=3, text=[tags.genre]),
        TCOP(encoding=3, text=[tags.licence]),
        WOAF(url=tags.address),
    ]
    if cover:
        frames.append(APIC(encoding=3, mime=cover.kind, type=3, desc="", data=cover.content))
    for frame in frames:
        found.tags.add(frame)
    found.save(_rewound(file))


def _write_flac(file: io.BytesIO, _: str, tags: Tags, cover: Cover | None) -> None:
    from mutagen.flac import FLAC

    found = FLAC(file)
    found.delete(_rewound(file))
    found.clear_pictures()
    _comment(found, tags)
    if cover:
        found.add_picture(_picture(cover))
    found.save(_rewound(file))


def _write_ogg(file: io.BytesIO, _: str, tags: Tags, cover: Cover | None) -> None:
    import mutagen
    from mutagen.oggflac import OggFLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    found = mutagen.File(file, options=[OggFLAC, OggOpus, OggVorbis])
    if found is None:
        raise ValueError("an unknown kind of Ogg")
    found.delete(_rewound(file))
    _comment(found, tags)
    if cover:
        found["metadata_block_picture"] = base64.b64encode(_picture(cover).write()).decode("ascii")
    found.save(_rewound(file))


def _comment(found: Any, tags: Tags) -> None:
    found["title"], found["artist"], found["genre"] = tags.title, tags.artist, tags.genre
    found["license"], found["contact"] = tags.licence, tags.address


def _picture(cover: Cover) -> Any:
    from mutagen.flac import Picture

    picture = Picture()
    picture.type, picture.mime, picture.data = 3, cover.kind, cover.content
    picture.width, picture.height, picture.depth = cover.width, cover.height, 24
    return picture


def _rewound(file: io.BytesIO) -> io.BytesIO:
    file.seek(0)
    return file
