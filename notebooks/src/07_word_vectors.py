# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1300
#     assets: [glove-6b-50d, newsgroups]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb)"
# ---

# %% [markdown]
# # 07 · Word vectors
#
# **You will be able to**
#
# - say what word2vec, GloVe and FastText learn, from their objective to the neighbours they give a word;
# - put pretrained vectors to the well-known tests, with intervals, and tell how much of a score is owed to
#   the rules of the test;
# - handle unknown words and typing errors, and measure a bias in vectors without claiming too much.

# %% [markdown]
# The settings of the lesson:

# %% tags=["parameters"]
SIZE = 50  # numbers in a vector, as in the GloVe that we load
EPOCHS = 3  # how often our own training goes through the posts
TYPOS = 500  # typing errors to try
SEED = 0  # where the random draws start

# %% [markdown]
# ## A word as a list of numbers
#
# To a computer a word is a row of letters, and nothing in the letters says that *cat* is closer to *dog* than
# to *car*. A **word vector**, or **word embedding**, is a list of numbers for each word, learned such that
# words used alike get vectors that point the same way. How alike two directions are is measured by their
# **cosine**: the product of the two vectors (multiply number by number and add up), divided by both their
# lengths. It is one for the same direction, nought for a right angle, minus one for opposite directions.
#
# Where do the numbers come from? From a body of text, a **corpus**, with no labels. "You shall know a word by
# the company it keeps", the linguist J. R. Firth wrote: words that can stand in the same places mean similar
# things. Three methods that turn this into numbers have become famous, and their vectors have been given away
# for everybody to build upon. That makes them the transfer learning of language: a **source task**, finding
# out which words occur together in thousands of millions of words, pays for vectors that a **target task**
# with few texts starts from.
#
# ### word2vec: tell real neighbours from random ones
#
# Google's **word2vec** (2013) slides a window over the text. In its *skip-gram* form each word $w$ is paired
# with a word $c$ near it. A word has two vectors, $v_w$ for itself and $u_c$ for when it is the neighbour.
# Training, by small steps as in any network, makes their product large for pairs that were seen, and small
# for pairs of $w$ with a few words $n_1 \dots n_k$ drawn at random, common words more often. That is
# **negative sampling**, and what is maximised over all the pairs is
#
# $$\log \sigma(u_c \cdot v_w) + \sum_{i=1}^{k} \log \sigma(-u_{n_i} \cdot v_w), \qquad \sigma(x) = \frac{1}{1
# + e^{-x}},$$
#
# where $\sigma$ squeezes any number into a probability, here that the pair is a real one. So a word's vector
# is a classifier of its neighbours, trained in passing; the $v_w$ are kept. Two words with the same
# neighbours are pulled towards the same $u$, so their $v$ end up alike, even if the two never stand together.
#
# ### GloVe: explain the table of co-occurrences
#
# Stanford's **GloVe** (2014, for *global vectors*) first counts, over the whole corpus, how often word $j$
# stands near word $i$: $X_{ij}$. Then it finds vectors and one number $b$ for each word whose products come
# close to the logarithms of those counts, by weighted least squares over all pairs that occur:
#
# $$\sum_{i,j:\ X_{ij} > 0} f(X_{ij}) \left( w_i \cdot \tilde{w}_j + b_i + \tilde{b}_j - \log X_{ij}
# \right)^2.$$
#
# Here $w_i$ is the vector of word $i$, and $\tilde{w}_j$ that of word $j$ for when it is the neighbour. The
# weight $f$ grows with the count up to a limit, so that rare pairs, whose counts are noise, say little and
# the commonest do not say everything. The vector that is given away is $w_i + \tilde{w}_i$.
#
# ### FastText: a word is the sum of its pieces
#
# Facebook's **FastText** (2016) is word2vec with one change. A word is put between marks, `<where>`, and cut
# into all pieces of three to six letters, its **n-grams**: `<wh`, `whe`, `her`, and so on. Each piece has a
# vector $z_g$, and so has the word as a whole; the word's own vector in the objective above is
#
# $$v_w = \sum_{g \in G_w} z_g,$$
#
# where $G_w$ are its pieces and itself. (So the paper; programs divide the sum by the number of pieces.)
# Words that share pieces share what they learn, and a word never met before still has pieces.

# %% [markdown]
# ## Two we train, one we take
#
# Here is the text for our own training: the training part of 20 Newsgroups, posts from the discussion groups
# of the early 1990s, about computers, sport, religion, politics and motorcycles.
#
# A word is a run of letters and digits, in lower case (GloVe's makers cut their text a little otherwise, and
# keep hyphens).

# %%
from tlcourse import datasets, exercises, measure, words

posts = [words.tokenise(text) for text in datasets.load("newsgroups").train.texts]
count = sum(map(len, posts))
print(f"{len(posts):,} posts, {count:,} words")

# %% [markdown]
# Both are trained with the same settings: skip-gram with five random words for each real neighbour, on one
# thread, because a training that shares its work among several gives other numbers each time. Neighbours are
# at most three words away (`window`). `subsample` passes over most of the *the* and *of*, which neighbour
# everything; words that occur fewer than five times get no vector. FastText has some twenty pieces to add up
# for each word, and is the longest wait of this lesson; so both are trained at the same time, each on a
# thread of its own:

