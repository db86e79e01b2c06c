"""check: validate all parameters before any work; write a constant file for all later stages."""

from playlist2vec.base.files import whole_file
from playlist2vec.params import check_all
from playlist2vec.sources.descriptions import dataset_names
from stages import run


def main(params: str, sources: str, passed: str) -> str:
    """Check `params` against the data sets below `sources`; write the constant `passed`."""
    check_all(params, dataset_names(sources))
    with whole_file(passed) as unfinished:
        unfinished.write_text("passed\n", encoding="utf-8")
    return f"{params} is valid"


if __name__ == "__main__":
    run("check", main, "PARAMS", "SOURCES_FOLDER", "PASSED_FILE")
