"""`python -m benchmarks.printed.session`: run Python sources and print the outputs.

Standard input is a JSON list of sources, standard output a JSON list of outputs. A value other than
None is printed too, as in an interactive session.
"""

import io
import json
import sys
from contextlib import redirect_stdout


def main() -> None:
    """Run the sources in one namespace."""
    names: dict[str, object] = {}
    outputs = []
    for source in json.load(sys.stdin):
        with redirect_stdout(io.StringIO()) as printed:
            exec(compile(source, "<page>", "single"), names)
        outputs.append(printed.getvalue())
    json.dump(outputs, sys.stdout)


if __name__ == "__main__":
    main()
