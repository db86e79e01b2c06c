"""The page of a run as served over HTTP, allowed to ask only this server."""

import json
import re

from playlist2vec.base.errors import DataError
from playlist2vec.charts.rendering import rendered, script_json

API = "/api"
_DATA = re.compile(r'(<script type="application/json" id="data">)(.*?)(</script>)', re.DOTALL)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(")')
_CONNECT = re.compile(r"(?:^|(?<=;))\s*connect-src\s+([^;]*)")


def fetching(page: str) -> str:
    """Return the page of a run, changed so that it may ask its server.

    The key `api` of the page data is set to the path of the API, and the policy also allows
    connections to the origin of the page. Raises DataError for a page without data or without a
    policy.
    """
    data, policy = _DATA.search(page), _POLICY.search(page)
    if not data or not policy:
        what = "policy" if data else 'data, <script type="application/json" id="data">'
        raise DataError(
            f"the page has no {what}: expected the page of a run, data/report/report.html"
        )
    try:
        content = json.loads(data[2])
    except ValueError as error:
        raise DataError(f"the page's data: {error}: expected JSON") from None
    if not isinstance(content, dict):
        raise DataError(f"the page's data: {type(content).__name__}: expected a JSON object")
    page = f"{page[: data.start(2)]}{script_json(content | {'api': API})}{page[data.end(2) :]}"
    return _POLICY.sub(
        lambda found: f"{found[1]}{_with_own_origin(found[2])}{found[3]}", page, count=1
    )


def plain_page(paths: dict[str, dict[str, dict[str, str]]], *, has_page: bool) -> str:
    """Return a page that lists the routes. `paths`: from the OpenAPI document."""
    routes = [
        (f"{method.upper()} {path}", each.get("summary", ""))
        for path, methods in paths.items()
        for method, each in methods.items()
    ]
    return rendered("serving/templates/routes.html", routes=routes, has_page=has_page)


def _with_own_origin(policy: str) -> str:
    """Return a policy that also allows connections to the origin of the page."""
    found = _CONNECT.search(policy)
    if not found:
        return f"{policy.rstrip('; ')}; connect-src 'self'"
    allowed = [each for each in found[1].split() if each != "'none'"]
    whole = " ".join(allowed if "'self'" in allowed else [*allowed, "'self'"])
    return f"{policy[: found.start(1)]}{whole}{policy[found.end(1) :]}"
