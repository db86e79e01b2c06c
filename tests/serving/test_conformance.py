"""What schemathesis draws from the API's own OpenAPI, in this process."""

from functools import partial

import pytest

from playlist2vec.serving.asking import answered
from playlist2vec.serving.guard import Hosts
from tests.conftest import needed_package
from tests.serving.small import PORT, two_models

pytestmark = [pytest.mark.extra, pytest.mark.thorough]
needed_package("fastapi")
needed_package("python_multipart")
needed_package("schemathesis")

import schemathesis  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from playlist2vec.serving.app import application  # noqa: E402

FORM = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

APP = application(partial(answered, two_models()), Hosts(PORT, frozenset({"testserver"})))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


# A decorator without types, as mypy sees it.
@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
def test_the_api_does_what_it_says(case: schemathesis.Case) -> None:
    case.call_and_validate()


def known(text: object) -> object:
    """A song of the model in place of a text that can be one."""
    return f"Title {len(text) % 12}" if isinstance(text, str) and text else text


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
def test_answers_about_known_songs_have_the_form_that_it_says(case: schemathesis.Case) -> None:
    for place in (case.body, case.query):
        for name in ("song", "start", "end") if isinstance(place, dict) else ():
            if name in place:
                place[name] = known(place[name])
        if isinstance(place, dict) and isinstance(place.get("songs"), list):
            place["songs"] = [known(each) for each in place["songs"]]
        if isinstance(place, dict) and place.get("model"):
            place["model"] = "vectors"
    case.call_and_validate(checks=FORM)
