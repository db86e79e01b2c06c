"""A person's exports from Spotify and Last.fm, in the shapes that these hand out."""

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2023, 11, 4, 22, 0, tzinfo=UTC)


def uri(number: int) -> str:
    return f"spotify:track:{number:022d}"


def extended(
    number: int | None, minute: float, seconds: float = 180, **more: Any
) -> dict[str, Any]:
    """A play of the extended history that ended `minute` minutes after START; no song without a
    number.
    """
    song = number is not None
    return {
        "ts": (START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platform": "android",
        "ms_played": int(1000 * seconds),
        "conn_country": "XX",
        "ip_addr": "192.0.2.1",
        "master_metadata_track_name": f"Song {number}" if song else None,
        "master_metadata_album_artist_name": f"Artist {number}" if song else None,
        "master_metadata_album_album_name": "Album" if song else None,
        "spotify_track_uri": uri(number) if number is not None else None,
        "episode_name": None,
        "episode_show_name": None,
        "spotify_episode_uri": None,
        "reason_start": "trackdone",
        "incognito_mode": False,
        **more,
    }


def of_year(number: int, minute: float, seconds: float = 180) -> dict[str, Any]:
    """A play of the last year's history, which has no id."""
    return {
        "endTime": (START + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M"),
        "artistName": f"Artist {number}",
        "trackName": f"Song {number}",
        "msPlayed": int(1000 * seconds),
    }


def item(number: int) -> dict[str, Any]:
    """A song in a playlist."""
    song = {
        "trackName": f"Song {number}",
        "artistName": f"Artist {number}",
        "trackUri": uri(number),
    }
    return {
        "track": song,
        "episode": None,
        "audiobook": None,
        "localTrack": None,
        "addedDate": "2024-01-01",
    }
