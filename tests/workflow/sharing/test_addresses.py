"""Addresses as people write them, and no password in what is shown."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.addresses import without_secrets
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
        (
            "ssh://host:data/x",
            "",
            "REMOTE=ssh://...: expected ssh://host:port/path or ssh://bucket/path, special ",
        ),
        (
            "s3:///x",
            "",
            "REMOTE=s3://...: expected s3://host:port/path or s3://bucket/path, special ",
        ),
        (
            "azure://me:geheim@box",
            "",
            "REMOTE=azure://...@box: expected azure://box, and then `dvc remote modify --local ",
        ),
        (
            "ssh://host/x",
            "http://h",
            "ENDPOINT=http://h: ssh:// has no endpoint: expected it with s3:// or gs:// only",
        ),
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
    assert shown(text) == (f"{scheme}://me@host:1/a" if scheme == "ssh" else f"{scheme}://host:1/a")


def test_what_follows_a_question_mark_is_not_shown() -> None:
    assert shown("azure://box/a?sv=1&sig=geheim") == "azure://box/a?..."
    assert shown("https://me:geheim@host/a?token=geheim#geheim") == "https://host/a?..."
    assert shown("s3://bucket/a") == "s3://bucket/a"
    for endpoint, text in (
        ("http://host?token=geheim", "ssh://host/x"),
        ("http://host?token=geheim", "../folder"),
    ):
        with pytest.raises(DataError) as caught:
            as_address(text, endpoint)
        assert str(caught.value).startswith("ENDPOINT")
        assert "geheim" not in str(caught.value)


TOKEN = "ghp_Xk29dkLsPq83hdgT5wQm1Zr7Yb4Vn6Cs0Aa"
WORD = "g3heimnis"
HOSTILE = (
    *(
        f"https://{TOKEN}@host/a",
        f"https://{TOKEN}:@host/a",
        f"https://:{WORD}@host/a",
        f"https://me:{WORD}@host/a",
    ),
    *(
        f"https://host/a?token={WORD}",
        f"https://host/a#{WORD}",
        f"webdavs://{TOKEN}@host/a",
        f"azure://box/a?sig={WORD}",
    ),
    *(
        f"ssh://{TOKEN}@host/a",
        f"ssh://me:{WORD}@host/a",
        f"ssh://me:{WORD}/x@host/a",
        f"ssh://me@x:{WORD}@host/a",
    ),
    *(
        f"s3://AKIAEXAMPLE:{WORD}@bucket/a",
        f"s3://{TOKEN}@bucket/a",
        f"gs://{TOKEN}@bucket",
        f"oss://a:{WORD}@b",
    ),
    *(
        f"htps:/me:{WORD}@host/a",
        f"htps//me:{WORD}@host/a",
        f"https:me:{WORD}@host/a",
        f"hhttps://me:{WORD}@host/a",
    ),
    *(
        f"me:{WORD}@host:a",
        f"{TOKEN}@host:a",
        f"me:{WORD}@host/a",
        f"ssh:///me:{WORD}@host/a",
        f"ssh://me:{WORD}@",
    ),
    *(
        f"https://me:{WORD}@[host/a",
        f"https://me:{WORD}@host:99999999/a",
        f"ssh:/me:{WORD}@host/a",
        f"//me:{WORD}@host/a",
    ),
    *(
        f"https://me:{WORD}@host/a\nx",
        f"file://me:{WORD}@/a",
        f"ht tps://me:{WORD}@host/a",
        f" https://me:{WORD}@host/a",
    ),
    f"https://host/me:{WORD}@x/a",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_secret_of_an_address_is_written_or_shown(text: str) -> None:
    try:
        address = as_address(text)
    except DataError as error:
        line = str(error)
        assert ": expected" in line
    else:
        line = shown(address.url)
        assert set(address.secrets) <= {"user", "password", "auth"}
        if not address.private:
            line += address.url + str(address.options)
    for secret in (TOKEN, WORD):
        assert secret not in line
        assert secret not in without_secrets(
            f"fatal: cannot read '{text}': no access to {text}: expected another"
        )
    assert line.isprintable()


@pytest.mark.parametrize(
    "endpoint", [f"http:/me:{WORD}@h", f"http://me:{WORD}@h", f"http://h/?x={WORD}", f"{WORD} "]
)
@pytest.mark.parametrize("text", ["../store", "ssh://host/a", "s3://bucket/a"])
def test_no_secret_of_an_endpoint_is_shown(text: str, endpoint: str) -> None:
    with pytest.raises(DataError) as caught:
        as_address(text, endpoint)
    assert WORD not in str(caught.value)


def test_what_is_no_secret_stays() -> None:
    for text in (
        "ssh://me@host:22/a: Permission denied (me@host)",
        "git@github.com:somebody/songs.git",
        "https://host/a@b/c",
        "/srv/mes listes: x@y",
        "see https://example.org/a: expected b",
    ):
        assert without_secrets(text) == text


def test_a_folder_with_a_colon_is_meant_as_one_where_it_begins_as_one() -> None:
    assert as_address("./a:b").url == str(Path.cwd() / "a:b")
    with pytest.raises(DataError, match="REMOTE: it has a colon, like an address"):
        as_address("a:b")
