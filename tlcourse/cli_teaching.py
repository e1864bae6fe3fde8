"""The commands for those who teach the course or publish a copy of it; `tlcourse.cli` gathers them."""

import subprocess
import sys
from pathlib import Path

import click


@click.command(short_help="Make an offline kit for a class, or check one.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--solutions", is_flag=True, help="Put the solved notebooks in, too.")
@click.option("--verify", "check", is_flag=True, help="Make nothing: hash every file of the kit again.")
def kit(folder, solutions, check):
    """Put packages, assets and lessons into FOLDER, which then installs the course with no network.

    FOLDER must not be there yet; it appears once it is complete. Copy it to a USB stick or a shared folder,
    and on each machine run: sh FOLDER/install.sh. The kit is for machines with this system and this Python.
    """
    from tlcourse import kit, runner

    if check:
        problems = kit.verify(folder)
        for problem in problems:
            click.echo(problem, err=True)
        click.echo(f"{folder}: {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}")
        return int(bool(problems))
    made = kit.build(folder, runner.course_folder(), solutions, say=lambda line: click.echo(line, err=True))
    size = sum(path.stat().st_size for path in made.rglob("*"))
    click.echo(f"{made}: {size / 1e9:.1f} GB; on each machine run: sh {made.name}/install.sh")
    return 0


@click.command(short_help="Give your copy's README and lessons launch badges.")
@click.option("--repo", required=True, metavar="OWNER/NAME", help="Your public copy on GitHub.")
def badges(repo):
    """Write the address of your public copy where the course needs it.

    It goes to pyproject.toml, the README and every lesson, whose outputs stay: launch badges for Binder and
    Colab, and what a lesson's first cell installs where the package is missing. Commit and push the files.
    """
    from tlcourse import runner

    script = runner.course_folder() / "tools" / "badges.py"
    if not script.exists():
        raise click.ClickException(f"{script} is not here; run this in a clone of the course.")
    return subprocess.run([sys.executable, str(script), repo], check=False).returncode
