"""Accuracy against labels for every frozen representation of texts, ten draws at each number of labels.

    python benchmarks/text_tables.py

The tables of lesson 08 in full, and the sentence encoders of lesson 09 on the official division of the data.
Each row is the same linear classifier on other features, on the same draws of labelled texts. It prints two
tables for each data set, in Markdown, and says for which figures that were measured before the course was
written, with settings of their own, the interval does not reach. Encoding takes most of the time, about four
minutes of two cores; what is encoded is kept, so a run that was stopped goes on where it was.
"""

import sys

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfTransformer
from sklearn.preprocessing import normalize

from tlcourse import assets, datasets, measure, words

REPEATS, SEED = 10, 0
SHOTS, ENCODER_SHOTS = (1, 3, 10, 30, 100, 400), (1, 3, 10, 30, 100)
# Texts of each class that the encoders read, to learn from and to be judged by; and how many at a time.
LEARN, JUDGE, PART = 120, 60, 500
LEAST, GLOVE_WEIGHT = 10, 0.5  # as in lesson 08
# Measured before the course was written: means over a few draws, of other settings.
EARLIER = {
    "newsgroups": {
        "TF-IDF": (0.27, 0.38, 0.58, 0.71, 0.78),
        "mean of GloVe, IDF": (0.28, 0.37, 0.47, 0.52, 0.57),
        "USE": (0.36, 0.49, 0.61, 0.67, 0.70),
        "MiniLM": (0.40, 0.54, 0.66, 0.73),
    },
    "reuters-r8": {
        "TF-IDF": (0.59, 0.73, 0.87, 0.91, 0.93),
        "mean of GloVe, IDF": (0.44, 0.65, 0.75, 0.84, 0.86),
    },
}


def weigh(bag, columns, learn, least: int = 1) -> tuple[sparse.csr_array, dict[str, float]]:
    """Return TF-IDF of the words that `least` of the texts in `learn` have, and their IDF."""
    held_by = np.bincount(bag[learn].indices, minlength=len(columns))
    kept = np.flatnonzero(held_by >= least)
    weights = TfidfTransformer(sublinear_tf=True).fit(bag[learn][:, kept])
    idf = dict(zip([columns[at] for at in kept], weights.idf_, strict=True))
    return weights.transform(bag[:, kept]), idf


def represent(data) -> dict:
    """Return what lesson 08 makes of all texts; and TF-IDF of all words; and all without stop words."""
    glove = words.load_vectors("glove-6b-50d")
    learn = np.flatnonzero(data.in_train)
    bag, columns = words.count_words(data.texts)
    telling = [at for at, word in enumerate(columns) if word not in ENGLISH_STOP_WORDS]
    tables = {"TF-IDF, rare words too": weigh(bag, columns, learn)[0]}
    for note, kept in (("", range(len(columns))), (", no stop words", telling)):
        some, names = bag[:, [*kept]], [columns[at] for at in kept]
        tfidf, idf = weigh(some, names, learn, LEAST)
        weighted = words.document_vectors(some, glove, missing="idf", idf=idf, columns=names)
        tables |= {
            f"TF-IDF{note}": tfidf,
            f"mean of GloVe{note}": words.document_vectors(some, glove, columns=names),
            f"mean of GloVe, IDF{note}": weighted,
            f"TF-IDF + GloVe{note}": sparse.hstack([tfidf, GLOVE_WEIGHT * normalize(weighted)]).tocsr(),
        }
    return tables


def encode(texts) -> dict[str, np.ndarray]:
    """Return what the sentence encoders make of texts, a part at a time: each is kept once it is done."""
    parts = [texts[start : start + PART] for start in range(0, len(texts), PART)]
    found = {}
    for title, name in (("USE", "use"), ("MiniLM", "minilm")):
        encoder = words.sentences.load(name)
        found[title] = np.concatenate([encoder.encode(part) for part in parts])
    return found


def draw(data) -> np.ndarray:
    """Return the indices of LEARN training and JUDGE test texts of each class, or all there are."""
    order = np.random.default_rng(SEED).permutation(len(data))
    kept = []
    for part, number in ((data.in_train, LEARN), (~data.in_train, JUDGE)):
        for name in range(len(data.class_names)):
            kept.append(order[part[order] & (data.labels[order] == name)][:number])
    return np.sort(np.concatenate(kept))


def curves(tables: dict, y, test, shots, scoring: str) -> dict[str, measure.Curve]:
    """Measure every representation on the same draws."""
    options = dict(scoring=scoring, test=test, up_to=True, seed=SEED)
    return {name: measure.few_shot_curve(X, y, shots, REPEATS, **options) for name, X in tables.items()}


def show(title: str, found: dict[str, measure.Curve], earlier: dict[str, tuple]) -> list[str]:
    """Print a table, and return where what was measured earlier lies outside the interval."""
    shots = next(iter(found.values())).shots
    print(f"\n| {title} | " + " | ".join(map(str, shots)) + " |\n|" + "---|" * (len(shots) + 1))
    for name, curve in found.items():
        print(f"| {name} | " + " | ".join(map(str, curve.scores)) + " |", flush=True)
    outside = []
    for name, values in earlier.items():
        for number, value in zip(shots, values, strict=False):
            score = found[name].at(number) if name in found else None
            # The earlier value was rounded to two places.
            if score and not score.low - 0.005 <= value <= score.high + 0.005:
                outside.append(f"{title}, {name}, {number} a class: {score}, earlier {value:.2f}")
    return outside


def main() -> int:
    """Print all tables; what lies outside is for the reader to judge, and no failure."""
    wanted = ("glove-6b-50d", "newsgroups", "reuters", "use-multilingual-v3", "all-minilm-l6-v2")
    if absent := [name for name in wanted if not assets.has(name)]:
        print(f"Not fetched yet: {', '.join(absent)}; run: tlcourse fetch --all", file=sys.stderr)
        return 1
    outside = []
    for name, scoring in (("newsgroups", "accuracy"), ("reuters-r8", "macro recall")):
        data = datasets.load(name)
        tables = represent(data)
        found = curves(tables, data.labels, ~data.in_train, SHOTS, scoring)
        outside += show(f"{name}, {scoring}", found, EARLIER[name])
        kept = draw(data)
        encoded = encode([data.texts[index] for index in kept])
        tables = {"TF-IDF": tables["TF-IDF"][kept], **encoded}
        for title, rows in encoded.items():
            tables[f"TF-IDF + {title}"] = sparse.hstack([tables["TF-IDF"], rows]).tocsr()
        found = curves(tables, data.labels[kept], ~data.in_train[kept], ENCODER_SHOTS, scoring)
        earlier = {title: values for title, values in EARLIER[name].items() if title in encoded}
        outside += show(f"{name}, {scoring}, {len(kept):,} texts", found, earlier)
        lead = measure.paired_difference(found["TF-IDF + MiniLM"], found["TF-IDF"], 100)
        print(f"\nTF-IDF + MiniLM minus TF-IDF at 100 a class: {lead}", flush=True)
    print("\nOutside their interval:", *(outside or ["none"]), sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
