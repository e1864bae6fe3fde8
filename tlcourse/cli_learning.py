"""The commands for those who work through the lessons; `tlcourse.cli` gathers them."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import asdict

import click


@click.command(short_help="Which exercises you have solved.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
def progress(as_json):
    """Show which exercises you have solved or tried, lesson by lesson.

    It is kept in a file on this machine, without your answers, and never sent anywhere. TLCOURSE_PROGRESS
    names another file; TLCOURSE_PROGRESS=off keeps none.
    """
    from tlcourse import exercises
    from tlcourse.exercises.record import progress_file

    found, path = exercises.progress(), progress_file()
    if not as_json:
        click.echo(found)
        click.echo("kept nowhere: TLCOURSE_PROGRESS is off" if path is None else f"kept in {path}")
        return
    untouched = {"passed": False, "tries": 0, "time": None}
    rows = [
        {"exercise": name, "state": found.state(name), **(asdict(standing) if standing else untouched)}
        for name, standing in found.standings.items()
    ]
    document = {
        "solved": found.solved,
        "exercises": rows,
        "file": None if path is None else str(path),
        "note": found.note,
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


@click.command(short_help="Put a lesson back as it was; yours is kept.")
@click.argument("number", metavar="NN")
def reset(number):
    """Put the notebook of lesson NN back as the course ships it.

    Your copy is first kept beside it as mine-1_NN_topic.ipynb, or under the next free number. What `progress`
    shows stays as it is.
    """
    from tlcourse import runner

    folder = runner.course_folder()
    script = folder / "tools" / "reset_lesson.py"
    if not script.exists() or not (folder / "notebooks" / "src").is_dir():
        raise click.ClickException(
            f"{folder} does not hold the lessons' sources, so that nothing was changed; if it comes from an "
            "offline kit, give your notebook another name and run the kit's install.sh again, which puts the "
            "missing lesson back."
        )
    if importlib.util.find_spec("jupytext") is None:
        raise click.ClickException(
            "Reading the lessons' sources takes the package jupytext; run: pip install jupytext"
        )
    return subprocess.run([sys.executable, str(script), number], check=False).returncode
