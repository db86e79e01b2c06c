"""two_tower_check: validate pipelines/two_tower/params.yaml as a whole, before any work."""

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import SectionClass, check_sections
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.listening.history.params import DataParams, HistoryParams
from playlist2vec.listening.ordering.params import OrderParams
from playlist2vec.listening.scoring.params import ListenScoring
from playlist2vec.models.two_tower.params import OF_VARIANT
from stages import run

SECTIONS: tuple[type[SectionClass], ...] = (
    DataParams,
    ListensParams,
    HistoryParams,
    *OF_VARIANT.values(),
    OrderParams,
    ListenScoring,
)


def main(params: str, passed: str) -> str:
    """Validate the parameters, and write the file `passed`."""
    check_sections(params, "two_tower", SECTIONS)
    write_text(passed, "passed\n")
    return f"{params}: {len(SECTIONS)} sections"


if __name__ == "__main__":
    run("two_tower.check", main, "PARAMS", "PASSED")
