"""From a crawl of the invented SoundCloud to a data set, the playlist chain and the pipeline of
sound, as people go.
"""

import csv
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml

from playlist2vec.cli.command_line import main
from playlist2vec.cold_songs.split.roles import Role
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from tests.builders.params import all_params, write_params
from tests.builders.soundcloud.catalogue import plant
from tests.builders.soundcloud.server import soundcloud_server
from tests.cli.test_crawling import SECRETS
from tests.cli.test_scraping import PERMISSION, words
from tests.conftest import ROOT, needed_package
from tests.stages.test_audio import run as run_audio
from tests.stages.test_audio import small
from tests.stages.test_soundcloud import PARAMS, leaks

pytestmark = pytest.mark.thorough
for package in ("av", "m3u8", "mutagen", "PIL", "pyarrow", "soundfile", "soxr", "miniaudio"):
    needed_package(package)
FOLDER = Path("data/incoming/soundcloud")
SET = Path("data/soundcloud/set")


def stage(name: str, *words: str) -> str:
    said: str = import_module(f"stages.{name}").main(*words)
    return said


def test_a_crawl_becomes_a_set_and_feeds_both_pipelines_with_one_split(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    Path("data").mkdir()
    Path("data/sources").symlink_to(ROOT / "data/sources")
    catalogue = plant(1)
    with soundcloud_server(catalogue) as server:
        start = f"https://soundcloud.com/user-1/sets/list-{min(catalogue.playlists)}"
        main(words(server, "crawl", FOLDER, "--start", start, "--calls", "150"))
        main(words(server, "scrape", FOLDER, "--audio", "streams", "--permission", PERMISSION))
        main(words(server, "refresh", FOLDER))
    made = len(list((FOLDER / "scraped/audio").rglob("*.*")))
    assert made > 50

    # The data set.
    given = PARAMS | {
        "manifest": f"{FOLDER}/scraped/tracks.jsonl",
        "remove": f"{FOLDER}/remove.txt",
    }
    (FOLDER / "remove.txt").write_text("# nobody yet\n", "utf-8")
    Path("set.yaml").write_text(yaml.safe_dump({"soundcloud_set": given}), "utf-8")
    stage("soundcloud.hash", "set.yaml", "scratch", "hashes", "hash.json")
    stage("soundcloud.deduplicate", "set.yaml", "hashes", "copies.tsv", "copies.json")
    stage("soundcloud.finalise", "set.yaml", "hashes", "copies.tsv", str(SET), "set.json")
    Path("copies.tsv").rename(SET.parent / "copies.tsv")
    assert leaks(SET.parent) == (0, 0)
    numbers = json.loads(Path("set.json").read_text("utf-8"))
    assert numbers["read"] == sum(numbers["fates"].values()) == made
    assert numbers["fates"]["kept"] > 40
    assert numbers["fates"]["copy"] > 0

    # Its tracks in the playlists of the crawl.
    main(["crawl", "--folder", str(FOLDER), "--export", "--tracks", str(SET / "attribution.tsv")])
    write_params(
        Path("params.yaml"),
        all_params(dataset="soundcloud", soundcloud={"crawl": f"{FOLDER}/export"}),
    )
    stage(
        "source", "params.yaml", "data/sources/soundcloud/source.yaml", "data/incoming", "data/raw"
    )
    stage(
        "ingest", "params.yaml", "data/sources/soundcloud/source.yaml", "data/raw", "data/canonical"
    )
    with open(SET / "attribution.tsv", encoding="utf-8", newline="") as file:
        kept = {
            row["id"] for row in csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)
        }
    listed = Tracks.load("data/canonical/tracks.tsv").ids
    assert set(listed) <= kept
    assert len(Playlists.load("data/canonical/playlists.npz")) > 10

    # Their sound, with the split of the data set.
    params = small()
    params["audio"] |= {"sounds": "data_set", "data_set": str(SET), "playlists": "data/canonical"}
    params["audio"] |= {"folder": str(FOLDER / "scraped")}
    params["audio"]["split"]["by"] = "data_set"
    said = run_audio(params, "audio_check", "audio_source", "audio_mels", "audio_split")
    assert said["audio_mels"] == f"{len(kept)} of {len(kept)} songs have sound; without: none"
    part_of = {
        str(each["id"]): each["scdata_split"]
        for each in json.loads((SET / "scdata.json").read_text("utf-8"))
    }
    role_of = {"train": Role.TRAINING, "validation": Role.VALIDATION, "test": Role.TEST}
    ids = Tracks.load("data/audio/source/tracks.tsv").ids
    expected = [role_of[part_of[track]] if track in listed else Role.NEW for track in ids]
    assert np.load("data/audio/split/roles.npy").tolist() == expected
