"""What a terminal, or a program, is given of texts that strangers wrote."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.addresses import without_secrets
from playlist2vec.base.visible import as_json, as_line, visible

ANY = st.text(st.characters(exclude_categories=()), max_size=30)
HOSTILE = "\x1b[31m \x07 \x9b2J \u202e \u2066 \u200b \u2028 \ud800 \x7f \n"


def steers(text: str) -> bool:
    return any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in text)


def test_what_steers_a_terminal_is_shown_by_its_code() -> None:
    assert visible(HOSTILE) == r"\x1b[31m \x07 \x9b2J \u202e \u2066 \u200b \u2028 \ud800 \x7f \n"
    assert visible("a\nb\tc", keep="\n") == "a\nb\\tc"
    assert visible("Où\xa0est ゴジラ é 🎵") == "Où\xa0est ゴジラ é 🎵"


@given(ANY)
def test_no_text_steers_a_terminal(text: str) -> None:
    assert not steers(visible(text))
    assert not steers(as_line(text))
    assert not steers(visible(text, keep="\n").replace("\n", ""))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.sampled_from([None, 2]))
def test_json_steers_nothing_and_is_the_same_text_again(text: str, indent: int | None) -> None:
    content = {"title": text, "é": [1, None]}
    written = as_json(content, indent)
    assert not steers(written.replace("\n", ""))
    assert json.loads(written) == content
    assert "é" in written


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("no\n  such   file", "no such file"),
        ("tcp://me:geheim@host:8786: refused", "tcp://host:8786: refused"),
        ("ssh://me:ge/he@im@host/a and s3://box", "ssh://me@host/a and s3://box"),
        ("tcp:/me:geheim@host", "tcp:/host"),
        ("https://geheim@host/a", "https://host/a"),
        ("https://geheim:x-oauth-basic@host/a", "https://host/a"),
        ("ssh://me@host:22/a", "ssh://me@host:22/a"),
        ("score: hit@10, BY=ndcg@10", "score: hit@10, BY=ndcg@10"),
    ],
)
def test_an_error_is_one_line_without_passwords(said: str, line: str) -> None:
    assert as_line(said) == line
    assert without_secrets(line) == line
