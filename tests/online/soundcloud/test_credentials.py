"""Where credentials come from, and what is said where they are missing."""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.soundcloud.credentials import Credentials, read_credentials

MAIL = "someone@example.org"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        f"# mine\nSC_CLIENT_ID=from-file\nexport SC_OAUTH_TOKEN='from-file'\nSC_CONTACT={MAIL}\n"
        "nonsense\n",
        "utf-8",
    )
    assert read_credentials({}, file) == Credentials(MAIL, "from-file", "from-file")
    environment = {"SC_CLIENT_ID": "from-environment", "SC_CONTACT": "https://example.org/me"}
    assert read_credentials(environment, file) == Credentials(
        "https://example.org/me", "from-environment", "from-file"
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {},
            "SC_CLIENT_ID and SC_OAUTH_TOKEN are missing: expected one of them in the environment "
            "or in ",
        ),
        (
            {"SC_CLIENT_ID": "a b c d"},
            "SC_CLIENT_ID = ...: expected 4 to 300 letters, digits and signs without blanks",
        ),
        ({"SC_OAUTH_TOKEN": "héllo"}, "SC_OAUTH_TOKEN = ...: expected 4 to 300 letters"),
        ({"SC_CLIENT_ID": "abcdef"}, "SC_CONTACT = '': expected your e-mail address or web page"),
        (
            {"SC_CLIENT_ID": "abcdef", "SC_CONTACT": "me\r\nX: y"},
            "SC_CONTACT = 'me\\r\\nX: y': expected your e-mail",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_a_line_without_the_value(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read_credentials(environment, tmp_path / ".env")
    assert str(caught.value).startswith(said)


def test_a_file_that_is_no_text_is_a_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SC_CLIENT_ID=\xff\xfe")
    with pytest.raises(DataError, match=r"\.env: not UTF-8: expected lines NAME=VALUE"):
        read_credentials({}, tmp_path / ".env")


def test_credentials_are_hidden_as_they_are_and_as_addresses_have_them() -> None:
    secret = Credentials(MAIL, "a+b/c", "tok:en=")
    assert secret.without("a+b/c a%2Bb%2Fc tok:en= tok%3Aen%3D") == "*** *** *** ***"
