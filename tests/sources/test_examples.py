"""The committed examples of listens: their playlists keep their bytes, their listens fit them."""

import hashlib
from pathlib import Path

import pytest

from stages import ingest, source
from tests.builders.listens.canonical import heard_in, listens_in
from tests.builders.params import all_params, write_params
from tests.conftest import ROOT

PLAYLISTS = {
    "lastfm": "efd1c41948598c6eba6931d8f80d536099cd0e9805303339edd389c6225d995a",
    "listenbrainz": "786b822c491fd47b2b57d1b97c5b40887398e9b06584c5338405aae4ec7a3055",
    "local": "25fb5a4cbb01335cb38e42014ea675714575fa8e5f534457c7db5bd312337484",
    "spotify_history": "db63055c4d62cff72cbbff6ef65144c1e2cd431678803e83066489cc620403d7",
}
"""SHA-256 of playlists.npz, as it was before listens were kept."""


def run(folder: Path, dataset: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(ROOT)
    params = write_params(folder / "params.yaml", all_params(dataset=dataset))
    card, raw = f"data/sources/{dataset}/source.yaml", f"{folder / 'raw'}"
    source.main(f"{params}", card, f"{folder / 'incoming'}", raw)
    ingest.main(f"{params}", card, raw, f"{folder / 'canonical'}")
    return folder / "canonical"


@pytest.mark.parametrize("dataset", PLAYLISTS)
def test_playlists_keep_the_bytes_that_they_had_without_listens(
    dataset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canonical = run(tmp_path, dataset, monkeypatch)
    content = (canonical / "playlists.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == PLAYLISTS[dataset]
    assert (canonical / "listens.npz").exists() == (dataset != "local")


@pytest.mark.parametrize(
    ("dataset", "users", "listens"),
    [("lastfm", 1, 148), ("listenbrainz", 6, 72), ("spotify_history", 1, 137)],
)
def test_all_kept_listens_of_an_example_have_a_user_and_a_time(
    dataset: str, users: int, listens: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canonical = run(tmp_path, dataset, monkeypatch)
    heard = heard_in(canonical)
    assert (len(heard), sum(map(len, heard))) == (users, listens)
    assert all(
        heard[user] == sorted(heard[user], key=lambda play: play[0]) for user in range(users)
    )
    assert listens_in(canonical).keys is None