# %%
from concurrent.futures import ThreadPoolExecutor

settings = {"size": SIZE, "epochs": EPOCHS, "window": 3, "subsample": 1e-4, "seed": SEED}
with ThreadPoolExecutor() as pool:
    first = pool.submit(words.train_word2vec, posts, **settings)
    second = pool.submit(words.train_fasttext, posts, **settings)
word2vec, fasttext = first.result(), second.result()

# %% [markdown]
# And GloVe. Its vectors have as many numbers, but were learned from six thousand million words, of Wikipedia
# and of news: a text two thousand times as long as ours. Nobody in this lesson could afford to train them;
# opening them takes a moment.

# %%
glove = words.load_vectors("glove-6b-50d")
everyone = {"GloVe": glove, "word2vec": word2vec, "FastText": fasttext}
for name, vectors in everyone.items():
    print(f"{name:8} {len(vectors):7,} words, {vectors.vector_size} numbers each")

# %% tags=["assert"]
assert glove.vector_size == word2vec.vector_size == fasttext.vector_size == SIZE
assert len(glove) == 400_000 and len(word2vec) == len(fasttext)
assert 1_500 < 6e9 / count < 2_500

# %% [markdown]
# ## Neighbours
#
# The plainest look at a space of words: which words are nearest? In a running notebook you can type others
# into the box above the table.

# %%
words.explore_neighbours(everyone, ["windows", "clipper", "drive", "apple", "hockey", "jesus"], n=7)

# %% [markdown]
# Two things differ between the columns, and it pays to keep them apart.
#
# **The corpus.** To the Newsgroups, a *drive* is a disk and *clipper* a chip, the one that the American
# government wanted in every telephone in 1993. In Wikipedia and the news a clipper is a ship or a flying
# boat, one drives and turns and pushes, and *apple* makes telephones, which it did not when our posts were
# written. A vector has one place for all senses of a word, and the corpus decides where that is. A pretrained
# vector brings its corpus's view along, and its decade. That is the strength of transfer and its risk.
#
# **The method.** FastText's neighbours look like the word: the same beginning, or merely the same letters. In
# a text as short as ours, spelling is what a rare word has most of. How much more do FastText's neighbours
# share letters? We take words of five letters or more that all three know, neither the very commonest nor
# rare, and count neighbours that share a piece of four letters with the word.

# %%
import numpy as np

common = [word for word in word2vec.index_to_key if word in glove.key_to_index]
shared = {name: vectors.vectors_for_all(common) for name, vectors in everyone.items()}
rng = np.random.default_rng(SEED)
sample = [str(w) for w in rng.choice([w for w in common[200:5000] if len(w) >= 5], 300, replace=False)]


def pieces(word, n=4):
    return {f"<{word}>"[i : i + n] for i in range(len(word) + 3 - n)}


sharing = {}
for name, vectors in shared.items():
    rows = words.neighbours(vectors, sample, n=10)
    sharing[name] = measure.interval(
        [np.mean([bool(pieces(word) & pieces(other)) for other, _ in row]) for word, row in zip(sample, rows)]
    )
measure.table(sharing)

# %% [markdown]
# *The share of a word's ten nearest words that have four letters in a row in common with it (the marks `<`
# and `>` count as letters); the intervals are over the words drawn.*
#
# GloVe and word2vec see no letters. That GloVe has more such neighbours than our word2vec may be because it
# has learned more: forms of one word, such as *drive* and *drives*, keep the same company.

# %% tags=["assert"]
assert sharing["FastText"].low > 2 * max(sharing["GloVe"].high, sharing["word2vec"].high)


def close(vectors, word):
    return {other for other, _ in vectors.most_similar(word, topn=10)}


assert {"chip", "encryption"} & close(word2vec, "clipper") and "chip" not in close(glove, "clipper")
assert {"schooner", "seaplane"} & close(glove, "clipper") and {"iphone"} & close(glove, "apple")
assert {"disk", "hd", "controller"} & close(word2vec, "drive") and {"turn", "push"} & close(glove, "drive")

# %% [markdown]
# ## Analogies
#
# In 2013 word vectors became famous for a sum: *king* − *man* + *woman* is near *queen*. If a direction in
# the space stands for a relation, "man is to woman as king is to …" can be answered by walking from *king*
# the same way that leads from *man* to *woman*; in general, "a is to b as c is to …" by the word nearest to
# $b - a + c$, all vectors being brought to length one first. Some questions for GloVe; type your own, three
# words each, separated by commas.

# %%
questions = [
    ("man", "woman", "king"),
    ("paris", "france", "rome"),
    ("walk", "walked", "swim"),
    ("good", "better", "bad"),
    ("germany", "hitler", "italy"),
    ("japan", "yen", "france"),
    ("mouse", "mice", "goose"),
    ("hand", "glove", "foot"),
    ("rich", "poor", "big"),
]
words.explore_analogies(glove, questions)

