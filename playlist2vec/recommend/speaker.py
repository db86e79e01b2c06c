"""Playback of a radio: previews from Deezer, through a player program on this machine."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row
from playlist2vec.online.deezer.client import CACHE, Deezer, UnreachableError
from playlist2vec.recommend.player import NoPlayerError, find_player, play
from playlist2vec.recommend.recommender import Recommender


class Speaker:
    """A player of songs that reports problems through `say`, problems of all songs only once."""

    def __init__(
        self, recommender: Recommender, address: str, say: Callable[[str], object]
    ) -> None:
        self._recommender = recommender
        self._say = say
        self._deezer = Deezer(
            address, CACHE if Path(CACHE).parent.is_dir() else None, attempts=2, timeout=5.0
        )
        self._on = True
        try:
            self._player = find_player()
        except NoPlayerError as error:
            self._off(error)

    def play(self, row: Row) -> bool:
        """Play a song's own file, or else the preview, to the end; return False if Ctrl-C skipped.

        Return True at once if the song cannot be played.
        """
        catalogue = self._recommender.catalogue
        if not self._on:
            return True
        own = catalogue.files[row] if catalogue.files else ""
        if own and Path(own).is_file():
            return self._heard(own)
        track = catalogue.ids[row] if self._recommender.deezer_ids else ""
        try:
            song = self._deezer.find(track, catalogue.artist_names[row], catalogue.titles[row])
            address = self._deezer.preview(song.id) if song else ""
        except UnreachableError as error:
            self._off(error)
            return True
        except DataError as error:
            self._say(f"      {error}: passed over")
            return True
        if not address:
            self._say("      no preview" if song else "      not at Deezer")
            return True
        try:
            # A player that opens the address itself may be led to any host.
            with TemporaryDirectory() as folder:
                file = Path(folder) / "preview"
                file.write_bytes(self._deezer.fetch(address))
                return self._heard(str(file))
        except (DataError, OSError) as error:
            self._say(f"      {error}")
            return True

    def _heard(self, file: str) -> bool:
        try:
            return play(file, player=self._player)
        except (DataError, OSError) as error:
            self._say(f"      {error}")
            return True

    def _off(self, error: DataError) -> None:
        self._on = False
        self._say(f"      {error}: going on without sound")
