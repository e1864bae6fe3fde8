"""The model card: a README that travels with the files."""

from tlcourse.capstone.dossier import Dossier


def write(dossier: Dossier) -> str:
    """Return the card as Markdown."""
    task, result = dossier.task, dossier.result
    found = [f"- {finding}" for finding in task.report.findings] or ["Nothing was found in the data."]
    code = [f"### {title}\n\n```python\n{text}\n```" for title, text in dossier.usage]
    sources = [f"- {source}" for source in dossier.sources] or ["None: it has learned from these data alone."]
    return "\n\n".join([
        f"# {task.name}",
        dossier.summary,
        "`report.html` shows the data, the choice and the mistakes; `results.json` holds the numbers.",
        "## Data",
        _block(task.counts),
        "\n".join(found),
        "## How it was chosen",
        _block(dossier.advice.table),
        *dossier.advice.sentences,
        "## Test",
        _block(dossier.accuracies),
        _block(result.confusion),
        _block(result.classes),
        "## Use",
        dossier.beginning,
        *code,
        _block(dossier.checked),
        "## Limits",
        "\n".join(f"- {limit}" for limit in dossier.limits),
        "## Sources and licences",
        "\n".join(sources),
        f"The data: {task.learn.card.licence}.",
        dossier.made + "\n",
    ])  # fmt: skip


def _block(table) -> str:
    return f"```\n{table}\n```"
