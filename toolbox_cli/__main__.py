"""Run the command line with `python -m toolbox_cli`."""

from toolbox_cli.app import main

main()
