"""The command `tlcourse try`."""

from pathlib import Path

import click


@click.command("try", short_help="From your own data to a saved, documented model.")
@click.argument("path")
@click.option("--out", metavar="FOLDER", help="Where the model goes; NAME-model, here, if left out.")
@click.option(
    "--budget",
    type=click.FloatRange(10, 86_400),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="Time for the choice, downloads aside.",
)
@click.option("--text", default="text", show_default=True, metavar="COLUMN", help="A table's texts.")
@click.option("--label", default="label", show_default=True, metavar="COLUMN", help="A table's classes.")
@click.option("--seed", default=0, show_default=True, help="Of all that is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
def try_(path, out, budget, text, label, seed, as_json):
    """Go from your own photos or texts to a saved, documented model, in one sitting.

    PATH is a folder with one sub-folder of photos, or of text files, for each class; or a table of texts
    (CSV, TSV, JSON Lines). A part to test on is taken as such: folders "train" and "test", a column "split".

    The data are looked over, a part to test on is set aside, a source is chosen and trained on the rest, and
    the model is tested once. The folder then holds a report to open in a browser, a model card, the model for
    Keras and for LiteRT, and the pipeline that adviser.load reads back. Nothing leaves your machine.
    """
    from tlcourse import capstone

    source = Path(path).expanduser().resolve()
    folder = Path(out).expanduser() if out else Path(f"{source.stem}-model")
    if source.is_dir() and folder.resolve().is_relative_to(source):
        raise click.UsageError(f"{folder} lies inside the data: say --out and a folder elsewhere.")
    say = (lambda step: None) if as_json else (lambda step: click.echo(f"{step}\n"))
    saved = capstone.run(path, folder, budget, text, label, seed, say=say)
    if as_json:
        click.echo((saved.folder / "results.json").read_text("utf-8").rstrip())
    else:
        click.echo(f"Open {saved.folder / 'report.html'} in a browser.")
