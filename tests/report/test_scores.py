"""The scores in the page: the verdict, tables beside rivals, slices and curves."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.charts.svg import Bar, bars, line
from playlist2vec.evaluation.slices import Slice
from playlist2vec.report.scores import Verdict, curve_part, read_rows, slices_part, table_part


def ranks(hits: int, pairs: int = 100) -> NDArray[np.float64]:
    """The first pairs are hits at rank 1, the others misses."""
    return np.where(np.arange(pairs) < hits, 1.0, 99.0)


def test_the_verdict_is_the_paired_difference_to_the_best_that_counts() -> None:
    found = Verdict.of(
        {"blend": ranks(60), "word2vec": ranks(70), "markov": ranks(40), "ease": ranks(30)}, "blend"
    )
    assert (found.subject, found.rival) == ("blend", "markov")
    assert found.difference.estimate == pytest.approx(0.2)
    assert found.difference.low > 0
    assert "that of 40.0%: +20.0 points" in found.sentence
    assert "the playlists show that it is better" in found.sentence
    assert found.short.startswith(
        "The hidden next song is among the first ten for 60% of 100 playlists"
    )


@pytest.mark.parametrize(
    ("subject", "rival", "meaning"),
    [
        (50, 50, "do not show which of the two is better"),
        (20, 60, "the playlists show that counting is better"),
    ],
)
def test_a_verdict_does_not_flatter(subject: int, rival: int, meaning: str) -> None:
    assert (
        meaning
        in Verdict.of({"word2vec": ranks(subject), "markov": ranks(rival)}, "word2vec").sentence
    )


def test_a_verdict_needs_a_rival() -> None:
    with pytest.raises(
        DataError, match="ranks of blend alone: expected those of a ranker that counts"
    ):
        Verdict.of({"blend": ranks(1), "word2vec": ranks(2)}, "blend")


def test_the_table_has_every_ranker_with_its_difference(tmp_path: Path) -> None:
    rows = [
        "ranker,hit@10,low,high,ndcg@10,low,high",
        "word2vec,.7,.6,.8,.4,.3,.5",
        "blend,.6,.5,.7,.4,.3,.5",
        "markov,.4,.3,.5,.2,.1,.3",
    ]
    (tmp_path / "table.csv").write_text("\n".join([*rows, ""]), "utf-8")
    tested = {
        "scores": {"hit@10": 0.5, "ndcg@10": 0.3, "pairs": 7},
        "baselines": {"markov": {"hit@10": 0.45}},
    }
    (tmp_path / "test.json").write_text(json.dumps(tested), "utf-8")
    (tmp_path / "test_intervals.csv").write_text("score,value,low,high\nhit@10,.5,.4,.6\n", "utf-8")
    text = table_part(tmp_path, {"blend": ranks(60), "markov": ranks(40)}, "blend")
    cells = re.findall('<t[hd](?: scope="row")?>(.*?)</t[hd]>', text)
    assert cells[:7] == [
        "Word2Vec",
        "0.700",
        "0.600 to 0.800",
        "0.400",
        "",
        "0.500 [0.400, 0.600]",
        "0.300",
    ]
    assert cells[7:14] == [
        "blend of counts and Word2Vec",
        "0.600",
        "0.500 to 0.700",
        "0.400",
        "",
        "",
        "",
    ]
    assert cells[14:18] == ["first-order Markov", "0.400", "0.300 to 0.500", "0.200"]
    assert cells[18].startswith("+0.200 [+0.")
    assert cells[19:] == ["0.450", ""]
    assert 'class="sortable"' in text


def test_slices_stand_beside_the_rival() -> None:
    found = {"blend": ranks(60), "markov": ranks(40)}
    groups = [
        Slice("popularity", "head", np.arange(100) < 50),
        Slice("popularity", "tail", np.arange(100) >= 50),
        Slice("popularity", "unseen", np.zeros(100, bool)),
    ]
    cells = re.findall(
        '<t[hd](?: scope="row")?>(.*?)</t[hd]>',
        slices_part(groups, found, Verdict.of(found, "blend")),
    )
    assert cells[:4] == ["popularity: head", "50", "1.000", "0.800"]
    assert cells[5:9] == ["popularity: tail", "50", "0.200", "0.000"]
    assert len(cells) == 10


def test_the_curve_that_is_asked_like_the_model_comes_first(tmp_path: Path) -> None:
    for rule, values in {"log_odds_last": (0.1, 0.4, 0.3), "log_odds_history": (0.2, 0.1)}.items():
        rows = "".join(f"{step}\t{value}\n" for step, value in enumerate(values))
        (tmp_path / f"hit@10_{rule}.tsv").write_text(f"step\thit@10_{rule}\n{rows}", "utf-8")
    said = {
        query: re.findall('aria-label="(.*?)"', curve_part(tmp_path, query))[0]
        for query in ("last", "history")
    }
    assert "log_odds_last ends at 0.300; log_odds_history ends at 0.100" in said["last"]
    assert "log_odds_history ends at 0.100; log_odds_last ends at 0.300" in said["history"]
    text = curve_part(tmp_path, "last")
    assert ">1</text>" in text
    assert ">3 epochs</text>" in text


def test_a_run_without_a_curve_says_so(tmp_path: Path) -> None:
    assert "The run did not measure its curve (train.curve_pairs is 0)." in curve_part(
        tmp_path / "none", "last"
    )


def test_a_missing_column_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(DataError, match=r"table.csv: no column c: expected one among a, b"):
        read_rows(tmp_path / "table.csv", ("a", "c"))


@pytest.mark.parametrize("strong", [False, True])
def test_a_long_label_has_room_beside_its_bar(strong: bool) -> None:
    long = "a way to count with a name of forty letters"
    drawn = bars("hit@10", [Bar(long, 0.5, 0.4, 0.6, strong), Bar("b", 0.1, 0.1, 0.1)])
    (end,) = {
        float(place)
        for place in re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="end">', drawn)
    }
    assert end >= (8 if strong else 7) * len(long)
    assert len(set(re.findall(r'<rect class="bar" x="([\d.]+)"', drawn))) == 1
    assert "<rect" not in bars("hit@10", [])


def test_bars_and_lines_say_their_numbers() -> None:
    chart = bars("hit@10", [Bar("a <b>", 0.5, 0.25, 1.0), Bar("c", 0.0, 0.0, 0.0)])
    assert (
        'aria-label="hit@10: a &lt;b&gt; 0.500, from 0.250 to 1.000; c 0.000, from 0.000 to 0.000"'
        in chart
    )
    # 380 units are left for the bars, so 0.5 of 1.0 is 190 long and the whisker reaches from 190 +
    # 95 to 190 + 380.
    assert 'width="190.0"' in chart
    assert "M285.0 15H570.0" in chart
    assert "from 0.100 to 0.300, at most 0.400, over 3 points" in line(
        "x", "epochs", [(1, 0.1), (2, 0.4), (3, 0.3)]
    )
