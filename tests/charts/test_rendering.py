"""Templates: what is escaped, what is not, and that nothing that is missing is left out."""

import subprocess
import sys

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from playlist2vec.charts.rendering import environment, markup, rendered
from playlist2vec.charts.svg import Bar, bars

TABLE = (
    "{% from 'charts/templates/table.html' import table %}"
    "{{ table(header, rows, caption, sortable) }}"
)
HOSTILE = '<b title="x">\'&'
ESCAPED = "&lt;b title=&#34;x&#34;&gt;&#39;&amp;"


def table(*rows: list[str], caption: str = "", sortable: bool = False) -> str:
    values = {"header": ["a"], "rows": rows, "caption": caption, "sortable": sortable}
    return environment().from_string(TABLE).render(values)


def test_text_is_escaped_and_a_chart_is_not() -> None:
    chart = bars(HOSTILE, [Bar(HOSTILE, 0.5, 0.5, 0.5)])
    page = rendered(
        "free_music/card/templates/genres.html",
        title=HOSTILE,
        total=1_000,
        chart=chart,
        rows=[(HOSTILE, "1")],
    )
    assert isinstance(page, Markup)
    assert "<b " not in page
    assert chart in page
    assert page.count(f">{ESCAPED}</") == 3
    assert "<p>1,000 tracks in 1 genres.</p>" in page


def test_a_table_has_headers_and_a_caption_where_there_is_one() -> None:
    plain = table(["x", HOSTILE])
    assert "<table><thead>" in plain.replace("\n", "")
    assert f'<tr><th scope="row">x</th><td>{ESCAPED}</td></tr>' in plain
    assert "<caption>" not in plain
    assert '<table class="sortable"><caption>&lt;</caption>' in table(caption="<", sortable=True)


def test_what_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'has_page' is undefined"):
        rendered("serving/templates/routes.html", routes=[])


def test_markup_within_text_stays_markup() -> None:
    template = environment().from_string("{{ one }}{{ other }}")
    assert template.render(one=markup("<i>"), other="<i>") == "<i>&lt;i&gt;"


def test_modules_of_pages_do_not_load_jinja_before_a_page_is_made() -> None:
    modules = "report.about, report.scores, report.runs, serving.page, listening.page.page"
    imports = "; ".join(f"import playlist2vec.{each}" for each in modules.split(", "))
    code = f"import sys; {imports}; sys.exit('jinja2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
