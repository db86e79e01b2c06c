"""Players: stand-ins that are real programs on PATH, and the real ones where they are installed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.recommend import player
from playlist2vec.recommend.player import NoPlayerError, audio, find_player, play
from tests.builders.deezer_server import deezer_server
from tests.conftest import heed_ctrl_c, needed

ADDRESS = "https://example.org/7.mp3?exp=5"


def stand_in(folder: Path, name: str, script: str) -> None:
    """A program of that name that notes its arguments, a line each, in the file `said` beside it,
    and does `script`.
    """
    (folder / name).write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/said\n{script}\n', encoding="utf-8"
    )
    (folder / name).chmod(0o755)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_mpv_comes_before_ffplay(folder: Path) -> None:
    stand_in(folder, "ffplay", "")
    assert find_player().name == "ffplay"
    stand_in(folder, "mpv", "")
    assert find_player().name == "mpv"


def test_no_player_is_one_line(folder: Path) -> None:
    (folder / "mpv").write_text("not a program", encoding="utf-8")
    with pytest.raises(NoPlayerError) as caught:
        play(ADDRESS)
    assert str(caught.value) == "no player found: expected mpv or ffplay on PATH to hear the songs"


@pytest.mark.parametrize(
    ("name", "seconds", "end"),
    [
        ("mpv", None, ["--loop-playlist=no", "--", ADDRESS]),
        ("mpv", 1.5, ["--loop-playlist=no", "--length=1.5", "--", ADDRESS]),
        ("ffplay", None, ["error", "-i", ADDRESS]),
        ("ffplay", 1.5, ["error", "-t", "1.5", "-i", ADDRESS]),
    ],
)
def test_an_address_is_played_to_its_end(
    folder: Path, name: str, seconds: float | None, end: list[str]
) -> None:
    stand_in(folder, name, "exit 0")
    assert play(ADDRESS, seconds)
    assert (folder / "said").read_text("utf-8").splitlines()[-len(end) :] == end


@pytest.mark.thorough
def test_mpv_hands_no_address_to_a_downloader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --no-ytdl mpv asks yt-dlp about what it cannot play, and yt-dlp goes wherever that
    page points.
    """
    called = tmp_path / "called"
    for name in ("yt-dlp", "yt-dlp_x86", "youtube-dl"):
        stand_in(tmp_path, name, f"echo {name} >> {called}; exit 1")
    (tmp_path / "mpv").symlink_to(needed("mpv"))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MPV_HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "mpv.conf").write_text("ao=null\n", encoding="utf-8")
    with deezer_server() as server:
        page = f"{server.address}/track/7"
        unguarded = [str(tmp_path / "mpv"), "--no-video", "--idle=no", page]
        subprocess.run(unguarded, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert called.is_file()
        called.unlink()
        with pytest.raises(DataError, match="cannot play it"):
            play(page)
    assert not called.exists()


@pytest.mark.parametrize("name", ["mpv", "ffplay"])
def test_a_player_shows_no_window_takes_no_keys_and_asks_no_downloader(
    folder: Path, name: str
) -> None:
    stand_in(folder, name, "exit 0")
    play(ADDRESS)
    said = set((folder / "said").read_text("utf-8").splitlines())
    assert (
        said
        >= {
            "mpv": {
                "--no-video",
                "--force-window=no",
                "--input-terminal=no",
                "--no-ytdl",
                "--idle=no",
                "--keep-open=no",
            },
            "ffplay": {"-nodisp", "-autoexit"},
        }[name]
    )


@pytest.mark.parametrize(
    ("name", "script", "text"),
    [
        (
            "mpv",
            "echo '[ao] hm'; echo 'Failed to open it.' >&2; exit 2",
            "mpv cannot play it (Failed to open it.)",
        ),
        ("mpv", "exit 2", "mpv cannot play it (exit code 2)"),
        (
            "ffplay",
            f"echo '{ADDRESS}: Gone' >&2; echo more; exit 0",
            "ffplay cannot play it (the address: Gone)",
        ),
    ],
)
def test_what_cannot_be_played_is_named(folder: Path, name: str, script: str, text: str) -> None:
    stand_in(folder, name, script)
    with pytest.raises(DataError) as caught:
        play(ADDRESS)
    assert str(caught.value) == f"{ADDRESS}: {text}"


def test_a_player_that_does_not_end_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(folder, "mpv", f"trap '' TERM\necho $$ > {folder}/pid\nexec /bin/sleep 600")
    monkeypatch.setattr(player, "PATIENCE", 0.8)
    monkeypatch.setattr(player, "_STOP", 0.3)
    with pytest.raises(DataError) as caught:
        play(ADDRESS, 0.2)
    assert str(caught.value) == f"{ADDRESS}: mpv played for 1 s: expected an end before"
    assert not runs(int((folder / "pid").read_text("utf-8")))


def test_ctrl_c_ends_the_song_and_not_the_program(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    stand_in(tmp_path, "mpv", f"echo $$ > {pipe}\nexec sleep 600")
    program = (
        "from playlist2vec.recommend.player import play; "
        f"print(play('{ADDRESS}')); print('and the next'); print(play('{ADDRESS}'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    ) as running:
        players = []
        for _ in range(2):
            players.append(int(pipe.read_text("utf-8")))  # waits until the player has begun
            running.send_signal(signal.SIGINT)
        assert running.communicate()[0] == "False\nand the next\nFalse\n"
    assert running.returncode == 0
    assert not any(runs(player) for player in players)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["mpv", "ffplay"])
def test_the_real_players(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).symlink_to(needed(name))
    (tmp_path / "mpv.conf").write_text(
        "ao=null\nloop-file=inf\nidle=yes\nkeep-open=always\n", encoding="utf-8"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MPV_HOME", str(tmp_path))
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as server:
        assert play(f"{server.address}/preview/7.wav?exp=1")
        assert play(f"{server.address}/preview/7.wav?exp=1", 0.05)
        with pytest.raises(DataError, match="cannot play it"):
            play(f"{server.address}/track/7")


def test_a_notebook_shows_a_player_that_fetches_the_address_itself() -> None:
    pytest.importorskip("IPython")
    shown = audio(ADDRESS, autoplay=True)
    html: str = shown._repr_html_()  # type: ignore[attr-defined]
    assert f'src="{ADDRESS}"' in html
    assert "autoplay" in html


def test_without_ipython_the_address_is_shown() -> None:
    program = (
        "import sys; sys.modules['IPython'] = None; "
        f"from playlist2vec.recommend.player import audio; print(audio('{ADDRESS}'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{ADDRESS}\n"