# %% [markdown]
# The first five are as good as their fame. The last four are asked just the same way and go wrong: France's
# currency comes after cities of France, the plural of *goose* is said to be *calves*, what a foot wears is no
# clothing, and the opposite of *big* is not found. Read only the first kind in an article, and you would
# think that meaning is linear.
#
# There is a second catch, in small print. By custom the three words of the question **are not allowed as
# answers**. Here are the same questions without that custom:

# %%
words.explore_analogies(glove, questions, exclude=False)

# %% [markdown]
# More than half of the answers are words of the question now. The nearest word to *king* − *man* + *woman* is
# *king*: the step is short, and one hardly leaves the place. This matters beyond the party trick. "Man is to
# doctor as woman is to …" has been answered with *nurse* in many an article on bias:

# %%
words.explore_analogies(glove, [("man", "woman", "doctor")])
words.explore_analogies(glove, [("man", "woman", "doctor")], exclude=False)

# %% [markdown]
# The nearest word is *doctor*. The custom forbade it. (That *nurse* comes second is still no accident; bias
# is measured below, with a better instrument.)

# %% tags=["assert"]
firsts = [words.analogy(glove, *question, n=1)[0][0] for question in questions]
assert firsts[:5] == ["queen", "italy", "swam", "worse", "mussolini"]
assert not set(firsts[5:]) & {"franc", "francs", "euro", "geese", "sock", "socks", "shoe", "boot", "small"}
free = [words.analogy(glove, *question, n=1, exclude=False)[0][0] for question in questions]
assert free[0] == "king" and sum(word in question for word, question in zip(free, questions)) >= 5
assert words.analogy(glove, "man", "woman", "doctor", n=1)[0][0] == "nurse"
assert words.analogy(glove, "man", "woman", "doctor", n=1, exclude=False)[0][0] == "doctor"

# %% [markdown]
# ## Three well-known tests
#
# Three tests have been used on nearly all word vectors since:
#
# - the **Google analogies**: nearly twenty thousand questions in fourteen sections, an answer being right
#   only if it is the very word expected;
# - **WordSim-353**: pairs of words, and how closely people find them *related*. *Coffee* and *cup* are;
# - **SimLex-999**: pairs of words, and how *similar* people find them. *Coffee* and *cup* are not, *coffee*
#   and *tea* are.
#
# The score on the last two is Spearman's **rank correlation** ρ between people's judgements and the vectors'
# cosines: one if both put all pairs in the same order, nought if the orders have nothing to do with each
# other.

# %%
full = words.evaluate(glove)
full

# %% [markdown]
# These are the scores that gensim's own, slower test gives too (the course's tests compare the two question
# by question). The last column is the **coverage**: how many questions have a vector for each of their words.
# Always ask for it; vectors that know few words may leave out all the hard questions.
#
# How sure is such a score? An interval must say what might have come out otherwise, and here it is the choice
# of the test's words. The questions are no independent draws: each joins two pairs of words, such as *Athens,
# Greece* and *Baghdad, Iraq*, and each pair is in dozens of questions. If the vectors place Baghdad badly,
# all of those fail together. So we draw *pairs* anew and not questions; from all sections together, so that
# their mix varies too, which makes the interval a cautious one. For comparison, the interval that takes the
# questions for independent. (WordSim's and SimLex's intervals are over their pairs, taken as independent.)


# %%
def over_pairs(analogies):
    return measure.interval_over_pairs(analogies.right[analogies.known], analogies.pairs[analogies.known])


def ranks(test):
    return measure.rank_correlation(test.cosines, test.judgements)


scores = {
    "Google analogies": over_pairs(full.analogies),
    "(as if questions were independent)": measure.interval(full.analogies.right[full.analogies.known]),
    "WordSim-353, rank correlation": ranks(full.wordsim),
    "SimLex-999, rank correlation": ranks(full.simlex),
}
measure.table(scores)

# %% [markdown]
# The second row is far too sure of itself: its interval is several times too narrow. And GloVe agrees with
# people about *relatedness* much better than about *similarity*. The two tests hold different pairs, so the
# numbers are no perfect match; but the gap is to be expected, for the objective is about words that occur
# together, and *coffee* and *cup* do. Opposites, such as *hot* and *cold*, stand in the same places and get
# similar vectors, and SimLex counts them as dissimilar.

# %% tags=["assert"]
assert abs(full.analogies.accuracy - 0.464) < 0.005 and full.analogies.covered > 19_400
assert abs(full.wordsim.correlation - 0.50) < 0.02 and abs(full.simlex.correlation - 0.26) < 0.02
independent = scores["(as if questions were independent)"]
assert scores["Google analogies"].high - scores["Google analogies"].low > 3 * (
    independent.high - independent.low
)
assert scores["WordSim-353, rank correlation"].low > scores["SimLex-999, rank correlation"].high

# %% [markdown]
# ## Ours on the same questions
#
# Our own vectors know only the words of the Newsgroups, so they can be asked only some of the questions, and
# have fewer wrong words to choose among. A fair comparison gives all three the same words: those that all of
# them know. Then they are asked the same questions, and have the same answers to choose from.

