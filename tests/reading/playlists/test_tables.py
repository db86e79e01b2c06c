"""Tables that services, players and spreadsheets export; the shapes are theirs, the songs are
invented.
"""

from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read

URI = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
TIDE = [("Ann Ro", "Tide")]
# ruff: noqa: E501, RUF001  (headers as services write them)
EXPORTIFY = {
    "en": "Track URI|Track Name|Artist URI(s)|Artist Name(s)|Album URI|Album Name|Album Artist URI(s)|Album Artist Name(s)",
    "ar": "رابط الأغنية (URI)|اسم الأغنية|روابط الفنانين (URI)|أسماء الفنانين|رابط الألبوم (URI)|اسم الألبوم|x|y",
    "de": "Track-URI|Track-Name|Künstler-URI(s)|Künstlername(n)|Album-URI|Album-Name|Album-Künstler-URI(s)|y",
    "el": "URI κομματιού|Όνομα κομματιού|URI καλλιτέχνη/ων|Όνομα/τα καλλιτέχνη|URI άλμπουμ|Όνομα άλμπουμ|x|y",
    "es": "URI de la canción|Nombre de la canción|URI(s) del artista|Nombre(s) del artista|URI del álbum|Nombre del álbum|x|y",
    "fr": "URI du titre|Nom du titre|URI(s) de l'artiste|Nom(s) de l'artiste|URI de l'album|Nom de l'album|x|y",
    "it": "URI della traccia|Nome della traccia|URI dell'artista|Nome dell'artista|URI dell'album|Nome dell'album|x|y",
    "ja": "トラックURI|トラック名|アーティストURI|アーティスト名|アルバムURI|アルバム名|アルバムアーティストURI|y",
    "nl": "Nummer URI|Nummernaam|Artiest-URI|Naam van artiest|Album-URI|Naam van album|x|Naam van artiest op het album",
    "pt": "URI da faixa|Nome da faixa|URI(s) do artista|Nome(s) do artista|URI do álbum|Nome do álbum|x|y",
    "sv": "Låtens URI|Låtens namn|Artistens URI|Artistens namn|Albumets URI|Albumets namn|x|y",
    "tr": "Parça URI|Parça Adı|Sanatçı URI|Sanatçı Adı|Albüm URI|Albüm Adı|x|y",
    "unknown": "a|b|c|d|e|f|g|h",
}
EXPORTIFY_ROW = f'"{URI}","Tide","spotify:artist:x","Ann Ro","spotify:album:y","Shore","spotify:artist:x","Various"\n'


@pytest.mark.parametrize("language", EXPORTIFY)
def test_exportify_in_every_language(tmp_path: Path, language: str) -> None:
    header = ",".join(f'"{name}"' for name in EXPORTIFY[language].split("|"))
    songs, notes = read(tmp_path, "a.csv", f"\ufeff{header}\n{EXPORTIFY_ROW}")
    assert names(songs) == TIDE
    assert URI in songs[0].ids[:2]
    assert all(note.startswith("columns: ") for note in notes)
    assert language == "en" or notes or language == "de"
    assert songs[0].album == ("Shore" if language != "unknown" else "")


