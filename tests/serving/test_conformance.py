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

from playlist2vec.serving.app import application  # noqa: E402

APP = application(partial(answered, two_models()), Hosts(PORT, frozenset({"testserver"})))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@SCHEMA.parametrize()
def test_the_api_does_what_it_says(case: schemathesis.Case) -> None:
    case.call_and_validate()
