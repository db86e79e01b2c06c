"""Names of columns in files of services, players and spreadsheets, in several languages."""
# ruff: noqa: RUF001  (words of other alphabets)

IDS = (
    *("track uri", "uri", "spotify uri", "spotify track uri", "spotify id", "spotify track id"),
    *("spotify url", "spotify link", "song url", "track id", "trackid", "track url", "identifier"),
    *("deezer id", "deezer url", "deezer link", "recording mbid", "recording id", "musicbrainz id"),
    *("track mbid", "mbid", "id", "url", "link", "isrc", "location"),
)
"""Names of columns for ids, the most reliable first; `by_names` decides if `track` is added."""
TITLES = (
    *("title", "track name", "trackname", "song title", "song name", "track title"),
    *("master metadata track name", "name", "song"),
    *("titel", "songtitel", "titre", "nom du titre", "nom", "morceau", "chanson"),
    *(
        "título",
        "nombre de la canción",
        "canción",
        "nombre",
        "titolo",
        "nome della traccia",
        "brano",
    ),
    *(
        "nome da faixa",
        "música",
        "nome",
        "nummernaam",
        "nummer",
        "naam",
        "låtens namn",
        "låt",
        "namn",
    ),
    *("parça adı", "şarkı", "اسم الأغنية", "όνομα κομματιού", "название", "název", "tytuł"),
    *("トラック名", "名前", "曲名", "曲目名称", "歌曲名称", "曲目名稱", "歌曲名"),
)
ARTISTS = (
    *(
        "artist",
        "artist name",
        "artists",
        "artist names",
        "artistname",
        "artist name 1",
        "track artist",
        "creator",
    ),
    *("performer", "author", "master metadata album artist name"),
    *("interpret", "künstler", "künstlername", "interprète", "artiste", "nom de l'artiste"),
    *("artista", "nombre del artista", "nome dell'artista", "nome do artista"),
    *("artiest", "naam van artiest", "artistens namn", "sanatçı adı", "sanatçı"),
    *("أسماء الفنانين", "اسم الفنان", "όνομα/τα καλλιτέχνη", "καλλιτέχνης"),
    *("исполнитель", "wykonawca", "アーティスト名", "アーティスト", "艺术家", "艺人", "藝人"),
    "album artist",
)
ALBUMS = (
    *("album", "album name", "album title", "albumname", "nombre del álbum", "nom de l'album"),
    *("nome dell'album", "naam van album", "nome do álbum", "albumets namn", "álbum", "albüm adı"),
    *("اسم الألبوم", "όνομα άλμπουμ", "アルバム名", "アルバム"),
)
PLAYLISTS = ("playlist name", "playlist", "playlistname", "playlist title")
OTHERS = (
    *("track", "date", "uts", "utc time", "artist mbid", "album mbid", "added at", "duration"),
    *("type", "genre", "time", "plays", "composer"),
)
"""Further column names by which a header is recognised."""
ARTIST_STEMS = (
    *("artist", "artiest", "künstler", "interpr", "sanatç", "καλλιτέχν", "فنان"),
    *("アーティスト", "艺", "藝", "исполн", "wykon"),
)
ALBUM_STEMS = ("album", "álbum", "albüm", "άλμπουμ", "ألبوم", "アルバム", "专辑", "專輯", "альбом")
