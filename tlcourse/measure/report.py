"""Results as a learner reads them: a small table, and one line that `tlcourse run` can collect."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from tlcourse.measure.curves import Curve
from tlcourse.measure.errors import MeasureError
from tlcourse.measure.score import Score
from tlcourse.measure.validation import CrossValidation

HEADLINE_MIME = "application/vnd.tlcourse.headline+json"


@dataclass(frozen=True, repr=False)
class Table:
    """Rows of scores under named columns, made by `table`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __repr__(self) -> str:
        lines = [("", *self.columns), *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        padded = (
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
        )
        return "\n".join([*(line.rstrip() for line in padded), self.caption])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(column)}</th>' for column in self.columns)
        body = "".join(
            f'<tr><th scope="row">{escape(name)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            for name, *cells in self.rows
        )
        return (
            f"<table><caption>{escape(self.caption)}</caption>"
            f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def table(results: Mapping[str, Score | CrossValidation | Curve]) -> Table:
    """Put results side by side.

    Parameters
    ----------
    results : mapping of str to Score, CrossValidation or Curve
        One row each; a curve fills one column for each number of shots.

    Returns
    -------
    Table
        It shows as HTML in a notebook and as aligned text elsewhere.

    Examples
    --------
    >>> from tlcourse.measure import interval
    >>> table({"pixels": interval([0.3, 0.4, 0.5]), "ImageNet features": interval([0.8, 0.9, 0.8])})
                       score
    pixels             0.40 [0.30, 0.47]
    ImageNet features  0.83 [0.80, 0.90]
    In brackets: 95% interval.
    """
    cells = {name: _cells(result) for name, result in results.items()}
    # A plain score sorts before any number of shots.
    columns = sorted({column for row in cells.values() for column in row})
    levels = sorted({score.level for row in cells.values() for score in row.values()})
    return Table(
        tuple("score" if column == 0 else f"{column} shot{'s' * (column > 1)}" for column in columns),
        tuple((name, *(str(row.get(column, "")) for column in columns)) for name, row in cells.items()),
        f"In brackets: {' or '.join(f'{level:.0%}' for level in levels)} interval.",
    )


def _cells(result) -> dict[int, Score]:
    if isinstance(result, Curve):
        return dict(zip(result.shots, result.scores, strict=True))
    return {0: _score(result)}


def _score(result) -> Score:
    if isinstance(result, CrossValidation):
        return result.score
    if isinstance(result, Score):
        return result
    raise MeasureError(f"Given {type(result).__name__}; give a result of tlcourse.measure with a score.")


def headline(lesson: str, text: str, score, baseline: tuple | None = None) -> None:
    """Show a lesson's main result as one line, and emit it as data for the course's table of results.

    Parameters
    ----------
    lesson : str
        The lesson's number and name, such as ``"05 feature extraction"``.
    text : str
        What was measured.
    score : Score or CrossValidation
        The result.
    baseline : tuple of str and Score, CrossValidation or float, optional
        What to compare it with, and its name; a float is a number that is known exactly.

    Examples
    --------
    >>> from tlcourse.measure import interval
    >>> headline("01", "ten shots", interval([0.8, 0.9, 0.8]), ("pixels", interval([0.3, 0.4, 0.5])))
    01: ten shots: 0.83 [0.80, 0.90] (pixels: 0.40 [0.30, 0.47])
    """
    score = _score(score)
    line = f"{lesson}: {text}: {score}"
    data = {"lesson": lesson, "text": text, **_numbers(score), "baseline": None}
    if baseline is not None:
        name, other = baseline
        exact = isinstance(other, float)
        line += f" ({name}: {other:.2f})" if exact else f" ({name}: {_score(other)})"
        data["baseline"] = {"name": name, **({"mean": other} if exact else _numbers(_score(other)))}
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(line)
        return
    bundle = {"text/plain": line, "text/html": f"<p><strong>{escape(line)}</strong></p>", HEADLINE_MIME: data}
    ipython.display.display(bundle, raw=True)


def _numbers(score: Score) -> dict[str, float | None]:
    ends = {"mean": score.mean, "low": score.low, "high": score.high}
    # JSON has no NaN.
    return {name: None if np.isnan(value) else value for name, value in ends.items()}