# %%
results = {name: words.evaluate(vectors) for name, vectors in shared.items()}
analogies = {name: over_pairs(result.analogies) for name, result in results.items()}
one = results["GloVe"]
print(f"{len(common):,} words to choose among")
for test in (one.analogies, one.wordsim, one.simlex):
    print(f"{test.covered:,} of {test.asked:,} questions have words that all three know")
measure.table(
    {
        f"{name}, {test}": score
        for name, result in results.items()
        for test, score in (
            ("analogies", analogies[name]),
            ("WordSim", ranks(result.wordsim)),
            ("SimLex", ranks(result.simlex)),
        )
    }
)

# %% [markdown]
# (GloVe's score is not that of the whole test: most of the capitals are gone, and so are many wrong answers.)
# What was learned from six thousand million words is worth a great deal: our word2vec, with the same number
# of numbers a word, gets few analogies right. That is no verdict on word2vec, which with such a corpus does
# not fall behind, as its authors report. FastText, on the same three million words, gets far more; but not on
# WordSim and SimLex. Where do its right answers come from?

# %%
names = [section.section for section in one.sections if section.covered >= 100]
by_section = {
    name: {section.section: over_pairs(section) for section in result.sections if section.section in names}
    for name, result in results.items()
}
ax = plots.parts(by_section)

# %% [markdown]
# *Figure 1. Analogies answered rightly, section by section, on the words that all three know; bars are
# 95 % intervals over the pairs of words that make up the questions. Where no answer was right there is
# nothing to draw from, and no bar; that does not make the nought certain. Currencies, with few such
# questions, are left out.*
#
# Among capitals, cities and family FastText is no better than word2vec. Nearly all its right answers are in
# the sections called `gram`, grammar: "calm is to calmly as happy is to …" can be answered by *letters*.
# `-ly` is a piece, with a vector, and adding it is just what an analogy asks. (The "opposites" are *aware,
# unaware* and the like, and not *hot, cold*.) In the past tense, where *swim* becomes *swam*, it gets few.
# GloVe is strong on capitals, family and nationalities, and weak on which city lies in which state.

# %% tags=["assert"]
assert analogies["GloVe"].low > analogies["FastText"].high
assert analogies["FastText"].low > analogies["word2vec"].high
adverbs = "gram1-adjective-to-adverb"
assert by_section["FastText"][adverbs].low > by_section["GloVe"][adverbs].high
for section in ("capital-common-countries", "family"):
    assert by_section["GloVe"][section].low > by_section["FastText"][section].high
for section in ("capital-common-countries", "capital-world", "city-in-state", "family"):
    assert by_section["FastText"][section].mean < by_section["word2vec"][section].high
right = {section.section: section.correct for section in results["FastText"].sections}
assert sum(n for name, n in right.items() if "gram" in name) > 0.95 * sum(right.values())
assert by_section["FastText"]["gram7-past-tense"].mean < 0.5 * analogies["FastText"].mean
assert by_section["GloVe"]["city-in-state"].mean < 0.3
for test in ("wordsim", "simlex"):
    assert ranks(getattr(results["FastText"], test)).low < getattr(results["word2vec"], test).correlation

# %% [markdown]
# How much of GloVe's score is owed to the custom of excluding the question's words? Two controls answer that:
# the same sums, here called *offset*, with *nothing excluded*, and the *third word*'s nearest neighbour that
# is no word of the question, with no sum at all.

# %%
controls = {"offset": analogies["GloVe"]}
for rule in ("offset, nothing excluded", "third word"):
    controls[rule] = over_pairs(words.evaluate(shared["GloVe"], rule=rule).analogies)
measure.table(controls)

# %% [markdown]
# Without the custom, about half of the score is gone. And part of what looks like arithmetic is closeness:
# the third word's nearest neighbour, which needs no arithmetic, answers a good part of the questions already.
# The sum does add to that. But what people have been comparing all along is the sum *with its rule*.

# %% tags=["assert"]
assert 0.4 < controls["offset, nothing excluded"].mean / controls["offset"].mean < 0.65
assert 0.1 < controls["third word"].mean < 0.6 * controls["offset"].mean

# %% [markdown]
# ## A picture of a piece of the space
#
# Fifty numbers cannot be drawn. **Principal component analysis** finds the plane on which a chosen set of
# words differs most, and drops the rest. The two directions of the plane, the first two *principal
# components*, have no meaning of their own.

# %%
pairs = [
    ("france", "paris"),
    ("italy", "rome"),
    ("spain", "madrid"),
    ("japan", "tokyo"),
    ("russia", "moscow"),
    ("greece", "athens"),
    ("sweden", "stockholm"),
    ("china", "beijing"),
]
groups = {
    "countries": [country for country, _ in pairs],
    "capitals": [capital for _, capital in pairs],
    "animals": ["cat", "dog", "horse", "cow", "sheep", "lion", "tiger", "wolf"],
    "food": ["bread", "cheese", "butter", "rice", "soup", "meat", "milk", "sugar"],
    "professions": ["teacher", "lawyer", "nurse", "engineer", "farmer", "painter", "soldier", "judge"],
}
ax = plots.word_map(glove, groups, links=pairs)

