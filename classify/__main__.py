"""`python -m classify`: the command line."""

from classify.cli import main

main()
