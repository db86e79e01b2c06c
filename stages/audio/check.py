"""audio_check: validate pipelines/audio/params.yaml as a whole, before any work."""

from playlist2vec.base.files import write_text
from playlist2vec.base.rules import SectionClass, check_sections
from playlist2vec.cold_songs.scoring.params import ColdScoring
from playlist2vec.cold_songs.split.params import ColdSplitParams
from playlist2vec.models.audio.params import AudioParams, VectorsParams
from playlist2vec.sound.folder.params import SoundsParams
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.tones.params import TonesParams
from stages import run

SECTIONS: tuple[type[SectionClass], ...] = (
    SoundsParams,
    TonesParams,
    MelParams,
    ColdSplitParams,
    VectorsParams,
    AudioParams,
    ColdScoring,
)


def main(params: str, passed: str) -> str:
    """Validate the parameters, and write the file `passed`."""
    check_sections(params, "audio", SECTIONS)
    write_text(passed, "passed\n")
    return f"{params}: {len(SECTIONS)} sections"


if __name__ == "__main__":
    run("audio.check", main, "PARAMS", "PASSED")