# %% [markdown]
# *Figure 2. Forty words of GloVe on the plane of their first two principal components; lines join countries
# and their capitals.*
#
# The groups are there to see, and the famous parallel lines from countries to capitals. But what does the
# picture leave out? We look at how much of the words' variance the plane holds, and at how many of a word's
# five nearest among these forty are still its nearest on the plane (the interval is over the forty words).

# %%
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors


def plane(chosen):
    return PCA(2, svd_solver="full").fit(glove[chosen])


shown = [word for group in groups.values() for word in group]
flat = plane(shown).transform(glove[shown])
near = [
    NearestNeighbors(n_neighbors=5).fit(x).kneighbors(return_distance=False) for x in (glove[shown], flat)
]
kept = measure.interval([len({*a} & {*b}) / 5 for a, b in zip(*near)])
variance = plane(shown).explained_variance_ratio_.sum()
print(f"variance on the plane: {variance:.0%}")
print(f"nearest five that stay among the nearest five: {kept}")

# %% [markdown]
# Less than half of what tells even these forty words apart is on the plane, and the words were chosen to form
# groups. A good part of a word's neighbours in fifty dimensions are not its neighbours in the picture. Now
# the lines: how parallel are the steps from countries to capitals, as the mean cosine of two of them, in the
# full space, on this plane, and on planes that other words have chosen?

# %%
countries, capitals = glove[groups["countries"]], glove[groups["capitals"]]


def parallel(steps):
    return cosine_similarity(steps)[~np.eye(len(steps), dtype=bool)].mean()


numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine"]
parallels = {
    "in fifty dimensions": parallel(capitals - countries),
    "in fifty dimensions, wrongly paired": parallel(np.roll(capitals, 3, axis=0) - countries),
    "on this plane": parallel((capitals - countries) @ plane(shown).components_.T),
    "with numbers for professions": parallel(
        (capitals - countries) @ plane(shown[:32] + numbers).components_.T
    ),
    "countries and capitals alone": parallel((capitals - countries) @ plane(shown[:16]).components_.T),
}
for where, cosine in parallels.items():
    print(f"{where:36} {cosine:.2f}")

# %% [markdown]
# The steps do have a direction in common, much more than those of wrongly paired words; but in the full space
# they are far from being one arrow. That they look like one is the work of the plane, and most of all where
# countries and capitals are drawn alone, as in the figure that made them famous. With numbers in place of the
# professions, the very same steps go apart. A map is good for a first look, and for showing others what you
# have measured by other means.

# %% tags=["assert"]
assert 0.35 < variance < 0.5
assert 0.45 < kept.mean < 0.7
full_space = parallels["in fifty dimensions"]
assert parallels["in fifty dimensions, wrongly paired"] + 0.3 < full_space < 0.75
assert parallels["on this plane"] > full_space + 0.2
assert parallels["countries and capitals alone"] > full_space + 0.2
assert parallels["with numbers for professions"] < parallels["on this plane"] - 0.2

# %% [markdown]
# ## Unknown words and typing errors
#
# A table of words has no row for a word it has not met: it is **out of vocabulary**. FastText adds up its
# pieces instead. Some errors people make, and FastText's nearest words:

# %%
mistyped = "windwos jeesus computter hockeyy encrpytion goverment enviroment universty beleive teh"
for typo in mistyped.split():
    known = [name for name, vectors in everyone.items() if typo in vectors.key_to_index]
    answer = ", ".join(word for word, _ in fasttext.most_similar(typo, topn=4))
    print(f"{typo:11} -> {answer:55} in the table of: {', '.join(known) or 'none'}")
print("GloVe's nearest to goverment:", ", ".join(word for word, _ in glove.most_similar("goverment", topn=4)))

# %% [markdown]
# The common errors are in the tables: the writers of the posts made them too. In GloVe, errors keep company
# with other errors. An error that a table does not have gets a vector from FastText alone. To measure how
# good that is, we take frequent words of five letters or more, make one random error in each (a letter left
# out, doubled, wrong, or swapped with the next), keep errors that our own table does not have, and ask: is
# the right word among the ten nearest? By this choice word2vec can answer none. GloVe has a row for some.

# %%
candidates = [word for word in fasttext.index_to_key[200:5000] if len(word) >= 5]
right = [str(word) for word in rng.choice(candidates, TYPOS, replace=False)]
typos = []
for word in right:
    typo = words.misspell(word, rng)
    while typo in fasttext.key_to_index:
        typo = words.misspell(word, rng)
    typos.append(typo)


def found(vectors):
    near = [dict(vectors.most_similar(typo, topn=10)) if typo in vectors else () for typo in typos]
    return np.array([word in answers for word, answers in zip(right, near)])


