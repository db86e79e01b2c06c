"""Assembly of the report as an HTML file that needs no server."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from playlist2vec.charts.rendering import environment, markup, script_json

SCRIPTS = (
    *("data", "counting", "rule", "reasons", "search", "reading", "writing"),
    *("map", "pointing", "playlist", "next", "radio", "views", "start"),
)
"""Scripts of the page in page/js, in execution order."""


def page(parts: Mapping[str, str], data: Mapping[str, object], folder: str | Path) -> str:
    """Return the HTML file: page.html of `folder` filled with style, scripts, `parts` and `data`.

    `parts`: text, which is escaped, or Markup. `data` becomes JSON. `data` is never parsed as
    markup: its JSON contains no `<`, and the script inserts it as text. The policy in the file
    allows only these scripts, and Deezer's answers in a frame without access to the page.
    """
    read = {
        name: (Path(folder) / name).read_text("utf-8")
        for name in ("page.html", "page.css", "frame.js")
    }
    script = "".join((Path(folder) / "js" / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    inside = {"css": read["page.css"], "js": script, "frame": read["frame.js"]}
    hashes = {
        name: base64.b64encode(sha256(text.encode()).digest()).decode()
        for name, text in inside.items()
    }
    template = environment().from_string(read["page.html"])
    ready = {name: markup(text) for name, text in inside.items()}
    written = script_json({"api": "", **data})
    return template.render({**parts, **ready, "data": written}, hashes=hashes)
