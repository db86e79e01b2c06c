"""pipelines/audio against the code: deps, params and outs, and what the other pipelines do not
notice.
"""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.project.import_graph import files_reached, rooms_reached
from tests.project.pipelines import AUDIO
from tests.project.test_pipeline import paths

PARAMS, STAGES = AUDIO.params, AUDIO.stages
module_of, file_of = AUDIO.module_of, AUDIO.file_of
TORCH_ROOMS = (
    "playlist2vec/models/neural/",
    "playlist2vec/models/audio/",
    "playlist2vec/models/two_tower/",
)


def test_only_the_final_stage_sees_the_test_songs() -> None:
    held_out = {"data/audio/split/test.npz", "data/audio/split", "data/audio"}
    assert [name for name, stage in STAGES.items() if held_out & paths(stage, "deps")] == [
        "audio_test"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    bins: 128",
            "    bins: 4",
            "audio.mel.bins = 4: expected a whole number from 8 to 512",
        ),
        (
            "    bins: 128",
            "    bens: 128",
            "audio.mel.bens is unknown: expected one of bins, max, min, seconds, workers",
        ),
        (
            "    min: -80",
            "    min: 0",
            "audio.mel.max = 0: expected more than audio.mel.min, which is 0",
        ),
        ("  mel:", "  mels:", "audio.mel = None: expected a section of parameters"),
        (
            "    by: song",
            "    by: genre",
            "audio.split.by = genre: expected one of song, artist, data_set",
        ),
        (
            "    frames: 130",
            "    frames: 64",
            "audio.train.frames = 64: expected 128 or more with audio.train.stack",
        ),
        ("audio:", "sound:\n  a: 1\naudio:", "sound is unknown: expected one of audio"),
        (
            "  sounds: tones",
            "  sounds: tunes",
            "audio.sounds = tunes: expected one of tones, folder, fetched",
        ),
        ("  sounds: tones", "  sonds: tones", "audio.sonds is unknown: expected one of "),
    ],
)
def test_a_wrong_parameter_is_a_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert f"params.yaml: {said}" in AUDIO.refusal(tmp_path, old, new)


def importing(*packages: str) -> set[str]:
    """The files that import one of some packages anywhere in them."""
    found = set()
    for folder in ("playlist2vec", "stages", "workflow"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if any(name.split(".")[0] in packages for name in names):
                    found.add(path.relative_to(ROOT).as_posix())
    return found


def test_torch_is_imported_in_its_rooms_alone() -> None:
    found = importing("torch")
    assert found
    assert [path for path in found if not path.startswith(TORCH_ROOMS)] == []


def test_decoders_and_tags_are_imported_in_the_rooms_of_sound_alone() -> None:
    found = importing("soundfile", "soxr", "miniaudio", "mutagen")
    assert found
    rooms = ("playlist2vec/sound/", "playlist2vec/online/scraping/")
    assert [path for path in found if not path.startswith(rooms)] == []


def test_what_needs_no_network_reaches_no_room_of_torch() -> None:
    reached = {name: rooms_reached(module_of(name), ROOT) for name in STAGES}
    assert [name for name, found in reached.items() if "playlist2vec/models/neural" in found] == [
        "audio_train"
    ]
    models = ROOT / "playlist2vec/models/audio"
    with_torch = {
        path.relative_to(ROOT).as_posix()
        for path in models.glob("*.py")
        if "import torch" in path.read_text()
    }
    assert with_torch
    for name in set(STAGES) - {"audio_train"}:
        assert not files_reached(module_of(name), ROOT) & with_torch, name
