"""The course's own transfer matrix: its targets, sources and baselines, and what came out.

Measuring all of it takes minutes, so the results come along (`results`); any part can be measured again
(`run`), and whatever goes into a cell can be had (`load`, `features`). ``benchmarks/survey.py`` makes them.

Targets are pictures (stamps, digits, and four kinds of clothes of Fashion-MNIST) and texts (20 Newsgroups, R8
and R52: of each class some texts of the official training and test parts, cut to their first 100 words; for
R8 and R52 the score is macro recall). Each has the sources and baselines of its kind:

- *ImageNet* is EfficientNet-Lite0, fed with 224 or 96 pixels; *VGG-16, edges* was tuned from ImageNet for
  edge detection and is read after its last block; *Fashion-MNIST* is a small network that learned six other
  kinds of clothes here, and *random features* the same one untrained.
- A text's vector is the mean of its words': of *GloVe*, and of *word2vec* and *FastText*, trained here on the
  training part of 20 Newsgroups or of Reuters. These never saw a label nor a text to be judged by, but where
  target and corpus are the same, they did see the texts to learn from. *Random vectors* are a mean of random
  words. *USE* and *MiniLM* read whole texts.
"""

from collections.abc import Iterable
from functools import cache, reduce
from pathlib import Path
from types import ModuleType

from tlcourse import measure
from tlcourse.assets.errors import suggest
from tlcourse.datasets import Images, Texts
from tlcourse.measure import MeasureError, TransferMatrix
from tlcourse.survey import pictures, texts

SHOTS, REPEATS, SEED = (1, 5, 20), 20, 0
RESULTS = Path(__file__).with_name("results.json")
TARGETS = (*pictures.TARGETS, *texts.TARGETS)


def names(target: str) -> tuple[str, ...]:
    """Return the sources and then the baselines there are for a target.

    Examples
    --------
    >>> names("R8")[-2:]
    ('TF-IDF', 'random vectors')
    """
    kind = _kind(target)
    return (*kind.SOURCES, *kind.BASELINES)


@cache
def load(target: str) -> Images | Texts:
    """Load a target: the examples that the survey uses, and no others.

    Examples
    --------
    >>> load("R8")  # doctest: +SKIP
    reuters-r8: 863 texts, 8 classes
    """
    return _kind(target).TARGETS[target]()


def features(target: str, name: str):
    """Compute the features of a target by a source or baseline, one row for each example of `load`.

    Returns
    -------
    array or sparse matrix of shape (N, D)
        Kept for the next time, where it takes long.
    """
    kind = _kind(target)
    ways = {**kind.SOURCES, **kind.BASELINES}
    if name not in ways:
        raise MeasureError(f"The survey has no {name!r} for {target}.{suggest(name, list(ways))}")
    return ways[name](load(target))


def run(
    targets: Iterable[str] = TARGETS,
    sources: Iterable[str] | None = None,
    shots: Iterable[int] = SHOTS,
    repeats: int = REPEATS,
    cache: bool = True,
    progress: bool = True,
) -> TransferMatrix:
    """Measure the survey, or a part of it, anew.

    Parameters
    ----------
    targets, sources : iterable of str
        Only these; by default all. Baselines are always all measured.
    shots, repeats
        Of the same draws as in `results`: with fewer repeats, the first ones.
    cache, progress : bool
        As for `measure.transfer_matrix`.

    Returns
    -------
    TransferMatrix
        The same curves as in `results`, on the same machine to the last bit; intervals are corrected for what
        was measured now.
    """
    parts = []
    for target in targets:
        kind, data = _kind(target), load(target)
        wanted = {name: way for name, way in kind.SOURCES.items() if sources is None or name in sources}
        options = dict(kind.OPTIONS[target])
        if kind is texts:
            options["test"] = ~data.in_train
        draws = {"shots": shots, "repeats": repeats, "seed": SEED, "cache": cache, "progress": progress}
        parts.append(measure.transfer_matrix({target: data}, wanted, kind.BASELINES, **draws, **options))
    return reduce(TransferMatrix.joined, parts)


def results() -> TransferMatrix:
    """Return the whole survey as it was measured once, at 1, 5 and 20 shots in twenty repeats.

    Examples
    --------
    >>> results().best_baseline("digits", 5)
    'HOG'
    """
    return TransferMatrix.from_json(RESULTS.read_text("utf-8"))


def _kind(target: str) -> ModuleType:
    if target not in TARGETS:
        raise MeasureError(f"The survey has no target {target!r}.{suggest(target, list(TARGETS))}")
    return pictures if target in pictures.TARGETS else texts
