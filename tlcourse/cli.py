"""The command `tlcourse`: a thin skin over the package; each command imports what it needs when it runs."""

import json
import logging
import os
import signal
import subprocess
import sys
import traceback

import click

from tlcourse import cli_advise, cli_learning, cli_teaching, cli_try


class Course(click.Group):
    """A group of commands that never ends in a bare traceback."""

    def main(self, args=None, standalone_mode=True, **extra):
        """Run a command; an error becomes one sentence, or JSON where that was asked for, and a status."""
        args = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(args, standalone_mode=False, **extra)
        except (Exception, click.Abort) as error:
            if os.environ.get("TLCOURSE_DEBUG") or "--debug" in args[:1]:
                traceback.print_exc()
            message = _sentence(error)
            if "--json" in args:
                _print_json({"error": message, "kind": type(error).__name__})
            else:
                click.echo(message, err=True)
            status = 130 if isinstance(error, click.Abort) else 1
        sys.exit(status)


def _sentence(error: BaseException) -> str:
    if isinstance(error, click.Abort):
        return f"Interrupted. {error.__cause__ or ''}".rstrip()
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "tlcourse"
        return f"{error.format_message()} See {command} --help."
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}." if error.filename else f"{error.strerror}."
    # The package's own errors say in their message what was wrong and what to do.
    if isinstance(error, OSError) or type(error).__module__.startswith("tlcourse."):
        return str(error)
    hint = "This was not expected: set TLCOURSE_DEBUG=1, or run tlcourse --debug …, to see where it happened."
    return f"{type(error).__name__}: {error}\n{hint}"


def _print_json(document) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _console(stderr: bool = False):
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    # Away from a terminal nobody sees 80 columns: wrapped cells would only be harder to search.
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=160)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _show_asset_log() -> None:
    class Echo(logging.Handler):
        def emit(self, record):
            click.echo(f"  {record.getMessage()}", err=True)

    log = logging.getLogger("tlcourse.assets")
    log.setLevel(logging.INFO)
    log.handlers = [Echo()]


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")


@click.group(
    cls=Course, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="tlcourse", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="On an error, show the Python traceback.")
