"""pipelines/soundcloud against the code: params, packages that its rooms alone import, and the
committed example.
"""

import json
from pathlib import Path

import pytest
import yaml

from benchmarks.free_music.example import REMOVE, TRACKS, metadata_of
from playlist2vec.free_music.manifest.entries import read_all
from tests.conftest import ROOT
from tests.project.import_graph import files_reached
from tests.project.pipelines import SOUNDCLOUD
from tests.project.test_audio_pipeline import importing

PARAMS, STAGES = SOUNDCLOUD.params, SOUNDCLOUD.stages
EXAMPLE = ROOT / "pipelines/soundcloud/example"
LARGEST_EXAMPLE = 200_000


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    by: audio",
            "    by: title",
            "copies.by = title: expected one of audio, packets, file, cover",
        ),
        (
            "    licence: to_share",
            "    licence: any",
            "select.licence = any: expected one of to_share, to_use_comm",
        ),
        (
            "    max_duration: 900",
            "    max_duration: 0.5",
            "max_duration = 0.5: expected at least soundcloud_set",
        ),
        (
            "    artwork: true",
            "    art: true",
            "soundcloud_set.select.art is unknown: expected one of artwork",
        ),
        (
            "    seed: 5",
            "    seed: -1",
            "soundcloud_set.split.seed = -1: expected a whole number from 0",
        ),
        (
            "    version: 0.1.0",
            "    version: new",
            "soundcloud_set.card.version = new: expected three numbers",
        ),
        ("  manifest: ", "  manifesto: ", "soundcloud_set.manifesto is unknown: expected one of"),
    ],
)
def test_a_wrong_parameter_is_a_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in SOUNDCLOUD.refusal(tmp_path, old, new)


def test_heavy_packages_are_imported_in_their_rooms_and_stages_alone() -> None:
    rooms = {
        "av": {"free_music/hashing/sound.py", "online/scraping/sound.py", "sound/mels/decoding.py"},
        "PIL": {
            "free_music/hashing/covers.py",
            "online/scraping/covers.py",
            "online/scraping/taking.py",
        },
        "pyarrow": {
            "exporting/atlas.py",
            "free_music/release/files.py",
            "sound/data_set/reading.py",
        },
    }
    for package, files in rooms.items():
        found = {
            path for path in importing(package) if not path.startswith("playlist2vec/sources/")
        }
        assert found == {f"playlist2vec/{file}" for file in files}, package
    with_torch = importing("torch")
    for name in STAGES:
        reached = files_reached(SOUNDCLOUD.module_of(name), ROOT)
        assert not reached & with_torch
        assert ("playlist2vec/free_music/hashing/sound.py" in reached) == (
            name == "soundcloud_hash"
        )


def test_the_example_is_what_its_generator_says_and_is_small() -> None:
    found = read_all(EXAMPLE / "tracks.jsonl")
    assert [each.metadata for each in found] == [
        json.loads(json.dumps(metadata_of(each))) for each in TRACKS
    ]
    assert (EXAMPLE / "remove.txt").read_text("utf-8") == REMOVE
    sizes = {
        path.relative_to(EXAMPLE).as_posix(): path.stat().st_size
        for path in EXAMPLE.rglob("*")
        if path.is_file()
    }
    assert sum(sizes.values()) < LARGEST_EXAMPLE
    assert {each.file: each.size for each in found} == {
        name: sizes[name] for name in sizes if name.startswith("audio/")
    }


def test_the_committed_lock_is_of_the_committed_stages() -> None:
    lock = yaml.safe_load((ROOT / "pipelines/soundcloud/dvc.lock").read_text("utf-8"))["stages"]
    assert list(lock) == list(STAGES)
    assert {name: each["cmd"] for name, each in lock.items()} == {
        name: each["cmd"] for name, each in STAGES.items()
    }
