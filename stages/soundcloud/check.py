"""soundcloud_check: validate pipelines/soundcloud/params.yaml as a whole, before any work."""

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import SectionClass, check_sections
from playlist2vec.free_music.copies.params import CopiesParams
from playlist2vec.free_music.hashing.params import HashParams
from playlist2vec.free_music.manifest.params import ManifestParams, RemovalsParams
from playlist2vec.free_music.release.params import CardParams
from playlist2vec.free_music.selection.params import SelectParams, UploaderSplitParams
from stages import run

SECTIONS: tuple[type[SectionClass], ...] = (
    ManifestParams,
    RemovalsParams,
    HashParams,
    CopiesParams,
    SelectParams,
    UploaderSplitParams,
    CardParams,
)


def main(params: str, passed: str) -> str:
    """Validate the parameters, and write the file `passed`."""
    check_sections(params, "soundcloud_set", SECTIONS)
    write_text(passed, "passed\n")
    return f"{params}: {len(SECTIONS)} sections"


if __name__ == "__main__":
    run("soundcloud.check", main, "PARAMS", "PASSED")