lengths = np.array([len(word) for word in right])
by_pieces = found(fasttext)
typing = {
    "GloVe": measure.interval(found(glove)),
    "FastText": measure.interval(by_pieces),
    "FastText, words up to 6 letters": measure.interval(by_pieces[lengths <= 6]),
    "FastText, words of 9 or more": measure.interval(by_pieces[lengths >= 9]),
}
print(f"GloVe has a row for {sum(typo in glove for typo in typos)} of the {TYPOS} errors")

# %% [markdown]
# A baseline that could embarrass FastText knows nothing of meaning: a spelling checker that looks for the
# words with the most pieces in common, rare pieces counting more (TF-IDF over pieces of three to six
# letters).

# %%
from sklearn.feature_extraction.text import TfidfVectorizer

letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 6), dtype=np.float32)
spelled = letters.fit_transform(fasttext.index_to_key)
likeness = (letters.transform(typos) @ spelled.T).toarray()
best = np.argsort(-likeness, axis=1, kind="stable")[:, :10]
typing["spelling alone"] = measure.interval(
    np.array([fasttext.key_to_index[word] in row for word, row in zip(right, best)])
)
measure.table(typing)

# %% [markdown]
# *The right word is among the ten nearest; intervals over the errors drawn.*
#
# FastText finds the right word often, and the others practically never. Longer words have more pieces that
# the error leaves whole. But spelling alone does far better: FastText's pieces were learned to foretell
# neighbours, and not to tell words apart by their letters. Their merit is that the unknown word gets a place
# in the same space as all the others, so that whatever is built upon the vectors can go on working. Whether
# that place means anything is another matter: a word made of familiar pieces lands among the words that
# *look* like it, and sometimes these are the right company.

# %%
for word in ("unwindowable", "hockeyless", "cryptochip", "carpet", "therapist", "assess"):
    known = "known" if word in fasttext.key_to_index else "unknown"
    print(f"{word} ({known}): {', '.join(other for other, _ in fasttext.most_similar(word, topn=6))}")

# %% tags=["assert"]
assert typing["FastText"].low > 0.3 and typing["GloVe"].high < 0.05
assert sum(typo in glove for typo in typos) > 0 and not any(typo in word2vec for typo in typos)
assert typing["FastText, words of 9 or more"].low > typing["FastText, words up to 6 letters"].high
assert typing["spelling alone"].low > typing["FastText"].high + 0.1

# %% [markdown]
# ## Bias in vectors
#
# Vectors learn the company that words keep, so they learn prejudices along with facts. The **word-embedding
# association test** (WEAT; Caliskan, Bryson and Narayanan, 2017) measures it with four lists of words: two of
# *targets*, such as names of men and of women, and two of *attributes*, such as career and family. A target's
# leaning is its mean cosine with the one list of attributes, less that with the other. The **effect size**
# $d$ is the difference of the two targets' mean leanings, in standard deviations of all targets' leanings;
# two is the largest possible. The brackets are a 95 % interval: the targets drawn anew. The p-value is the
# share of all ways to divide the same targets into two lists that separate them at least as much, in the same
# direction (for long lists, of twenty thousand random ways). Four of the published tests, with their
# published words (in lower case), and the $d$ published for GloVe vectors of three hundred numbers, from a
# larger text:

# %%
published = (1.50, 1.81, 1.06, 1.24)
for (name, lists), d in zip(words.ASSOCIATION_TESTS.items(), published):
    print(f"{name} (such as {', '.join(part[0] for part in lists)}); published: {d:.2f}")
    print("   GloVe:   ", words.association(glove, *lists))
    print("   word2vec:", words.association(word2vec, *lists))

# %% [markdown]
# The first test is harmless and checks the instrument: flowers are found pleasant and insects are not. In the
# other three, GloVe associates men's names with career, and mathematics and science with men, as the
# published study found, though not by just as much. For our word2vec, which lacks some of the words, the
# intervals of those three are wide and reach to nought: with so little text one cannot tell, which is not the
# same as "no bias".
#
# How much hangs on the very words of the lists? Halve both lists of attributes at random, twenty times:

# %%
name = "men's, women's names: career, family"
men, women, *attributes = words.ASSOCIATION_TESTS[name]
effects = []
for _ in range(20):
    halves = [rng.choice(part, 4, replace=False).tolist() for part in attributes]
    effects.append(words.association(glove, men, women, *halves).effect)
print(f"{name}: d from {min(effects):.2f} to {max(effects):.2f} with half of the attributes")

# %% [markdown]
# Here the result does not hang on single attributes. What such a test shows: in *these* vectors, for *these*
# words, the leanings differ more than chance would make them. What it does not show: that anybody is treated
# unfairly by a program that uses the vectors, for which that program must be examined; what the writers of
# the texts believed; or that a list of words on which no effect is found is free of bias. Nor is $d$ the size
# of a prejudice, since it is measured in spreads of the very words in the list.
#
# ### Can it be taken out?
#
# A well-known remedy is to find a "gender direction", such as *he* − *she*, and to subtract from each vector
# its part along it: its product with the direction (of length one), times the direction. After that no word
# leans either way along that direction, by construction. Gonen and Goldberg (2019) showed that this hides the
# bias more than it removes it. We repeat their test in small: take the words that leaned farthest to either
# side, remove the direction, and ask a linear classifier which side a word had been on (cross-validated, on
# words it was not fitted on).
#
# Two controls are often left out. One removes directions between words drawn at random. The other has no
# words at all: *noise*, random numbers that are drawn with the same averages and correlations as GloVe's
# fifty.


