"""Calls of SoundCloud's API: ten kinds of GET requests."""

from typing import NamedTuple
from urllib.parse import urlencode

RESOLVE, SEARCH = "resolve", "search"
TRACK, TRACKS = "track", "tracks"
PLAYLIST, PLAYLISTS, LIKERS = "playlist", "playlists", "likers"
LIKES, UPLOADS, LISTS = "likes", "uploads", "lists"
KINDS = (RESOLVE, SEARCH, TRACK, TRACKS, PLAYLIST, PLAYLISTS, LIKERS, LIKES, UPLOADS, LISTS)
"""Kinds of calls, for an address, a search, tracks, playlists and users.

These are: resolve an address; search by words; a track; several tracks; a playlist; the playlists
and the likers of a track; the likes, the tracks and the playlists of a user.
"""
MOST_IDS = 50
"""Maximum tracks of a call."""
PAGE = 200
"""Entries requested for a page; fewer may come."""
_PATHS = {
    PLAYLISTS: "/tracks/{}/playlists_without_albums",
    LIKERS: "/tracks/{}/likers",
    LIKES: "/users/{}/likes",
    UPLOADS: "/users/{}/tracks",
    LISTS: "/users/{}/playlists",
}


class Call(NamedTuple):
    """A request; `subject`: the text of an address or a search, else ids joined by commas.

    `page`: path and query of a later page, without credentials, from the previous answer; empty for
    the first page.
    """

    kind: str
    subject: str
    page: str = ""

    @property
    def path(self) -> str:
        """Return the path and the query, without credentials."""
        if self.page:
            return self.page
        if self.kind == TRACK:
            return f"/tracks/{self.subject}"
        if self.kind == PLAYLIST:
            return f"/playlists/{self.subject}"
        if self.kind == TRACKS:
            return f"/tracks?{urlencode({'ids': self.subject})}"
        if self.kind == RESOLVE:
            return f"/resolve?{urlencode({'url': self.subject})}"
        paging = {"limit": PAGE, "linked_partitioning": 1}
        if self.kind == SEARCH:
            return f"/search?{urlencode({'q': self.subject, **paging})}"
        return f"{_PATHS[self.kind].format(self.subject)}?{urlencode(paging)}"


def tracks_call(ids: list[int]) -> Call:
    """Return the call for tracks by their ids, 1 to MOST_IDS."""
    return Call(TRACKS, ",".join(str(each) for each in ids))
