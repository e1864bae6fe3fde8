"""The command `tlcourse advise`."""

import click


@click.command(short_help="Does transfer help on your own data?")
@click.argument("path")
@click.option("--budget", default=120.0, show_default=True, metavar="SECONDS", help="Time, downloads aside.")
@click.option("--target-accuracy", type=float, metavar="A", help="Between 0 and 1: the labels it takes.")
@click.option("--save", "folder", metavar="FOLDER", help="Keep the fitted pipeline there.")
@click.option("--text", default="text", show_default=True, metavar="COLUMN", help="A table's texts.")
@click.option("--label", default="label", show_default=True, metavar="COLUMN", help="A table's classes.")
@click.option("--frozen", is_flag=True, help="Leave out what trains a network.")
@click.option("--seed", default=0, show_default=True, help="Of all that is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")
def advise(path, budget, target_accuracy, folder, text, label, frozen, seed, as_json):
    """Find out whether transfer helps on your own data, from which source, with how many labels.

    PATH is a folder with one sub-folder of photos, or of text files, for each class; or a table of texts
    (CSV, TSV, JSON Lines). A part to test on is taken as such: folders "train" and "test", a column "split".

    Baselines and pretrained sources are tried, cheap ones first, for as long as the budget allows. The answer
    is a table and two sentences: what to use, its accuracy now and with more labels, and whether transfer
    helps, hurts, or cannot be told. Copies and leaks in the data are reported unasked.
    """
    from tlcourse import adviser
    from tlcourse.adviser.advice import as_text

    advice = adviser.advise(path, budget, target_accuracy, seed, text=text, label=label, frozen=frozen)
    saved = None if folder is None else advice.save(folder)
    if as_json:
        click.echo(as_text({**advice.to_json(), "saved": None if saved is None else str(saved)}))
        return
    click.echo(advice)
    if saved is not None:
        click.echo(f"The fitted pipeline, with its card, is in {saved}; adviser.load reads it back.")