# %%
frequent = [word for word in glove.index_to_key[:20_000] if word.isalpha() and len(word) > 2]
table = glove[frequent] / np.linalg.norm(glove[frequent], axis=1, keepdims=True)


def unit(vector):
    return vector / np.linalg.norm(vector)


def recovered(rows, a, b, extremes=500):
    direction = unit(unit(glove[a]) - unit(glove[b]))
    leaning = rows @ direction
    order = np.argsort(leaning, kind="stable")
    chosen = np.concatenate([order[:extremes], order[-extremes:]])
    removed = rows[chosen] - np.outer(leaning[chosen], direction)
    assert abs(removed @ direction).max() < 1e-5
    return measure.cross_validate(removed, np.repeat([0, 1], extremes), seed=SEED).score


debiased = {"he, she": recovered(table, "he", "she")}
for _ in range(3):
    a, b = rng.choice(frequent, 2, replace=False)
    debiased[f"{a}, {b}"] = recovered(table, a, b)
noise = rng.multivariate_normal(table.mean(axis=0), np.cov(table.T), size=len(table))
debiased["he, she, in noise"] = recovered(noise, "he", "she")
measure.table(debiased)

# %% [markdown]
# *The share of words whose side is recognised after the direction is gone (half would be guessing); intervals
# over words.*
#
# Most sides are recognised, so the leaning was hidden and not removed. But it is no different for directions
# between any two words, and even for the noise, in which nothing means anything. So this is no peculiarity of
# gender, nor of language: the fifty numbers are **correlated**, and what one direction says can be read off
# the others. **Taking one direction out of a vector does not take out what it stood for**; and a classifier
# that finds it again does not show, by itself, that there was a prejudice.

# %% tags=["assert"]
tests = {k: words.association(glove, *lists) for k, lists in words.ASSOCIATION_TESTS.items()}
assert all(test.low > 0.5 and test.p < 0.01 for test in tests.values())
assert tests["flowers, insects: pleasant, unpleasant"].covered >= 98
assert min(effects) > 1
ours = [words.association(word2vec, *lists) for lists in [*words.ASSOCIATION_TESTS.values()][1:]]
assert all(test.high - test.low > 1 and test.low < 0.2 for test in ours)
assert all(score.low > 0.7 for score in debiased.values())
assert debiased["he, she, in noise"].high > debiased["he, she"].mean

# %% [markdown]
# ## What was transferred
#
# Look back at what the six thousand million words have bought. Nobody told GloVe about capitals, family or
# grammar. They came with the prediction of neighbours, the source task, and can be carried to any task whose
# texts use the same words: load the table, look up each word, go on from there. What is carried over is a
# **table of features**, as in [lesson 05](05_feature_extraction.ipynb), with a row for each word instead of a
# network for each picture. Along with it come the corpus's senses, its decade, its gaps and its prejudices.
#
# Whether that helps to sort *texts*, and from how many labels on it does not, is the question of the next
# lesson.
#
# Larger tables than ours can be had from [Stanford's GloVe page](https://nlp.stanford.edu/projects/glove/),
# [Google's word2vec archive](https://code.google.com/archive/p/word2vec/) and
# [fasttext.cc](https://fasttext.cc/), and by name through [gensim's
# collection](https://github.com/piskvorky/gensim-data), where its host can be reached (some are over a
# gigabyte): `words.load_vectors("word2vec-google-news-300")`. These names are known:

# %%
words.list()

# %% [markdown]
# ## Results
#
# The lesson in numbers:

# %%
measure.headline(
    "07",
    "Google analogies, words that all know: GloVe, from 6 thousand million words",
    analogies["GloVe"],
    ("word2vec, from our 3 million", analogies["word2vec"]),
)
measure.headline(
    "07",
    "Right word among ten nearest of a random typing error: FastText",
    typing["FastText"],
    ("spelling alone", typing["spelling alone"]),
)
measure.table(
    {
        **scores,
        **{f"analogies on common words, {name}": score for name, score in analogies.items()},
        **{f"typing errors, {name}": score for name, score in typing.items()},
    }
)

