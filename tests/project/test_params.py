import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.rules import read_section
from playlist2vec.evaluation.params import Scoring
from playlist2vec.models.word2vec.params import TrainParams
from playlist2vec.params import SECTIONS, check_all, read_all
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.sources.descriptions import dataset_names
from tests.builders.params import PARAMS, SMALL, all_params, write_params
from tests.conftest import ROOT

SECTION_NAMES = ["dataset", "sample", "filter", "split", "train", "evaluate", "baselines"]
DATASETS = ["deezer", "sample"]
COMMITTED = ROOT / "params.yaml"


def written(folder: Path, **changes: Any) -> Path:
    """The tests' own parameters with `section__key` changed, as a file."""
    params = all_params()
    for name, value in changes.items():
        section, _, key = name.partition("__")
        if key:
            params[section][key] = value
        else:
            params[section] = value
    return write_params(folder / "params.yaml", params)


def test_the_committed_parameters_are_valid_and_all_commented() -> None:
    check_all(COMMITTED, dataset_names(ROOT / "data/sources"))
    lines = COMMITTED.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith(("#", "-")):
            assert lines[number - 1].lstrip().startswith("#"), line


def names_in(params: dict[str, Any]) -> dict[str, list[str]]:
    return {name: sorted(each) if isinstance(each, dict) else [] for name, each in params.items()}


def test_the_tests_own_parameters_have_the_names_of_the_committed_ones() -> None:
    assert names_in(PARAMS) == names_in(yaml.safe_load(COMMITTED.read_text("utf-8")))
    assert all(set(SMALL[section]) <= set(PARAMS[section]) for section in SMALL)


def reads_committed(text: str) -> bool:
    """Return True if a test module opens the project's params.yaml, by ROOT or relative."""
    relative = r"""(Path|open|read_section|read_all|check_all)\(["']params\.yaml"""
    return bool(
        re.search(r"ROOT.*params\.yaml", text)
        or (re.search(relative, text) and "chdir(" not in text)
    )


def test_no_module_but_this_one_reads_the_committed_parameters() -> None:
    modules = set((ROOT / "tests").rglob("*.py"))
    assert {path for path in modules if reads_committed(path.read_text("utf-8"))} == {
        Path(__file__)
    }


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"train__ns_exponent": 1.5}, "train.ns_exponent = 1.5: expected a number from -1 to 1"),
        ({"train__alpha": 0}, "train.alpha = 0: expected a number above 0 and at most 1"),
        ({"train__window": 2.5}, "train.window = 2.5: expected a whole number from 1 to 10000"),
        ({"train__window": True}, "train.window = true: expected a whole number from 1 to 10000"),
        ({"train__sample": float("nan")}, "train.sample = nan: expected a number from 0 to 1"),
        ({"train__sample": 10**400}, f"train.sample = {10**400}: expected a number from 0 to 1"),
        (
            {"train__min_alpha": 0.5},
            "train.min_alpha = 0.5: expected at most train.alpha, which is 0.05",
        ),
        (
            {"train__vector_size": None},
            "train.vector_size = None: expected a whole number from 1 to 10000",
        ),
        (
            {"train__windw": 3},
            "train.windw is unknown: expected one of trainer, blocks, sg, contexts, metadata, ",
        ),
        ({"filter__count": "songs"}, "filter.count = songs: expected occurrences or playlists"),
        (
            {"filter__keep_repeats": "perhaps"},
            "filter.keep_repeats = perhaps: expected true or false",
        ),
        ({"filter": None}, "filter = None: expected a section of parameters"),
        ({"filter": {}}, "filter.min_count is missing: expected it to be there"),
        (
            {"split__validation": 0},
            "split.validation = 0: expected a whole number, 1 or more (a count), or a number ",
        ),
        (
            {"split__validation": 1.5},
            "split.validation = 1.5: expected a whole number, 1 or more (a count), or a ",
        ),
        (
            {"evaluate__k": [5, 1]},
            "evaluate.k = [5, 1]: expected a list of different whole numbers, 1 or more, in ",
        ),
        (
            {"evaluate__k": 10},
            "evaluate.k = 10: expected a list of different whole numbers, 1 or more, in rising ",
        ),
        (
            {"train__contexts": "directed", "train__sg": 0},
            "train.sg = 0: expected 1 with train.contexts = directed",
        ),
        (
            {"train__contexts": "offsets", "train__metadata": "artist"},
            "train.metadata = artist: expected none with train.contexts = offsets",
        ),
        (
            {"evaluate__index": "kd_tree", "evaluate__similarity": "dot"},
            "evaluate.index = kd_tree: expected exact with evaluate.similarity = dot",
        ),
        (
            {"evaluate__similarity": "log_odds_symmetric", "train__contexts": "offsets"},
            "evaluate.similarity = log_odds_symmetric: expected train.contexts = window and "
            "train.sg = 1",
        ),
        (
            {"evaluate__challenge": True},
            "evaluate.challenge = true: expected false with split.held_out = song",
        ),
        ({"split__held_out": "all"}, "split.held_out = all: expected one of song, rest, playlist"),
        (
            {"engine__name": "dask"},
            "engine.address = '': expected tcp://host:port with engine.name = dask",
        ),
        ({"engine__name": "spark"}, "engine.name = spark: expected local or dask"),
        ({"evaluate__decay": 0}, "evaluate.decay = 0: expected a number above 0 and at most 1"),
        ({"evaluate__ranker": "both"}, "evaluate.ranker = both: expected word2vec or blend"),
        ({"evaluate__index": "annoy"}, "evaluate.index = annoy: expected exact or kd_tree"),
        ({"dataset": "deezr"}, "dataset = deezr: expected one of deezer, sample"),
        ({"dataset": ["sample"]}, "dataset = ['sample']: expected one of deezer, sample"),
        (
            {"model": {}},
            "model is unknown: expected one of dataset, sample, local, listenbrainz, spotify_mpd, "
            "soundcloud, "
            "spotify_history, lastfm, engine, filter, split, train, evaluate, baselines",
        ),
        ({"split__by": "user"}, "split.by = user: expected playlist or time"),
        (
            {"soundcloud__licence": "free"},
            "soundcloud.licence = free: expected one of any, to_share, to_use_commercially, "
            "to_modify_commercially",
        ),
        ({"train__trainer": "fast"}, "train.trainer = fast: expected gensim or blocks"),
        (
            {"train__trainer": "blocks", "train__sg": 0},
            "train.sg = 0: expected 1 with train.trainer = blocks",
        ),
        (
            {"soundcloud__stubs": True},
            "soundcloud.stubs = true: expected one of unless_filtered, always, never",
        ),
        (
            {"soundcloud__min_duration": 90, "soundcloud__max_duration": 60},
            "soundcloud.max_duration = 60: expected 0 (no limit) or at least "
            "soundcloud.min_duration, which is 90",
        ),
        (
            {"listenbrainz__gap": 0},
            "listenbrainz.gap = 0: expected a whole number from 1 to 1000000",
        ),
        (
            {"listenbrainz__max_share": 0},
            "listenbrainz.max_share = 0: expected a number above 0 and at most 1",
        ),
        (
            {"listenbrainz__track": "mbid"},
            "listenbrainz.track = mbid: expected recording_mbid or recording_msid",
        ),
        ({"local__file": ""}, "local.file = '': expected text on one line, not empty"),
    ],
)
def test_wrong_values_get_one_line_that_says_what_is_accepted(
    tmp_path: Path, changes: dict[str, Any], line: str
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(DataError) as error:
        check_all(path, DATASETS)
    assert str(error.value).startswith(f"{path}: {line}")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["x$(touch PWNED)", "a b", "-n", "été", "Beta", "a;b", "a-b", ""])
