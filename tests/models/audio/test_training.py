"""The audio tower learns planted structure, reproducibly, and never sees a test song."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from playlist2vec.models.audio.params import AudioParams
from playlist2vec.models.audio.vectors import SongVectors, unit
from tests.builders.examples import playlists_of
from tests.conftest import needed_package

needed_package("torch")

import torch  # noqa: E402

from playlist2vec.models.audio.encoding import encode, starts  # noqa: E402
from playlist2vec.models.audio.training import SoundData, TrainedTower, train_tower  # noqa: E402

pytestmark = pytest.mark.extra
SONGS, GROUPS, BINS, COLD = 48, 4, 16, 12
PARAMS = AudioParams(
    model="align",
    criterion="multi_margin",
    margin=0.2,
    temperature=0.2,
    stack="authors",
    playlist="songs",
    embedding=8,
    channels=8,
    frames=128,
    epochs=12,
    batch_songs=16,
    playlists_per_song=8,
    negatives=8,
    optimiser="adam",
    learning_rate=0.01,
    every=4,
    device="cpu",
    seed=1,
)


def data(shuffled: bool = False) -> SoundData:
    """Songs of a group are loud in bands of their own; the last COLD songs are in no playlist."""
    rng = np.random.default_rng(1)
    group = np.arange(SONGS) % GROUPS
    heard = rng.permutation(group) if shuffled else group
    mels = []
    for song in range(SONGS):
        mel = rng.integers(0, 80, (150, BINS))
        mel[:, 4 * heard[song] : 4 * heard[song] + 4] += 100
        mels.append(mel.astype(np.uint8))
    known = np.arange(SONGS - COLD)
    lists = [rng.permutation(known[group[known] == n % GROUPS])[:6].tolist() for n in range(60)]
    vectors = (np.eye(GROUPS)[group] + 0.2 * rng.standard_normal((SONGS, GROUPS))).astype(
        np.float32
    )
    vectors[SONGS - COLD :] = 0
    return SoundData(mels, playlists_of(lists), vectors, 70.0, 50.0)


def trained(
    given: SoundData, params: AudioParams, folder: Path
) -> tuple[TrainedTower, NDArray[np.float32]]:
    tower = train_tower(
        given, params, folder / "checkpoint.npz", lambda _: {"x": 0.0}, lambda *_: None
    )
    return tower, encode(tower.audio, given.mels, params.frames)


def separation(vectors: NDArray[np.float32]) -> float:
    """By how much a cold song is nearer to known songs of its group than to others, in cosine."""
    group = np.arange(SONGS) % GROUPS
    same = group[-COLD:, None] == group[None, :-COLD]
    cosines = vectors[-COLD:] @ vectors[:-COLD].T
    return float(cosines[same].mean() - cosines[~same].mean())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"model": "dcue"},
        {"model": "dcue", "criterion": "hinge"},
        {"model": "dcue", "criterion": "softmax"},
        {"model": "dcue", "criterion": "softmax", "playlist": "id", "epochs": 20},
    ],
)
def test_cold_songs_come_to_lie_beside_songs_that_sound_alike(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    params = replace(PARAMS, **changes)  # type: ignore[arg-type]
    _, vectors = trained(data(), params, tmp_path)
    _, chance = trained(data(shuffled=True), params, tmp_path / "shuffled")
    assert separation(vectors) > 0.3
    assert abs(separation(chance)) < 0.25


def test_the_same_bytes_again_and_others_by_another_seed(tmp_path: Path) -> None:
    first, again, other = (
        trained(data(), replace(PARAMS, epochs=2, seed=seed), tmp_path / name)[1]
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_the_sound_of_a_cold_song_changes_no_weight_and_no_other_vector(tmp_path: Path) -> None:
    given = data()
    changed = replace(given, mels=[*given.mels[:-1], np.zeros((300, BINS), np.uint8)])
    params = replace(PARAMS, epochs=2, model="dcue")
    (tower, vectors), (same, other) = (
        trained(given, params, tmp_path / "a"),
        trained(changed, params, tmp_path / "b"),
    )
    for name, one in tower.audio.state_dict().items():
        assert torch.equal(one, same.audio.state_dict()[name])
    assert vectors[:-1].tobytes() == other[:-1].tobytes()


def test_the_seeds_stack_is_there(tmp_path: Path) -> None:
    _, vectors = trained(data(), replace(PARAMS, stack="seed", epochs=1), tmp_path)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_pieces_of_a_song() -> None:
    assert starts(0, 128) == []
    assert starts(50, 128) == [0]
    assert starts(128, 128) == [0]
    assert starts(200, 128) == [0, 36, 72]
    assert starts(256, 128) == [0, 64, 128]
    assert starts(1_292, 128) == [round(number * (1_292 - 128) / 19) for number in range(20)]


def test_a_song_without_sound_has_zeros_and_a_short_one_a_vector(tmp_path: Path) -> None:
    given = data()
    tower, _ = trained(given, replace(PARAMS, epochs=1), tmp_path)
    vectors = encode(tower.audio, [given.mels[0][:0], given.mels[0][:5]], PARAMS.frames)
    assert not vectors[0].any()
    assert np.linalg.norm(vectors[1]) == pytest.approx(1)
    assert unit(vectors)[0].tolist() == [0] * GROUPS
    assert SongVectors.of_units(vectors).found.dtype == np.float32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_training_on_cuda_is_near_that_on_the_cpu(tmp_path: Path) -> None:
    (_, cpu), (_, cuda) = (
        trained(data(), replace(PARAMS, device=name), tmp_path / name) for name in ("cpu", "cuda")
    )
    assert abs(separation(cpu) - separation(cuda)) < 0.1