# %% [markdown]
# ## Take-aways
#
# - word2vec tells real neighbours from random ones, GloVe explains a table of co-occurrences, FastText adds
#   up pieces of words. All three learn from text without labels.
# - The corpus decides what a word means, and pretrained vectors bring their corpus along.
# - Published scores can be checked. Ask for the coverage, compare on the same questions and the same words,
#   and let the interval count what was really drawn.
# - The fame of analogies owes much to a rule: the question's own words are forbidden answers.
# - FastText has a vector for every word. On a small corpus it is mostly a matter of spelling, at which a
#   spelling checker is better.
# - A map of words shows what its plane was chosen to show: measure what you think you see.
# - Bias can be measured, with care for what the measure does not say; removing a direction is no cure.
#
# ## Limits
#
# - One corpus of ours, one training each, fifty numbers: another seed may move our vectors' scores, and the
#   intervals do not contain that. They contain the luck of the test's words.
# - We had seconds of training on three million words, with settings that were not tuned. Between word2vec and
#   FastText only the method differs; between them and GloVe both the method and the corpus do, so that
#   comparison ranks no methods.
# - The pairs of WordSim and SimLex are drawn as if independent, though some share a word.
# - All three give one vector a word, whatever its sense in the sentence. Encoders that read whole sentences
#   have a lesson of their own.
# - The tests are in English, and so are the word lists; WEAT's names and attributes are American ones.
# - The typing errors were random ones, in frequent words. People's errors are more regular, and the common
#   ones are in a large table already.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("07")

# %% [markdown]
# ## Your turn
#
# **Exercise 07.1** Write the cosine of two vectors.


# %% tags=["exercise"]
def cosine(a, b):
    return ...


exercises.check("07.1", cosine)


# %% tags=["solution"]
def cosine(a, b):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


exercises.check("07.1", cosine)

# %% [markdown]
# **Exercise 07.2** Given a dictionary from words to vectors of length one, answer "a is to b as c is to …":
# the word nearest by cosine to b − a + c that is none of the three.


# %% tags=["exercise"]
def answer_analogy(vectors, a, b, c):
    return ...


exercises.check("07.2", answer_analogy)


# %% tags=["solution"]
def answer_analogy(vectors, a, b, c):
    target = vectors[b] - vectors[a] + vectors[c]
    others = [word for word in vectors if word not in (a, b, c)]
    return max(others, key=lambda word: vectors[word] @ target)


exercises.check("07.2", answer_analogy)

# %% [markdown]
# **Exercise 07.3** Cut a word as FastText does: put it between `<` and `>`, and return the set of all pieces
# of `shortest` to `longest` characters (the word as a whole is not one of them unless it is that short).


# %% tags=["exercise"]
def ngrams(word, shortest=3, longest=6):
    return ...


exercises.check("07.3", ngrams)


# %% tags=["solution"]
def ngrams(word, shortest=3, longest=6):
    marked = f"<{word}>"
    return {marked[i : i + n] for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)}


exercises.check("07.3", ngrams)

# %% [markdown]
# **Exercise 07.4** Before using a table of vectors, ask how much of your text it knows. Given a text as a
# list of words and a set of known words, return two shares, between nought and one: of the running words that
# are known, each occurrence counting, and of the *different* words that are known.


# %% tags=["exercise"]
def coverage(text, known):
    return ...


exercises.check("07.4", coverage)


# %% tags=["solution"]
def coverage(text, known):
    running = sum(word in known for word in text) / len(text)
    different = len(set(text) & known) / len(set(text))
    return running, different


exercises.check("07.4", coverage)

# %% [markdown]
# ## References
#
# - T. Mikolov, I. Sutskever, K. Chen, G. Corrado and J. Dean, [*Distributed Representations of Words and
#   Phrases and their Compositionality*](https://arxiv.org/abs/1310.4546), NIPS 2013: skip-gram with negative
#   sampling. The analogies are from T. Mikolov and others, [*Efficient Estimation of Word Representations in
#   Vector Space*](https://arxiv.org/abs/1301.3781), 2013.
# - J. Pennington, R. Socher and C. D. Manning, [*GloVe: Global Vectors for Word
#   Representation*](https://aclanthology.org/D14-1162/), EMNLP 2014.
# - P. Bojanowski, E. Grave, A. Joulin and T. Mikolov, [*Enriching Word Vectors with Subword
#   Information*](https://arxiv.org/abs/1607.04606), TACL 2017.
# - L. Finkelstein and others, *Placing Search in Context: The Concept Revisited*, ACM TOIS 2002: WordSim-353.
#   F. Hill, R. Reichart and A. Korhonen, [*SimLex-999*](https://arxiv.org/abs/1408.3456), Computational
#   Linguistics 2015.
# - T. Linzen, [*Issues in evaluating semantic spaces using word
#   analogies*](https://arxiv.org/abs/1606.07736), 2016: the controls. M. Nissim, R. van Noord and R. van der
#   Goot, [*Fair is Better than Sensational: Man is to Doctor as Woman is to
#   Doctor*](https://arxiv.org/abs/1905.09866), Computational Linguistics 2020.
# - A. Caliskan, J. J. Bryson and A. Narayanan, [*Semantics derived automatically from language corpora
#   contain human-like biases*](https://arxiv.org/abs/1608.07187), Science 2017.
# - T. Bolukbasi and others, [*Man is to Computer Programmer as Woman is to Homemaker? Debiasing Word
#   Embeddings*](https://arxiv.org/abs/1607.06520), NIPS 2016. H. Gonen and Y. Goldberg, [*Lipstick on a
#   Pig*](https://arxiv.org/abs/1903.03862), NAACL 2019.
# - J. R. Firth, *A Synopsis of Linguistic Theory, 1930–1955*, 1957.