def test_a_data_set_whose_name_a_shell_may_heed(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, dataset=name)
    with pytest.raises(DataError) as error:
        check_all(path, ["sample", name])
    assert (
        str(error.value)
        == f"{path}: dataset = {name}: expected a folder named with a to z, 0 to 9 and _ alone"
    )


@pytest.mark.parametrize("text", ["dataset: [", "- a\n- b\n", "", "\x00", "a: b: c"])
def test_files_that_are_no_parameters(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        check_all(path, DATASETS)
    assert str(error.value).startswith(f"{path}: ")
    assert len(str(error.value).splitlines()) == 1


def test_text_that_dvc_writes_for_numbers_is_read_as_numbers(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        train__sample="1e-05",
        train__window="7",
        train__shrink_windows="False",
        split__test=".2",
    )
    train = read_section(path, TrainParams)
    assert (train.sample, train.window, train.shrink_windows) == (1e-5, 7, False)
    assert read_section(path, SplitParams).test == 0.2


def test_counts_stay_counts_and_fractions_fractions(tmp_path: Path) -> None:
    split = read_section(written(tmp_path, split__validation=100.0, split__test=0.25), SplitParams)
    assert (split.validation, split.test) == (100, 0.25)
    assert isinstance(split.validation, int)


def test_a_section_is_read_without_the_others(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump({"evaluate": PARAMS["evaluate"]}), encoding="utf-8")
    assert read_section(path, Scoring).k == tuple(PARAMS["evaluate"]["k"])


def test_all_parameters_are_those_of_the_data_set(tmp_path: Path) -> None:
    assert list(read_all(written(tmp_path))) == [
        "dataset",
        "sample",
        "filter",
        "split",
        "train",
        "evaluate",
        "baselines",
    ]
    assert "sample" not in read_all(written(tmp_path, dataset="ecommerce"))


@given(st.sampled_from(sorted({each.SECTION for each in SECTIONS})), st.data())
def test_any_value_is_accepted_or_refused_in_a_line(
    tmp_path_factory: pytest.TempPathFactory, section: str, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(PARAMS[section])))
    value = data.draw(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
        )
    )
    path = written(tmp_path_factory.mktemp("params"), **{f"{section}__{key}": value})
    try:
        check_all(path, DATASETS)
    except DataError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017
        assert len(str(error).splitlines()) == 1  # noqa: PT017
