"""The page of a run as the server gives it."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.serving.page import fetching, plain_page
from tests.conftest import Project

PAGE = """<!DOCTYPE html>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<script type="application/json" id="data">{data}</script>
<script>"api":""</script>
"""
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    loaded: dict[str, object] = json.loads(found[1])
    return loaded


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", "default-src 'none'; connect-src 'self'"),
        ("default-src 'none';", "default-src 'none'; connect-src 'self'"),
        (
            "default-src 'none'; connect-src 'none'; base-uri 'none'",
            "default-src 'none'; connect-src 'self'; base-uri 'none'",
        ),
        ("connect-src https://a.example", "connect-src https://a.example 'self'"),
        ("connect-src 'self'", "connect-src 'self'"),
    ],
)
def test_the_policy_allows_the_page_its_own_origin(policy: str, expected: str) -> None:
    page = fetching(PAGE.format(policy=policy, data='{"api":""}'))
    assert page == PAGE.format(policy=expected, data='{"api":"/api"}')


@given(st.dictionaries(TEXT, TEXT | st.lists(st.integers()) | st.dictionaries(TEXT, TEXT)))
def test_the_data_says_where_the_server_answers_and_is_what_it_was_besides(
    data: dict[str, object],
) -> None:
    text = json.dumps(data).replace("<", "\\u003c")
    page = fetching(PAGE.format(policy="default-src 'none'", data=text))
    assert data_of(page) == data | {"api": "/api"}


def test_a_song_that_is_called_like_the_key_stays_as_it_is() -> None:
    data = {"titles": ['"api":""', "</script><script>"], "api": ""}
    page = fetching(PAGE.format(policy="x", data=json.dumps(data).replace("<", "\\u003c")))
    assert data_of(page) == data | {"api": "/api"}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("", 'the page has no data, <script type="application/json" id="data">'),
        (PAGE.format(policy="x", data="[1]"), "the page's data: list: expected a JSON object"),
        (PAGE.format(policy="x", data="{"), "the page's data: Expecting property name"),
        (PAGE.format(policy="x", data="{}").replace("Policy", "Rule"), "the page has no policy"),
    ],
)
def test_another_page_is_refused_in_one_line(page: str, said: str) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(said)}"):
        fetching(page)


def test_the_page_of_a_run_may_ask(finished: Project) -> None:
    page = (finished.folder / "data/report/report.html").read_text("utf-8")
    asking = fetching(page)
    assert data_of(asking) == data_of(page) | {"api": "/api"}
    assert "connect-src 'self'" in asking
    assert "connect-src 'self'" not in page


def test_the_list_of_what_can_be_asked_is_text() -> None:
    page = plain_page({"/api/<x>": {"get": {"summary": "a & b"}}}, has_page=False)
    assert "<code>GET /api/&lt;x&gt;</code></dt><dd>a &amp; b</dd>" in page
