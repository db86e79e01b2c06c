"""Published files of playlists: deezer, 30music, ecommerce, kosarak."""
