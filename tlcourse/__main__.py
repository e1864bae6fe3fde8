"""Lets `python -m tlcourse` do what the command `tlcourse` does."""

from tlcourse.cli import main

main(prog_name="tlcourse")
