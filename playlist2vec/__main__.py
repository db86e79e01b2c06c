"""`python -m playlist2vec`: the command `playlist2vec`, for a checkout not installed."""

from playlist2vec.cli.command_line import main

if __name__ == "__main__":
    main()
