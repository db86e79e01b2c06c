"""Playback of previews: by a program in a terminal, by the browser in a notebook."""

import importlib
import shutil
import signal
import subprocess
from dataclasses import dataclass

from playlist2vec.base.errors import DataError

PATIENCE = 60.0
"""Seconds, in addition to the requested duration, after which a running player is stopped."""

_STOP = 2.0
"""Seconds that a player has to stop before it is killed."""


@dataclass(frozen=True)
class Player:
    """A program that plays an address and then exits.

    `name`: the command. `options`: no window, no keys, only errors, and exit at the end, whatever
    the user's configuration says. `length`: the option that limits the duration; `{}` is replaced
    by seconds. `last`: the argument before the address.
    """

    name: str
    options: tuple[str, ...]
    length: tuple[str, ...]
    last: str


PLAYERS = (
    Player(
        "mpv",
        (
            *(
                "--no-video",
                "--force-window=no",
                "--input-terminal=no",
                "--msg-level=all=error",
                "--no-ytdl",
            ),
            *("--idle=no", "--keep-open=no", "--loop-file=no", "--loop-playlist=no"),
        ),
        ("--length={}",),
        "--",
    ),
    Player("ffplay", ("-nodisp", "-autoexit", "-loglevel", "error"), ("-t", "{}"), "-i"),
)


class NoPlayerError(DataError):
    """An error for a missing player program.

    The caller may report the error once and continue without sound.
    """


def find_player() -> Player:
    """Return the first of PLAYERS on PATH. Raises NoPlayerError if none is there."""
    for player in PLAYERS:
        if shutil.which(player.name):
            return player
    names = " or ".join(player.name for player in PLAYERS)
    raise NoPlayerError(f"no player found: expected {names} on PATH to hear the songs")


def play(address: str, seconds: float | None = None, player: Player | None = None) -> bool:
    """Play an address to its end, or for `seconds`; return False if Ctrl-C stopped the player.

    `player`: None = the result of `find_player`. Ctrl-C stops only the player, so that the caller
    can continue with the next song. Raises NoPlayerError, and DataError if the address cannot be
    played.
    """
    program = player or find_player()
    process = None
    try:
        # Ctrl-C is blocked until the process is known, so that no player keeps running.
        heeded = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            # In a session of its own, the player does not receive the terminal's Ctrl-C.
            process = subprocess.Popen(
                _command(program, address, seconds),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heeded)
        said = process.communicate(timeout=PATIENCE + (seconds or 0.0))[0]
    except KeyboardInterrupt:
        return False
    except subprocess.TimeoutExpired as late:
        raise DataError(
            f"{address}: {program.name} played for {late.timeout:g} s: expected an end before"
        ) from None
    finally:
        if process:
            _stop(process)
    # ffplay exits with 0 after a failure, and prints the address.
    if process.returncode or address in said:
        complaint = _complaint(said, address, process.returncode)
        raise DataError(f"{address}: {program.name} cannot play it ({complaint})")
    return True


def audio(address: str, *, autoplay: bool = False) -> object:
    """Return an audio player for a notebook, whose browser fetches the address.

    Without IPython, return the address. The address expires: request it in the same cell.
    """
    try:
        display = importlib.import_module("IPython.display")
    except ImportError:
        return address
    shown: object = display.Audio(url=address, autoplay=autoplay)
    return shown


def _command(player: Player, address: str, seconds: float | None) -> list[str]:
    length = () if seconds is None else player.length
    return [
        player.name,
        *player.options,
        *(option.format(seconds) for option in length),
        player.last,
        address,
    ]


def _stop(process: subprocess.Popen[str]) -> None:
    """Stop a player that still runs, and wait for its exit."""
    with process:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def _complaint(said: str, address: str, code: int) -> str:
    """Return the last line of a player's output with the address, or else the last line."""
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    named = [line for line in lines if address in line]
    return (named or lines or [f"exit code {code}"])[-1].replace(address, "the address")
