"""HTML from the templates of the rooms, by Jinja2."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(name: str, /, **values: object) -> Markup:
    """Return the HTML of a template; values are escaped, except Markup.

    `name`: path below the folder of the package, as in charts/templates/table.html.
    """
    return markup(environment().get_template(name).render(values))


def markup(text: str) -> Markup:
    """Mark HTML, a style or a script of the project's own making, which is not to be escaped."""
    return Markup(text)  # noqa: S704


def script_json(content: Mapping[str, object]) -> Markup:
    """Return JSON for the data element of a page, without a `<` that could end the element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return markup(text.replace("<", "\\u003c"))


@cache
def environment() -> "Environment":
    """Return the environment of all templates."""
    # Imported here, as only the making of a page is to pay for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("playlist2vec", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    found.filters["thousands"] = "{:,}".format
    return found
