"""Charts with several lines: labels that fit, and styles that stay with a name."""

import re
from xml.etree import ElementTree

import pytest

from playlist2vec.charts.svg import LETTER, WIDTH, lines


@pytest.mark.parametrize("most", [0.0, 0.0004, 0.6251, 99.5, 18_566.0, 1_234_567.0, 3e12])
def test_labels_of_the_axis_are_whole_numbers_within_the_chart(most: float) -> None:
    chart = ElementTree.fromstring(lines("loss", "epochs", {"a": [(1, most), (30, most / 2)]}))
    ends = [each for each in chart.iter("text") if each.get("text-anchor") == "end"][:3]
    for each in ends:
        assert float(each.get("x", "")) >= LETTER * len(each.text or "")
        assert re.fullmatch(r"[\d,]+(\.\d+)?", each.text or ""), each.text
    places = re.findall(r"[ML]([\d.]+) ", chart.findall("path")[1].get("d", ""))
    assert max(float(x) for x in places) <= WIDTH - 140


def test_labels_of_a_large_and_a_small_axis() -> None:
    assert ">18,566<" in lines("loss", "epochs", {"a": [(1, 18_566)]})
    assert ">9,283<" in lines("loss", "epochs", {"a": [(1, 18_566)]})
    assert ">0.625<" in lines("rate", "epochs", {"a": [(1, 0.6251)]})


def test_a_name_keeps_its_style_where_lines_before_it_are_left_out() -> None:
    points = [(1.0, 0.5), (2.0, 0.25)]
    every = lines("all", "epochs", {"a": points, "b": points, "c": points})
    later = lines("some", "epochs", {"b": points, "c": points}, style=1)
    assert re.findall(r"line(\d)", every) == ["0", "1", "2"]
    assert re.findall(r"line(\d)", later) == ["1", "2"]
