"""`playlist2vec serve`: the page of a run and its suggestions over HTTP."""

import argparse
from importlib.util import find_spec

from playlist2vec.base.errors import DataError
from playlist2vec.cli.commands import Command
from playlist2vec.cli.options import add_names, add_ranking
from playlist2vec.cli.output import note

NEEDED = ("fastapi", "uvicorn", "python_multipart")
PORT = 8765
MAX_PROCESSES = 64
MORE = """\
The server answers only to names of this machine, and to no page of another site.
docs/serve.md shows how to ask."""


def _declare_serve(command: argparse.ArgumentParser) -> None:
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = f"{command.epilog}\n{MORE}"
    add = command.add_argument
    where = (
        "a checkout, a folder with a model's files, or a Git repository's address (here); "
        "NAME=WHERE gives a name"
    )
    add("sources", metavar="WHERE", nargs="*", default=["."], help=where)
    add(
        "--host",
        default="127.0.0.1",
        help="the address to listen at; another one is open to others (%(default)s)",
    )
    add(
        "--port",
        type=int,
        default=PORT,
        metavar="N",
        help="the port, 0 = any that is free (%(default)s)",
    )
    add(
        "--allow-host",
        metavar="NAME",
        action="append",
        default=[],
        help="a further name that browsers and programs may call the server by; may be repeated",
    )
    add(
        "--processes",
        type=int,
        metavar="N",
        help="processes that answer side by side "
        "(one a core, at most 4; 1 where that cannot be done)",
    )
    group = command.add_argument_group("which models")
    group.add_argument("--rev", metavar="REV", help="a commit, tag or branch of WHERE")
    add_names(group)
    add_ranking(group)


def _check(arguments: argparse.Namespace) -> None:
    """Raise DataError for missing packages, and for options out of range."""
    missing = next((name for name in NEEDED if find_spec(name) is None), None)
    if missing:
        raise DataError(
            f"{missing} is not installed: expected what `make setup EXTRAS=serve` installs"
        )
    if not 0 <= arguments.port < 1 << 16:
        raise DataError(
            f"--port {arguments.port}: expected a number from 0, for any free port, to 65535"
        )
    if arguments.processes is not None and not 1 <= arguments.processes <= MAX_PROCESSES:
        raise DataError(
            f"--processes {arguments.processes}: expected a number from 1 to {MAX_PROCESSES}"
        )


def _serve(arguments: argparse.Namespace) -> None:
    _check(arguments)
    from playlist2vec.serving.app import application
    from playlist2vec.serving.models import load_models
    from playlist2vec.serving.processes import usual_number
    from playlist2vec.serving.running import (
        asking,
        hosts_of,
        is_loopback,
        listening,
        places_of,
        run,
    )

    # The port is bound before the models are read, which may take a while.
    with listening(arguments.host, arguments.port) as bound:
        models = load_models(
            arguments.sources,
            arguments.rev,
            names=arguments.names,
            similarity=arguments.similarity,
            ranker=arguments.ranker,
            paths=is_loopback(bound),
        )
        for served in models.by_name.values():
            for line in filter(None, (*served.recommender.notes, served.recommender.without_blend)):
                note(line)
            served.warm()
        if not is_loopback(bound):
            note("other machines can reach this server, and it does not ask who they are")
        hosts = hosts_of(bound, arguments.host, arguments.allow_host)
        with asking(models, arguments.processes or usual_number()) as ask:
            app = application(ask, hosts, models.default.page)
            print("\n".join(places_of(bound)), flush=True)
            run(app, bound)


COMMANDS = {"serve": Command(_declare_serve, _serve)}