@pytest.mark.parametrize(
    "text",
    [
        # Exportify of old, TuneMyMusic, Soundiiz, Excel, ghan's Last.fm, YouTube Music,
        # ListenBrainz
        f'Spotify ID,Artist IDs,Track Name,Artist Name(s)\n{URI[14:]},"x","Tide","Ann Ro"\n',
        f"Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\nTide,Ann Ro,,L,Playlist,X1,{URI[14:]}\n",
        "title;artist;album;isrc\nTide;Ann Ro;Shore;XX1\n",
        '"title","artist","album","isrc","addedDate","addedBy","url"\n"Tide","Ann Ro","","","","",""\n',
        "sep=;\r\nartist;title\r\nAnn Ro;Tide\r\n",
        "sep=|\nartist|title\nAnn Ro|Tide\n",
        '"sep=\t"\nartist\ttitle\nAnn Ro\tTide\n',
        '\ufeff"uts","utc_time","artist","artist_mbid","album","album_mbid","track","track_mbid"\n'
        '"1270468794","05 Apr 2010, 11:59","Ann Ro","","Shore","","Tide",""\n',
        "Artist,Album,Track,Date\nAnn Ro,Shore,Tide,01 Jan 2024 10:00\n",
        'Ann Ro,Shore,Tide,"01 Jan 2024 10:00"\n',
        "Ann Ro;Shore;Tide;1704103200\n",
        "Song URL,Song Title,Album Title,Artist Name 1\nhttps://music.youtube.com/watch?v=x,Tide,Shore,Ann Ro\n",
        "listened_at,artist_name,track_name,release_name\n1,Ann Ro,Tide,Shore\n",
        "# made by a tool\n# on a day\n\nartist,title\nAnn Ro,Tide\n",
        "My playlist\n\nNr,Title,Artist\n1,Tide,Ann Ro\n",
        "Titel;Interpret\nTide;Ann Ro\n",
        "Track Name,Last Played Date,Is User Initiated\nAnn Ro - Tide,1704103200000,true\n",
        f"{URI},Tide,Ann Ro\n",
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_each_service_s_table(tmp_path: Path, text: str, ending: str) -> None:
    songs, _ = read(tmp_path, "a.csv", text.replace("\r\n", "\n").replace("\n", ending))
    assert names(songs) == TIDE


def test_ids_stand_in_several_columns(tmp_path: Path) -> None:
    songs, notes = read(
        tmp_path, "a.csv", f"isrc,title,Track URI,location\nXX1,Tide,{URI},file:///m/a%20b.mp3\n"
    )
    assert songs[0].ids[0] == URI
    assert {"XX1", "/m/a b.mp3"} <= set(songs[0].ids)
    assert notes == []


@pytest.mark.parametrize(
    ("text", "ids", "title"),
    [
        ("track,artist,title\nx1,A,B\n", ("x1",), "B"),
        ("playlist,track\nOne,x1\n", ("x1",), "x1"),
        ("artist,track\nA,x1\n", ("x1",), "x1"),
        ("artist,track,uri\nA,B,x1\n", ("x1", "B"), "B"),
    ],
)
def test_a_column_track_is_an_id_or_a_title(
    tmp_path: Path, text: str, ids: tuple[str, ...], title: str
) -> None:
    songs, notes = read(tmp_path, "a.csv", text)
    assert (songs[0].ids, songs[0].title) == (ids, title)
    assert len(notes) == 1
    assert notes[0].startswith("columns: ")


def test_several_playlists_in_one_table(tmp_path: Path) -> None:
    text = "Track name,Artist name,Playlist name\nTide,Ann Ro,One\nFog,Cy,Two\nDew,Cy,Two\n"
    songs, notes = read(tmp_path, "a.csv", text)
    assert [song.playlist for song in songs] == ["One", "Two", "Two"]
    assert notes == [
        "it has several playlists, and all are read: 'One', 'Two'; --playlist NAME reads one"
    ]
    assert len(read(tmp_path, "a.csv", text, "two")[0]) == 2


def test_bad_rows_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    text = "title,artist\nTide,Ann Ro\nFog\n,\n,Cy\nDew,Eva,x\n"
    songs, notes = read(tmp_path, "a.csv", text)
    assert names(songs) == TIDE
    assert notes == [
        "2 rows of another width than the header: left out (line 3, line 6)",
        "1 empty rows: left out (line 4)",
        "1 entries without an id and a title: left out (line 5)",
    ]


def test_text_with_a_comma_is_no_table(tmp_path: Path) -> None:
    songs, _ = read(tmp_path, "a.txt", "Songs, by name\nAnn Ro - Tide, Fog\n")
    assert names(songs)[-1:] == [("Ann Ro", "Tide, Fog")]
    songs, _ = read(tmp_path, "b.txt", "artist\ttitle\nAnn Ro\tTide\n")
    assert names(songs) == TIDE


def test_a_table_of_other_things_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"a\.csv: no header with a column for the id .* its first line is 'a,b'"
    ):
        read(tmp_path, "a.csv", "a,b\n1,2\n")
    with pytest.raises(DataError, match=r"a\.csv: no song is left \(1 empty rows: left out\)"):
        read(tmp_path, "a.csv", "title,artist\n,\n")
