"""`playlist2vec completion`: the script by which a shell completes commands and options."""

import argparse
import sys

import shtab

from playlist2vec.cli.commands import COMMANDS as ALL
from playlist2vec.cli.commands import Command, parser

SHELLS = ("bash", "zsh", "fish")
FILES = ("FILE", "CSV", "YAML", "PLAYLIST_FILE", "CHALLENGE_SET")
FOLDERS = ("FOLDER", "WHERE")
"""Metavariables of values that are paths of files (FILES) or of folders."""

OTHERS = """\
    zsh:  playlist2vec completion zsh > FOLDER/_playlist2vec, with fpath=(FOLDER $fpath) in .zshrc
          before compinit
    fish: playlist2vec completion fish > ~/.config/fish/completions/playlist2vec.fish
The shell reads the file when it starts."""


def script_for(shell: str) -> str:
    """Return the completion script for a shell of SHELLS."""
    whole = parser(*ALL)
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _mark_paths(command)
    return shtab.complete(whole, shell)


def _mark_paths(command: argparse.ArgumentParser) -> None:
    """Mark values that are paths, so that the shell completes them as paths."""
    for action in command._actions:
        if action.metavar in FILES or action.metavar in FOLDERS:
            kind = shtab.FILE if action.metavar in FILES else shtab.DIRECTORY
            setattr(action, "complete", kind)  # noqa: B010  (a name that argparse does not know)


def _declare_completion(command: argparse.ArgumentParser) -> None:
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = f"{command.epilog}\n{OTHERS}"
    command.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def _completion(arguments: argparse.Namespace) -> None:
    sys.stdout.write(script_for(arguments.shell))


COMMANDS = {"completion": Command(_declare_completion, _completion)}