@click.pass_context
def main(context):
    """Transfer learning, measured: run the course, fetch what it needs, try it on your own photos.

    TLCOURSE_DATA moves the folder assets are kept in; TLCOURSE_OFFLINE=1 forbids the network.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command("list", short_help="What the assets are, and which are here.")
@as_json
def list_(as_json):
    """List the assets: what each is, its size and licence, and whether it is here already."""
    from tlcourse import assets

    found = [(asset, assets.has(asset.name)) for asset in assets.list()]
    if as_json:
        return _print_json(
            [
                {
                    "name": asset.name,
                    "title": asset.card.title,
                    "kind": asset.card.kind,
                    "licence": asset.card.licence,
                    "bytes": asset.size,
                    "present": present,
                }
                for asset, present in found
            ]
        )
    from rich.table import Table

    table = Table("name", "what it is", "licence", "size", "here")
    for asset, present in found:
        table.add_row(
            asset.name,
            asset.card.title,
            asset.card.licence,
            _megabytes(asset.size),
            "yes" if present else "no",
        )
    return _console().print(table)


@main.command(short_help="Fetch and verify assets.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Fetch every asset of the course.")
@as_json
def fetch(names, everything, as_json):
    """Fetch and verify assets; those already here are left as they are.

    An asset that cannot be had does not keep the others from being fetched.
    """
    from tlcourse import assets

    if bool(names) == everything:
        raise click.UsageError("Name the assets to fetch, or say --all.", click.get_current_context())
    _show_asset_log()
    answer = []
    for name in [asset.name for asset in assets.list()] if everything else dict.fromkeys(names):
        try:
            present = assets.has(name)
            if not present:
                size = _megabytes(max(source.size for source in assets.get(name).sources))
                click.echo(f"{name}: fetching (at most {size} to download) …", err=True)
            answer.append({"name": name, "path": str(assets.fetch(name)), "fetched": not present})
            line = "{name}: already here, {path}" if present else "{name}: fetched to {path}"
        except assets.errors.AssetError as error:
            answer.append({"name": name, "error": str(error), "kind": type(error).__name__})
            line = "{name}: {error}"
        if not as_json:
            click.echo(line.format_map(answer[-1]), err="error" in answer[-1])
    if as_json:
        _print_json(answer)
    return int(any("error" in item for item in answer))


@main.command(short_help="Hash the assets' files again.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@as_json
def verify(names, as_json):
    """Hash every file of the assets again (all that are here, if none is named).

    A damaged asset is named with what is wrong, and the next fetch mends it.
    """
    from tlcourse import assets

    reports = [assets.verify(name) for name in names or [asset.name for asset in assets.list()]]
    if not names:
        reports = [report for report in reports if report.state != "absent"]
    if as_json:
        _print_json(
            [
                {"name": r.name, "state": r.state, "files": r.files, "problems": list(r.problems)}
                for r in reports
            ]
        )
    else:
        for report in reports:
            click.echo(str(report), err=not report.ok)
            if not report.ok:
                click.echo(f"run: tlcourse fetch {report.name}", err=True)
        if not reports:
            click.echo("Nothing has been fetched yet; run: tlcourse fetch --all")
    return int(not all(report.ok for report in reports))


@main.command(short_help="Is this machine ready for the course?")
@as_json
def doctor(as_json):
    """Check Python, TensorFlow, memory, disk, cache, assets and their sources, a line each.

    Each line says ok, warning or problem, and how to mend it. The exit status is 1 if there is a problem.
    """
    from dataclasses import asdict

    from tlcourse import doctor

    colours = {"ok": "green", "warning": "yellow", "problem": "red"}
    findings = []
    for finding in doctor.examine():
        findings.append(finding)
        if not as_json:
            mark = click.style(f"{finding.status:8}", fg=colours[finding.status])
            click.echo(
                f"{mark} {finding.subject}: {finding.found}" + f"; {finding.remedy}" * bool(finding.remedy)
            )
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    return int(any(finding.status == "problem" for finding in findings))


@main.command(short_help="Execute lessons, print their results.")
@click.argument("numbers", nargs=-1, metavar="[NN]...")
@as_json
def run(numbers, as_json):
    """Execute lessons headlessly (all, or those numbered NN) and print their headline results.

    Executed copies and results.json go to the clone's build folder; the notebooks stay as they are.
    A failing lesson is shown with its cell and error, the others still run, and the exit status is 1.
    """
    from tlcourse import results, runner

    folder = runner.course_folder()
    lessons = runner.lessons(folder, numbers)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outcomes = []
    _show_asset_log()
    try:
        blocked = runner.fetch_assets(lessons, say=lambda line: click.echo(line, err=True))
        for outcome in runner.execute_all(lessons, folder, blocked, _console(stderr=True)):
            outcomes.append(outcome)
    except KeyboardInterrupt:
        finished = ", ".join(outcome.lesson.number for outcome in outcomes) or "none"
        raise KeyboardInterrupt(f"Lessons finished: {finished} of {len(lessons)}.") from None
    document = results.document(outcomes)
    path = results.write(folder, document)
    if as_json:
        _print_json(document)
    else:
        _console().print(results.table(document))
        click.echo(f"executed notebooks: {path.parent / 'notebooks'}; results: {path}")
    failed = [outcome.lesson.number for outcome in outcomes if outcome.failure]
    if failed:
        click.echo(f"{len(failed)} of {len(outcomes)} lessons failed: {', '.join(failed)}", err=True)
    return int(bool(failed))


@main.command(short_help="Open the course in JupyterLab.", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTER OPTION]...")
def lab(options):
    """Open the course in JupyterLab, for this machine only (127.0.0.1, with a token) unless told otherwise.

    Options that are not ours go to JupyterLab, as in: tlcourse lab --no-browser --port 9000
    """
    from tlcourse import runner

    folder = runner.course_folder()
    _show_asset_log()
    # What cannot be fetched now keeps nobody from reading: the lesson that needs it says so again.
    runner.fetch_assets(runner.lessons(folder), say=lambda line: click.echo(line, err=True))
    # The address that JupyterLab prints leads to the lesson only if the lesson is its default page.
    page = "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
    # JupyterLab refuses an address that is given twice.
    chosen = any(option.startswith(("--ip", "--ServerApp.ip")) for option in options)
    where = [*["--ServerApp.ip=127.0.0.1"] * (not chosen), f"--ServerApp.root_dir={folder}", page]
    command = [sys.executable, "-m", "jupyterlab", *where, *options]
    with subprocess.Popen(command, cwd=folder) as server:
        # Ctrl-C is JupyterLab's to answer: it asks whether to stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return server.wait()


@main.command("classify", short_help="Name what is in your own photos.")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@as_json
def classify_(images, as_json):
    """Name what is in your own photos: the five likeliest of ImageNet's 1,000 classes, with probabilities.

    IMAGE is a file, a folder (the photos in it) or a pattern such as "holiday/*.jpg".
    """
    from tlcourse import classify

    answer = []
    for item in classify.name_photos(classify.find_photos(images)):
        answer.append(item)
        if as_json:
            continue
        if "error" in item:
            click.echo(item["error"], err=True)
            continue
        click.echo(item["path"])
        for guess in item["top"]:
            click.echo(f"  {guess['probability']:6.1%}  {guess['name']}")
    if as_json:
        _print_json(answer)
    return int(any("error" in item for item in answer))


main.add_command(cli_advise.advise)
main.add_command(cli_try.try_)
main.add_command(cli_learning.progress)
main.add_command(cli_learning.reset)
main.add_command(cli_teaching.kit)
main.add_command(cli_teaching.badges)
