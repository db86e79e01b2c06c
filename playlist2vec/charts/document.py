"""HTML pages without scripts and without requests to any server."""

from html import escape
from pathlib import Path

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; media-src 'self' file: data:; img-src data:"
)
STYLE = Path(__file__).with_name("page.css")


def document(title: str, body: str) -> str:
    """Return an HTML page; `body`: the HTML after the heading."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
