"""The machine-readable description of the data set: Croissant 1.0, JSON-LD by schema.org.

The format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html
"""

from pathlib import Path
from typing import Any

from playlist2vec.base.files import write_json
from playlist2vec.free_music.release.files import RAW, TABLE, sha256_of
from playlist2vec.free_music.release.params import CardParams
from playlist2vec.free_music.release.rows import Row

FILE = "croissant.json"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
SAYS = {
    "id": "Number of the track at SoundCloud",
    "title": "Title, to be named with the track",
    "uploader_id": "Number of the uploader at SoundCloud",
    "uploader": "Name of the uploader, to be named with the track",
    "address": "Page of the track",
    "licence": "Licence as SoundCloud's api names it",
    "licence_name": "Name of the licence",
    "licence_address": "Page of the licence",
    "genre": "Genre by the table of genres",
    "duration": "Seconds of the decoded sound",
    "likes": "Number of likes, -1 for unknown",
    "plays": "Number of plays, -1 for unknown",
    "created": "Time of the upload",
    "artwork": "Address of the cover",
    "file": "Path of the sound, relative to the folder of the manifest",
    "cover": "Path of the cover, relative to the same folder",
    "size": "Bytes of the file",
    "sha256": "SHA-256 of the file",
    "split": "train, validation or test",
}
"""Descriptions of the columns."""


def write_croissant(folder: Path, params: CardParams, licences: list[str]) -> None:
    """Write the description of the files in `folder`; `licences`: addresses in use."""
    files = [
        ("table", TABLE, "application/x-parquet", "A row a track."),
        ("raw", RAW, "application/json", "Metadata as SoundCloud gave them, with scdata_split."),
    ]
    write_json(
        folder / FILE,
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "name": params.name,
            "description": params.description,
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "citeAs": f"{params.name}, version {params.version}, {params.published}",
            "license": licences,
            "url": params.address,
            "version": params.version,
            "datePublished": params.published,
            "distribution": [_distributed(folder, *each) for each in files],
            "recordSet": [
                {
                    "@type": "cr:RecordSet",
                    "@id": "tracks",
                    "name": "tracks",
                    "description": "A record a track.",
                    "key": {"@id": "tracks/id"},
                    "field": _fields(),
                }
            ],
        },
    )


def _fields() -> list[dict[str, Any]]:
    """Return the descriptions of the columns of the table."""
    kinds = {int: "sc:Integer", float: "sc:Float", str: "sc:Text"}
    return [
        {
            "@type": "cr:Field",
            "@id": f"tracks/{name}",
            "name": name,
            "description": SAYS[name],
            "dataType": kinds[kind],
            "source": {"fileObject": {"@id": "table"}, "extract": {"column": name}},
        }
        for name, kind in Row.__annotations__.items()
    ]


def _distributed(folder: Path, name: str, file: str, kind: str, says: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": says,
        "contentUrl": file,
        "contentSize": f"{(folder / file).stat().st_size} B",
        "encodingFormat": kind,
        "sha256": sha256_of(folder / file),
    }
