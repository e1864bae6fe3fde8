"""Short sentences on four topics in four languages, written for the course."""

import csv
from pathlib import Path

import numpy as np

from tlcourse import assets
from tlcourse.datasets.text import Texts

LANGUAGES = ("English", "German", "French", "Spanish")


def load_languages() -> dict[str, Texts]:
    """Load sentences about computers, cooking, sport and the weather in each of `LANGUAGES`.

    Returns
    -------
    dict of str to Texts
        The parts to be judged by say the same in every language, sentence by sentence. The part to learn from
        is in English only, and holds other sentences.

    Examples
    --------
    >>> sentences = load_languages()
    >>> sentences["English"].train
    English: 32 texts, 4 classes (computers 8, cooking 8, sport 8, weather 8)
    >>> sentences["German"].test.texts[0]
    'Schneiden Sie die Karotten in dünne Scheiben.'
    """
    with open(Path(__file__).with_name("languages.tsv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    topics, labels = np.unique([row["topic"] for row in rows], return_inverse=True)
    return {language: _in(language, rows, labels, topics) for language in LANGUAGES}


def _in(language: str, rows, labels: np.ndarray, topics: np.ndarray) -> Texts:
    written = [number for number, row in enumerate(rows) if row[language]]
    return Texts(
        texts=tuple(rows[number][language] for number in written),
        labels=labels[written].astype(np.int64),
        class_names=tuple(topics.tolist()),
        card=assets.Card(language, "Sentences on four topics, written for the course", licence="Apache-2.0"),
        in_train=np.array([rows[number]["part"] == "train" for number in written]),
    )
