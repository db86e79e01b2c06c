"""The endpoints of the invented SoundCloud: a path and a query in, a status and JSON out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.builders.soundcloud.bodies import Body, like, playlist, resolved, track, user
from tests.builders.soundcloud.catalogue import Catalogue

MOST_IDS, LARGEST_PAGE = 50, 200
Query = dict[str, str]
Given = tuple[int, Any]


def answer(catalogue: Catalogue, address: str, path: str, query: Query, *, ragged: bool) -> Given:
    """The answer to a request that may be made. `ragged`: pages are shorter than asked for, and
    some are empty.
    """
    parts = path.strip("/").split("/")
    if parts == ["resolve"]:
        found = resolved(catalogue, query.get("url", ""))
        return (200, found) if found else (404, {})
    if parts == ["tracks"]:
        return _tracks(catalogue, query, address)
    if len(parts) == 2 and parts[0] == "tracks":
        song = catalogue.there(int(parts[1]))
        return (200, track(song, address)) if song else (404, {})
    entries = _collection(catalogue, parts, query)
    if entries is None:
        return 404, {}
    return 200, _page(entries, f"{address}{path}", query, ragged=ragged)


def _tracks(catalogue: Catalogue, query: Query, address: str) -> Given:
    """Songs by id: unknown ids are missing, and the order is another one."""
    ids = [int(each) for each in query.get("ids", "").split(",") if each]
    if not 1 <= len(ids) <= MOST_IDS:
        return 400, {"errors": [{"error_message": "too many ids"}]}
    found = [catalogue.there(each) for each in sorted(ids, key=lambda number: number % 101)]
    return 200, [track(song, address) for song in found if song]


def _collection(
    catalogue: Catalogue, parts: list[str], query: Query
) -> list[Callable[[], Body]] | None:
    """The entries of a list, made when they are asked for; None if there is no such list."""
    songs, playlists = catalogue.songs, catalogue.playlists

    def tracks(ids: list[int]) -> list[Callable[[], Body]]:
        return [lambda each=each: track(songs[each]) for each in ids]  # type: ignore[misc]

    def lists(ids: list[int]) -> list[Callable[[], Body]]:
        return [lambda each=each: playlist(catalogue, playlists[each]) for each in ids]  # type: ignore[misc]

    match parts:
        case ["tracks", number, "playlists_without_albums"] if int(number) in songs:
            return lists(
                [
                    each
                    for each in catalogue.playlists_of_song[int(number)]
                    if not playlists[each].album
                ]
            )
        case ["tracks", number, "likers"] if int(number) in songs:
            return [lambda each=each: user(each) for each in catalogue.likers_of_song[int(number)]]  # type: ignore[misc]
        case ["users", number, "likes"] if int(number) in catalogue.users:
            liked, listed = catalogue.likes.get(int(number), ((), ()))
            return [
                *(lambda each=each: like("track", track(songs[each])) for each in liked),
                *(
                    lambda each=each: like("playlist", playlist(catalogue, playlists[each]))
                    for each in listed
                ),
            ]
        case ["users", number, "tracks"] if int(number) in catalogue.users:
            return tracks(catalogue.songs_of_user[int(number)])
        case ["users", number, "playlists"] if int(number) in catalogue.users:
            return lists(catalogue.playlists_of_user[int(number)])
        case ["search"]:
            wanted = query.get("q", "").casefold()
            found = [
                song.id for song in songs.values() if wanted and wanted in song.typed.casefold()
            ]
            return [*tracks(found), *lists(catalogue.playlists_of_song[found[0]] if found else [])]
    return None


def _page(entries: list[Callable[[], Body]], address: str, query: Query, *, ragged: bool) -> Body:
    limit = min(int(query.get("limit", "10")), LARGEST_PAGE)
    offset = int(query.get("offset", "0"))
    empty = ragged and offset > 0 and "after" not in query
    size = 0 if empty else max(1, limit - 1) if ragged else limit
    there = entries[offset : offset + size]
    more: Query = {
        name: value
        for name, value in query.items()
        if name in ("limit", "linked_partitioning", "q")
    }
    more["offset"] = str(offset + size)
    if empty:
        more["after"] = "empty"
    going_on = "linked_partitioning" in query and offset + size < len(entries)
    return {
        "collection": [entry() for entry in there],
        "next_href": f"{address}?{urlencode(more)}" if going_on else None,
        "query_urn": None,
    }
