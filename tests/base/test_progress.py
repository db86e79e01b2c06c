"""The progress bar: what it yields, and that it speaks to people alone."""

import io

import pytest

from playlist2vec.base import progress
from playlist2vec.base.progress import watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_steps_are_those_given_with_a_bar_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(watched(range(3), "counting")) == [0, 1, 2]
    monkeypatch.setattr("sys.stderr", Terminal())
    assert list(watched(iter("abc"), "counting", 3)) == ["a", "b", "c"]


def test_nothing_is_written_into_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    assert list(watched(range(3), "counting")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_the_work_its_share_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    for step in watched(range(4), "counting", unit="blocks"):
        if step == 2:
            assert "counting" in terminal.getvalue()
    assert "0/4" in terminal.getvalue()
    assert "blocks" in terminal.getvalue()


def test_what_is_quick_stays_quiet_on_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    assert list(watched(range(3), "counting")) == [0, 1, 2]
    assert "counting" not in terminal.getvalue()
