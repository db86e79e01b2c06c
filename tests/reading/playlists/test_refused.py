"""Formats that are not read are named, and never taken for lines of text."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read


def zipped(**members: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "a PDF document"),
        ("a.txt", b"%PDF-1.7\n1 0 obj", "a PDF document"),
        ("a.itl", b"hdfm\0\0\0\x90" + bytes(range(256)) * 9, "a library of iTunes"),
        ("a.docx", zipped(word__document_xml="<w/>"), "a document of Word"),
        ("a.xlsx", zipped(xl__workbook_xml="<w/>"), r"a table of Excel \(save it as CSV\)"),
        ("a.asf", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(99), r"a Windows Media file \(ASF\)"),
        ("a.mp3", b"ID3\4\0" + bytes(99), r"a sound file \(MP3\)"),
        ("a.m3u", b"<!DOCTYPE html>\n<html><body>404</body></html>", r"a page of the web \(HTML\)"),
        ("a.txt", b"\n <html lang='en'><head></head></html>", r"a page of the web \(HTML\)"),
        ("a.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "XML that begins with <rss>"),
        ("a.fpl", bytes(range(256)) * 20, "not a text file"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(99), "a document of an old Word or Excel"),
        (
            "a.csv",
            gzip.compress(b"artist,title\na,b\n", mtime=0),
            r"compressed by gzip \(unpack it first",
        ),
        ("a.plist", b"bplist00" + bytes(99), "a binary property list"),
        ("a.rtf", b"{\\rtf1\\ansi A - B}", "a document in RTF"),
        (
            "a.aimppl4",
            "#Name:x\n#-----CONTENT-----#\nD:\\a.mp3|T|A|\n".encode("utf-16"),
            "a playlist of AIMP",
        ),
    ],
)
def test_it_is_named_in_one_line(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    with pytest.raises(
        DataError, match=rf"{name}: it is {what}.*, which is not read: expected "
    ) as caught:
        read(tmp_path, name, content)
    assert "\n" not in str(caught.value)


def test_a_zip_file_without_playlists(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"a\.zip: a zip file without a playlist file among its 2 files"
    ):
        read(tmp_path, "a.zip", zipped(a_png=b"x", b_mp3=b"y"))
    with pytest.raises(DataError, match=r"a\.zip: cannot be unpacked"):
        read(tmp_path, "a.zip", zipped(a_csv="title\nx")[:-30])
    with pytest.raises(
        DataError,
        match=r"a\.zip: no song is left \(1 files in it that are no playlists: left out\)",
    ):
        read(tmp_path, "a.zip", zipped(a_json="{"))


def test_a_zip_file_with_playlists(tmp_path: Path) -> None:
    content = zipped(
        lists__late_csv='"Track URI","Track Name","Artist Name(s)"\n'
        '"spotify:track:x","Tide","Ann"\n',
        lists__early_m3u8="#EXTM3U\n#EXTINF:1,Cy - Fog\nx.mp3\n#EXTINF:1,Åsa - Dew\ny.mp3\n".encode(
            "cp1252"
        ),
        Userdata_json='{"country": "SE"}',
        Read_pdf="%PDF",
    )
    songs, notes = read(tmp_path, "a.zip", content)
    assert names(songs) == [("Ann", "Tide"), ("Cy", "Fog"), ("Åsa", "Dew")]
    assert [song.place for song in songs][:2] == [
        "lists/late.csv, line 2",
        "lists/early.m3u8, line 3",
    ]
    assert [song.playlist for song in songs] == ["late", "early", "early"]
    assert notes == [
        "lists/early.m3u8: it is not UTF-8, and is read as Windows-1252",
        "it has several playlists, and all are read: 'late', 'early'; --playlist NAME reads one",
        "1 files of other kinds in it: passed over",
        "1 files in it that are no playlists: left out (Userdata.json: no songs: expected a list "
        "of songs, or an object with `tracks`, `items`, `playlists` or `listens`, or JSPF)",
    ]
    assert names(read(tmp_path, "a.zip", content, "late")[0]) == [("Ann", "Tide")]
