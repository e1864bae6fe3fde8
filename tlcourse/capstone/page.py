"""The report: one HTML page that holds its pictures, needs no network, and reads on any screen."""

from __future__ import annotations

import base64
import io
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

import numpy as np

from tlcourse.capstone.dossier import Dossier
from tlcourse.capstone.judgement import Judgement
from tlcourse.capstone.task import Task
from tlcourse.datasets import Images
from tlcourse.measure import Table

_SAMPLES, _SAMPLE_CLASSES, _MISTAKES = 4, 24, 12
_SIDE, _LETTERS = 128, 240


def write(dossier: Dossier) -> str:
    """Return the page."""
    task, result = dossier.task, dossier.result
    template = Template(files("tlcourse.capstone").joinpath("report.html").read_text("utf-8"))
    return template.substitute(
        title=escape(task.name),
        kind=task.kind,
        summary=escape(dossier.summary),
        counts=_table(task.counts, "how many there are"),
        findings=_list(map(str, task.report.findings)) or "<p>Nothing was found.</p>",
        samples=_samples(task),
        advice=_table(dossier.advice.table, "what was tried"),
        sentences="".join(f"<p>{escape(sentence)}</p>" for sentence in dossier.advice.sentences),
        accuracies=_table(dossier.accuracies, "accuracy on the test part"),
        confusion=_confusion(result),
        classes=_table(result.classes, "accuracy for each class"),
        mistakes=_mistakes(task, result),
        beginning=escape(dossier.beginning),
        usage="".join(
            f"<h3>{escape(title)}</h3><pre tabindex='0'><code>{escape(code)}</code></pre>"
            for title, code in dossier.usage
        ),
        checks=_table(dossier.checked, "how the files agree"),
        limits=_list(dossier.limits),
        sources=_list(dossier.sources) or "<p>None: it has learned from these data alone.</p>",
        made=escape(dossier.made),
    )


def _list(items) -> str:
    rows = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{rows}</ul>" if rows else ""


def _table(table: Table, about: str) -> str:
    return _scrolling(table._repr_html_(), about)


def _scrolling(content: str, about: str) -> str:
    """Let a wide table scroll by itself, by touch and by keyboard."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(about)}">{content}</div>'


def _samples(task: Task) -> str:
    """Show the first classes, some examples of each, spread over those to learn from."""
    data, parts = task.learn, []
    for label, name in enumerate(task.class_names[:_SAMPLE_CLASSES]):
        members = np.flatnonzero(data.labels == label)
        shown = members[np.linspace(0, len(members) - 1, min(_SAMPLES, len(members))).round().astype(int)]
        if isinstance(data, Images):
            pictures = "".join(_image(data, index, f"{name}: {_name(data, index)}") for index in shown)
            parts.append(f"<figure><figcaption>{escape(name)}</figcaption>{pictures}</figure>")
        else:
            parts.append(f"<h4>{escape(name)}</h4>{_list(_short(data.texts[index]) for index in shown)}")
    more = len(task.class_names) - _SAMPLE_CLASSES
    rest = f"<p>And {more} classes more.</p>" if more > 0 else ""
    return f'<div class="sheet">{"".join(parts)}</div>{rest}'


def _mistakes(task: Task, result: Judgement) -> str:
    """Show what the model was surest of and wrong about."""
    data, all_of_them = task.test, result.mistakes
    if not all_of_them:
        return "<p>There is none.</p>"
    shown = all_of_them[:_MISTAKES]
    head = f"<p>{len(shown)} of {len(all_of_them)}, the most confident first.</p>"
    if isinstance(data, Images):
        figures = "".join(
            f"<figure>{_image(data, mistake.index, f'the test photo {_name(data, mistake.index)}')}"
            f"<figcaption>{escape(str(mistake))}</figcaption></figure>"
            for mistake in shown
        )
        return f'{head}<div class="sheet mistakes">{figures}</div>'
    return head + _list(f"{mistake}: {_short(data.texts[mistake.index])}" for mistake in shown)


def _confusion(result: Judgement) -> str:
    """Write the confusion matrix as a table whose cells are the darker, the larger their share of the row."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in result.class_names)
    body = ""
    for place, (name, cells) in enumerate(zip(result.class_names, result.counts, strict=True)):
        total = max(1, cells.sum())
        body += f'<tr><th scope="row">{escape(name)}</th>' + "".join(
            f'<td class="{"right" if place == column else "wrong"}" style="--share:{cell / total:.2f}">'
            f"{cell}</td>"
            for column, cell in enumerate(cells)
        )
    caption = f"<caption>{escape(result.confusion.caption)}</caption>"
    inside = f"{caption}<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>"
    return _scrolling(f'<table class="confusion">{inside}</table>', "confusion matrix")


def _name(data: Images, index: int) -> str:
    return Path(data.paths[index]).name if data.paths else f"number {index}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"


def _image(data: Images, index: int, alt: str) -> str:
    from PIL import Image

    picture, buffer = Image.fromarray(data.images[index]), io.BytesIO()
    picture.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    content = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<img src="data:image/jpeg;base64,{content}" alt="{escape(alt)}" width="{_SIDE}" height="{_SIDE}">'
    )
