"""Addresses as people write them, and no password in what is shown."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from workflow.sharing.addresses import Address, as_address, shown


def test_addresses() -> None:
    assert as_address("../a/../b") == Address(str(Path.cwd().parent / "b"), private=True)
    assert as_address("~/b") == Address(str(Path.home() / "b"), private=True)
    assert as_address("ssh://me@host:2222/a/") == Address("ssh://me@host:2222/a")
    assert as_address("s3://bucket/a", "http://host:9000") == Address(
        "s3://bucket/a", {"endpointurl": "http://host:9000"}
    )
    assert as_address("gs://bucket") == Address("gs://bucket")
    assert as_address("azure://box/a?sig=x") == Address("azure://box/a?sig=x", private=True)
    for text, endpoint, line in (
        ("ssh://host:data/x", "", "REMOTE=ssh://...: expected ssh://host:port/path or ssh://bucket/path, special "),
        ("s3:///x", "", "REMOTE=s3://...: expected s3://host:port/path or s3://bucket/path, special "),
        (
            "azure://me:geheim@box",
            "",
            "REMOTE=azure://...@box: expected azure://box, and then `dvc remote modify --local ",
        ),
        ("ssh://host/x", "http://h", "ENDPOINT=http://h: ssh:// has none: expected it with s3:// or gs:// only"),
        (
            "s3://b",
            "http://me:geheim@h",
            "ENDPOINT: expected http(s)://host:port, without a user, password or question ",
        ),
        ("~nobody-of-this-name/x", "", "REMOTE=~nobody-of-this-name/x: "),
    ):
        with pytest.raises(DataError) as caught:
            as_address(text, endpoint)
        assert str(caught.value).startswith(line)
        assert "geheim" not in str(caught.value)


@given(password=st.text(min_size=1), scheme=st.sampled_from(["ssh", "https", "webdavs"]))
def test_a_password_is_in_no_address(password: str, scheme: str) -> None:
    text = f"{scheme}://me:{quote(password, safe='')}@host:1/a"
    address = as_address(text)
    assert address.secrets["password"] == password
    assert address.url == (f"{scheme}://me@host:1/a" if scheme == "ssh" else f"{scheme}://host:1/a")
    assert shown(text) == f"{scheme}://{'...' if scheme == 'https' else 'me'}@host:1/a"


def test_what_follows_a_question_mark_is_not_shown() -> None:
    assert shown("azure://box/a?sv=1&sig=geheim") == "azure://box/a?..."
    assert shown("https://me:geheim@host/a?token=geheim#geheim") == "https://...@host/a?..."
    assert shown("s3://bucket/a") == "s3://bucket/a"
    for endpoint, text in (("http://host?token=geheim", "ssh://host/x"), ("http://host?token=geheim", "../folder")):
        with pytest.raises(DataError) as caught:
            as_address(text, endpoint)
        assert str(caught.value).startswith("ENDPOINT=http://host?...: ")
