# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1400
#     assets: [digits, efficientnet-lite0, fashion-mnist, glove-6b-50d, newsgroups, reuters, stamps, vgg16-hed]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb), [lesson 05](05_feature_extraction.ipynb), [lesson 06](06_fine_tuning.ipynb) and [lesson 08](08_nlp_transfer.ipynb)"
# ---

# %% [markdown]
# # 10 · Negative transfer
#
# **You will be able to**
#
# - say what negative transfer is, against which rival it is to be judged, and which of its two causes is at
#   work;
# - notice it with the few labels that you have, and know when they are too few to tell;
# - use four guards against it, and say of each where it fails.

# %% [markdown]
# The settings of the lesson:

# %% tags=["parameters"]
SHOTS = (1, 5, 10)  # labelled examples a class
REPEATS, TEXT_REPEATS = 20, 10  # draws of them, the same for all methods on a target
SEED = 0

# %% [markdown]
# ## When knowledge is in the way
#
# The lessons before mostly showed transfer at its best. It does not always help: what was learned on the
# source can lead to *worse* results on the target than doing without. That is called **negative transfer**.
# There are two kinds of causes:
#
# 1. **The source**: it has too little to do with the target, so that what it knows is useless there or
#   misleading.
# 2. **The method**: the source does know something that the target could use, but the way in which it is
#   carried over cannot make use of it, or throws away something better.
#
# The two look alike in a table of accuracies, and call for different remedies: another source, or another
# method.
#
# "Worse than doing without" has to be made exact, for there are many ways of doing without. Ours: with the
# same few labels, the **gain** of a transfer is
#
# $$\text{gain} = \text{accuracy with transfer} - \text{accuracy of the best rival that transfers nothing}.$$
#
# Rivals are the raw pixels, features designed by people (lesson 05), counts of words (lesson 08), a network
# with random weights, and a network trained from scratch. Whoever compares with the weakest of these can make
# any transfer look good. Negative transfer is a gain below nought, by more than the luck of the draw.
#
# To find the cause, we divide the gain in two. The *form* is what one gets of a representation that knows
# nothing: the same network with random weights, the same word vectors dealt out by lot.
#
# $$\text{gain} = \underbrace{(\text{with transfer} - \text{same form, no knowledge})}_{\text{what the source
# knows}} + \underbrace{(\text{same form, no knowledge} - \text{best rival})}_{\text{what the form costs}}$$
#
# If the first bracket is negative, the source is to blame. If it is positive and the sum still negative, then
# the form costs more than the knowledge brings, and the method is to blame. (Wang and others, below, define
# negative transfer by the first bracket, in other terms: one algorithm, with and without the source. It is
# the fairer question about a *source*. Whoever has to choose what to use wants to know the sum.)
#
# Four cases follow. Each has a **twin** beside it: the same source where it helps, or should, with another
# target, another method, another layer, or its labels put right.
#
# ## Case 1: ImageNet on digits
#
# Lesson 01's last exercise gave a foretaste: features from photographs, on handwritten digits of 8 × 8
# pixels. The twin is the stamps. The network is EfficientNet-Lite0, at its own size of 224 pixels for both;
# of the digits we take 500, to save time.

# %%
import functools
import gc
from types import SimpleNamespace

import numpy as np
from scipy import sparse
from sklearn.preprocessing import normalize

from tlcourse import datasets, exercises, measure, models, transfer, words

# %% [markdown]
# The pictures of case 4 come first, while no network is loaded and there is room for the seventy thousand of
# Fashion-MNIST. Six kinds of clothes will be its source, four others its target; each picture is shrunk and
# placed at random in the frame, as in lesson 03.

# %%
from dataclasses import replace

fashion = datasets.load("fashion-mnist")
TARGET = ("dress", "coat", "shirt", "sneaker")
is_target = np.isin(fashion.labels, [fashion.class_names.index(kind) for kind in TARGET])
official_training, rng = np.arange(len(fashion)) < 60_000, np.random.default_rng(SEED)


def scattered(where, number):
    """Draw pictures, shrink each and put it somewhere in a black frame of the old size."""
    data = fashion.subset(rng.permutation(np.flatnonzero(where))[:number])
    frames = np.zeros((number, 28, 28, 3), np.uint8)
    for frame, image, (top, left) in zip(frames, data.resized(20).images, rng.integers(0, 9, (number, 2))):
        frame[top : top + 20, left : left + 20] = image
    return replace(data, images=frames)


source = scattered(~is_target & official_training, 1_500)
clothes = scattered(is_target & ~official_training, 800)
_, kinds = np.unique(clothes.labels, return_inverse=True)
clothes = replace(clothes, labels=kinds, class_names=TARGET, card=replace(clothes.card, name="clothes"))
labels = {"labels as they were": source.labels, "labels shuffled": rng.permutation(source.labels)}
del fashion  # it takes much memory

# %% [markdown]
# The features of both targets, by the network, by the same network with random weights, and by the rivals:

# %%
stamps, digits = datasets.load("stamps"), datasets.load("digits", size=8)
digits = digits.subset(np.random.default_rng(SEED).permutation(len(digits))[:500])
DEPTHS = ("block5c", "block6d", "top")  # for later; "top" is what we take as "ImageNet"
network = models.load("efficientnet-lite0")
untrained = models.load("efficientnet-lite0", weights="random", seed=SEED)
features = {}
for data, side in ((stamps, 32), (digits, 8)):
    images, name = data.images, data.card.name
    by_depth = transfer.extract_layers(network, images, DEPTHS)
    features[name] = {**by_depth, "ImageNet": by_depth["top"]}
    features[name]["random features"] = transfer.extract_features(untrained, images)
    features[name]["pixels"] = transfer.pixels(images, side)
    features[name]["HOG"] = transfer.hog(images)
    features[name]["colour histogram"] = transfer.colour_histogram(images)
del network, untrained
gc.collect()
print({name: X.shape for name, X in features["digits"].items()})

# %% [markdown]
# A linear probe sees nothing of its features but their **inner products**, the cosines between each two
# pictures. So pictures with thousands of numbers can be *squeezed*: five hundred pictures need only five
# hundred numbers each to have the same inner products (the Cholesky decomposition finds such numbers). That
# changes no result, and saves much time, as we shall fit some thousands of probes.


# %%
def squeezed(X):
    """Give n rows at most n columns, with the same inner products once each has length one."""
    X = normalize(X).astype(float)
    if X.shape[0] > X.shape[1]:
        return X
    products = X @ X.T
    products = products.toarray() if sparse.issparse(products) else products
    return np.linalg.cholesky(products + 1e-9 * np.eye(X.shape[0]))


whole = measure.few_shot_curve(features["digits"]["HOG"], digits.labels, (5,), 3, seed=SEED)
features = {target: {name: squeezed(X) for name, X in of.items()} for target, of in features.items()}
same = measure.few_shot_curve(features["digits"]["HOG"], digits.labels, (5,), 3, seed=SEED)
print("HOG:", whole, "squeezed:", same)

# %% tags=["assert"]
assert abs(measure.paired_difference(whole, same, 5).mean) < 0.005

# %% [markdown]
# `measure.transfer_matrix` measures every source and every rival on every target, with the same draws of
# labelled examples, and takes the difference from the best rival draw by draw. For each it gives a
# **verdict**: "helps" if the whole interval of the gain is above nought, "hurts" if all of it is below, else
# "no evidence", which does *not* mean "no difference". Where many cells are judged, some would be found
# guilty by luck. So the interval of each is widened, such that with a probability of about nineteen in twenty
# *all* of them hold at once: that is the **correction for many comparisons** (of Bonferroni). It also allows
# for the pictures that draws have in common, which make them agree more than they should.


# %%
def reading(*names):
    return {name: lambda data, name=name: features[data.card.name][name] for name in names}


def tell(matrix, target, *sources):
    """Print accuracy, gain over the best rival, and verdict."""
    for source in sources:
        for shots in matrix.shots:
            rival, gain = matrix.best_baseline(target, shots), matrix.gain(target, source, shots)
            accuracy = matrix.accuracy(target, source, shots).mean
            print(f"{target:10} {source:21} {shots:2} a class {accuracy:.2f}, over {rival:16} {gain}", end="")
            print(f"  {matrix.verdict(target, source, shots)}")


alike = {"shots": SHOTS, "repeats": REPEATS, "seed": SEED}
RIVALS = ("pixels", "HOG", "colour histogram", "random features")
vision = {"stamps": stamps, "digits": digits}
matrix = measure.transfer_matrix(vision, reading("ImageNet"), reading(*RIVALS), **alike)
for target in vision:
    tell(matrix, target, "ImageNet")

# %% [markdown]
# The whole curves:

# %%
import matplotlib.pyplot as plt


def curves_of(matrix, target):
    return {name: curve for (of, name), curve in matrix.curves.items() if of == target}


figure, axes = plt.subplots(2, 1, figsize=(9, 9), layout="constrained")
for ax, target in zip(axes, vision):
    plots.few_shot(
        {n.replace("ImageNet", "ImageNet features"): c for n, c in curves_of(matrix, target).items()}, ax
    )
    ax.set_title(f"target: {target}", loc="left")

# %% [markdown]
# *Figure 1. Accuracy against labelled pictures a class, on a target where ImageNet helps and on one where it
# hurts; 95 % intervals over twenty draws.*
#
# The same network, the same method. On stamps it is far ahead of all rivals. On digits it is behind the raw
# pixels, and further behind HOG, the histograms of directions that people designed for such things.

# %%
on_pixels = {target: matrix.gain(target, "ImageNet", 5, over="pixels") for target in vision}
for target, gain in on_pixels.items():
    print(f"{target}: ImageNet minus pixels at 5 a class: {gain}")

# %% [markdown]
# What is to blame? We divide the gain, at five labels a class.


# %%
def blame(matrix, target, source, control, shots=5):
    """Divide a gain into what the source knows and what the form costs."""
    ours, empty, best = (
        matrix.curves[target, name] for name in (source, control, matrix.best_baseline(target, shots))
    )
    knows, costs = (
        measure.paired_difference(ours, empty, shots),
        measure.paired_difference(empty, best, shots),
    )
    print(f"{target:10} {source:18} the source knows {knows}   the form costs {costs}")
    return knows, costs


digits_knows, digits_costs = blame(matrix, "digits", "ImageNet", "random features")
stamps_knows, _ = blame(matrix, "stamps", "ImageNet", "random features")

# %% [markdown]
# On digits the training on ImageNet is worth something: the same network untrained is worse. But the form
# costs more. (Why, was not measured. Two likely reasons: a network that averages its maps over the picture
# forgets *where* a stroke was; and a digit of 8 × 8 pixels, enlarged to a blur, is not what it was built
# for.) So it is not that photographs teach nothing about digits. We shall come back to this.

# %% tags=["assert"]
assert on_pixels["digits"].mean < -0.08 and on_pixels["digits"].high < 0 and on_pixels["stamps"].mean > 0.25
assert all(matrix.verdict("stamps", "ImageNet", shots) == "helps" for shots in SHOTS)
assert all(matrix.verdict("digits", "ImageNet", shots) == "hurts" for shots in SHOTS)
assert all(matrix.best_baseline("digits", shots) == "HOG" for shots in SHOTS)
assert digits_knows.low > 0 and digits_costs.high < -digits_knows.mean and stamps_knows.low > 0.2

# %% [markdown]
# ## Case 2: frozen word vectors on Reuters news
#
# Lesson 08 found that the mean of GloVe's vectors, frozen, loses to TF-IDF on R8, and by a control that its
# form is to blame. The twins here come from the same source: the vectors put *beside* the counted words, on
# R8 and on a part of 20 Newsgroups, which serves to save time. (Macro recall on R8, for its classes are of
# very different sizes; both as in lesson 08, on the official test parts. The weight of one half, too, was
# chosen there. In the mean, each word is weighted by its rarity, as TF-IDF does it.)

# %%
import copy

from sklearn.feature_extraction.text import TfidfVectorizer

glove = words.load_vectors("glove-6b-50d")
lots = copy.copy(glove)
lots.vectors = np.random.default_rng(SEED).permutation(glove.vectors)  # the same vectors, dealt out by lot
r8, news = datasets.load("reuters-r8"), datasets.load("newsgroups")
news = news.subset(np.sort(np.random.default_rng(SEED).permutation(len(news))[:5_000]))
for data in (r8, news):
    count = TfidfVectorizer(token_pattern=r"\w+", min_df=3, sublinear_tf=True).fit(data.train.texts)
    idf = dict(zip(count.get_feature_names_out(), count.idf_))
    tfidf = count.transform(data.texts)
    mean, by_lot = (words.document_vectors(data.texts, v, missing="idf", idf=idf) for v in (glove, lots))
    both = [sparse.hstack([tfidf, 0.5 * normalize(X)]).tocsr() for X in (mean, by_lot)]
    features[data.card.name] = {"TF-IDF": tfidf, "mean of GloVe": mean, "random features": by_lot}
    features[data.card.name] |= {"TF-IDF + GloVe": both[0], "TF-IDF + GloVe by lot": both[1]}
del glove, lots
print(f"{len(r8):,} and {len(news):,} texts")

# %% [markdown]
# Here "random features" are GloVe's vectors dealt out to the words by lot.

# %%
of_texts = (
    reading("mean of GloVe", "TF-IDF + GloVe"),
    reading("TF-IDF", "random features"),
)
for data in (r8, news):
    scoring = "macro recall" if data is r8 else "accuracy"
    official = {"test": ~data.in_train, "up_to": True, "scoring": scoring}
    official |= alike | {"repeats": TEXT_REPEATS}
    measured = measure.transfer_matrix({data.card.name: data}, *of_texts, **official)
    tell(measured, data.card.name, *of_texts[0])
    matrix = matrix.joined(measured)
texts_knows, texts_costs = blame(matrix, "reuters-r8", "mean of GloVe", "random features")

# %% [markdown]
# In the place of the words, the vectors hurt on R8, and on 20 Newsgroups from five labels a class on. Beside
# the words they help a little on 20 Newsgroups, and on R8 they do at least no harm. The same source and the
# same target: what changed is the method. The division says the same: what GloVe knows is worth a great deal,
# and averaging it into fifty numbers costs more.

# %% tags=["assert"]
assert all(matrix.verdict("reuters-r8", "mean of GloVe", shots) == "hurts" for shots in SHOTS)
assert all(matrix.gain("reuters-r8", "TF-IDF + GloVe", shots).mean > -0.01 for shots in SHOTS)
assert all(matrix.verdict("newsgroups", "mean of GloVe", shots) == "hurts" for shots in (5, 10))
assert matrix.verdict("newsgroups", "TF-IDF + GloVe", 5) == "helps"
assert texts_knows.low > 0.2 and texts_costs.high < -0.3

# %% [markdown]
# ## Case 3: a network that has moved on
#
# The copy of VGG-16 from lesson 04 was trained on ImageNet and then on drawing outlines. Its last block ended
# up as a drawer of edges; the fourth, the twin, has kept more. (Pictures of 64 pixels, a third less than in
# lesson 04, as VGG-16 is a slow network. It is asked directly here, in small batches: `extract_features`
# would convert it first, which takes a network of this size much memory.)

# %%
edges = models.load("vgg16-hed", size=64).cut("block3_pool", "block4_pool", "block5_pool")
asked = np.array_split(edges.preprocess(stamps.resized(64).images), 9)
maps = np.concatenate([edges.network(batch, training=False) for batch in asked])
EDGES = ("edges, block 3", "edges, block 4", "edges, block 5")
features["stamps"] |= dict(zip(EDGES, map(squeezed, np.split(maps, [256, 256 + 512], axis=1))))
del edges
gc.collect()
measured = measure.transfer_matrix({"stamps": stamps}, reading(*EDGES[1:]), reading(*RIVALS), **alike)
tell(measured, "stamps", *EDGES[1:])
matrix = matrix.joined(measured)

# %% [markdown]
# No evidence, six times over, and that with a loss of many points on average? Verdicts are careful in two
# ways: they allow for the pictures that draws share, of which there are many among so few stamps, and for all
# the comparisons made at once. So look also at the plain paired difference of lesson 01. Its interval answers
# a smaller question: how much would the mean difference change with other draws of *these same* pictures, if
# this were the only comparison?

# %%
by_block = {}
for a, b in (
    (EDGES[2], "colour histogram"),
    (EDGES[2], "pixels"),
    (EDGES[1], "pixels"),
    (EDGES[1], EDGES[2]),
):
    by_block[a, b] = measure.paired_difference(matrix.curves["stamps", a], matrix.curves["stamps", b], 10)
    print(f"at 10 labels a class: {a} minus {b:16} {by_block[a, b]}")

# %% [markdown]
# On these stamps the last block does fall behind a mere histogram of colours. Whether it would on other
# stamps is what the verdict leaves open: with a few hundred pictures and this many comparisons one cannot be
# sure. Keep both in mind, and say which one you mean.
#
# The choice of rival matters as well. Against raw pixels the last block loses next to nothing, and the fourth
# wins clearly; against the colours, the fourth is about level. So the twin is a modest one here: one block
# further down, the same network no longer loses. The fourth is far ahead of the last, so what was learned
# *last* has to answer for it, and not the architecture (lesson 04 had the control).

# %% tags=["assert"]
assert (
    by_block[EDGES[2], "colour histogram"].high < -0.05
    and matrix.best_baseline("stamps", 10) == "colour histogram"
)
assert by_block[EDGES[1], EDGES[2]].low > 0.1 and by_block[EDGES[1], "pixels"].low > 0.08
assert abs(by_block[EDGES[2], "pixels"].mean) < 0.08
for shots in (5, 10):
    assert abs(matrix.gain("stamps", EDGES[1], shots).mean) < 0.08
    assert matrix.gain("stamps", EDGES[2], shots).mean < -0.05
    assert matrix.verdict("stamps", EDGES[2], shots) != "helps"

# %% [markdown]
# ## Case 4: a source that learned nonsense
#
# Now a source that is wrong on purpose. The small network of lesson 03 is trained on six kinds of clothes,
# once with their labels, once with the labels *shuffled*, so that there is nothing in them to learn but by
# heart. The targets are four other kinds of clothes. This is the one case in which we can change the source
# and nothing else.
#
# The network, and how it is trained: from fresh random weights, for a number of passes over the pictures.

# %%
from tlcourse.quiet import quiet_stderr

with quiet_stderr():  # holds back TensorFlow's notices
    import keras
    from keras import layers


def build():
    net = keras.Sequential([keras.Input((28, 28, 3)), layers.Rescaling(1 / 255)])
    for depth, width in enumerate((16, 32, 64), 1):
        net.add(layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv{depth}"))
        net.add(layers.MaxPooling2D())
    net.add(layers.Flatten())
    net.add(layers.Dense(64, activation="relu", name="dense"))
    net.add(layers.Dense(10, activation="softmax", name="kinds"))
    return net


small = build()
small.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
small.optimizer.build(small.trainable_variables)
start = [variable.numpy() for variable in small.optimizer.variables]
dense = keras.Model(small.inputs[0], small.get_layer("dense").output)  # shares its layers with the network


# %% [markdown]
# As the network is compiled once and trained many times, weights and optimiser are set back each time.


# %%
def train(images, labels, seed, passes, batch=64):
    keras.utils.set_random_seed(seed)
    small.set_weights(build().get_weights())
    for variable, value in zip(small.optimizer.variables, start):
        variable.assign(value)
    small.fit(images.astype("float32"), labels, batch, passes, verbose=0)


def answers(net, images):
    return np.asarray(net(images.astype("float32"), training=False))


TRAININGS = (0, 1, 2)
backbones, read = {}, {}
for name, taught in {"random features": labels["labels shuffled"], **labels}.items():
    for seed in TRAININGS:
        train(source.images, taught, seed, passes=0 if name == "random features" else 4)
        read[name, seed] = answers(dense, clothes.images)
        if seed == TRAININGS[0] and name in labels:
            backbones[name] = models.own(dense, name, layers=("conv1", "conv2", "conv3"))
features["clothes"] = {name: X for (name, seed), X in read.items() if seed == TRAININGS[0]}
features["clothes"]["pixels"] = transfer.pixels(clothes.images, 28)[:, ::3]  # grey: three equal channels
features["clothes"]["HOG"] = squeezed(transfer.hog(clothes.images))

# %% [markdown]
# The features are what the dense layer gives. In the matrix stands the first of three trainings:

# %%
rivals = reading("pixels", "HOG", "random features")
measured = measure.transfer_matrix({"clothes": clothes}, reading(*labels), rivals, **alike)
tell(measured, "clothes", *labels)
matrix = matrix.joined(measured)
nonsense_knows, _ = blame(matrix, "clothes", "labels shuffled", "random features")
sense_knows, _ = blame(matrix, "clothes", "labels as they were", "random features")

# %% [markdown]
# One training is one roll of the dice. Here are all three, each with its own random start and its own draws:

# %%
by_training = {}
for seed in TRAININGS:
    drawn = {
        name: measure.few_shot_curve(read[name, seed], clothes.labels, (5,), 5, seed=seed)
        for name in ("random features", *labels)
    }
    for name in labels:
        difference = measure.paired_difference(drawn[name], drawn["random features"], 5)
        by_training.setdefault(name, []).append(difference.mean)
for name, differences in by_training.items():
    print(f"{name:20} minus the same network untrained:", *(f"{d:+.2f}" for d in differences))

# %% [markdown]
# With its labels as they were, the source is ahead of its random weights in each training, and on average
# ahead of the best rival too; whether by enough for the strict standard of the matrix, is printed above. With
# the same pictures, the same number of steps and nothing but the labels shuffled, the network ends where its
# random weights had been or below, in all three trainings. What it learned is worth nothing, or less than
# nothing: here it is the *source* that is to blame. The loss is small, though, and against HOG there is "no
# evidence" of one. Layers that look for the same patterns everywhere are useful in themselves, and keep most
# of that use even when they were taught nonsense.

# %% tags=["assert"]
assert np.mean(by_training["labels shuffled"]) < -0.01 and max(by_training["labels shuffled"]) < 0.02
assert min(by_training["labels as they were"]) > 0.04 and nonsense_knows.mean < 0.02 and sense_knows.low > 0
assert (
    matrix.verdict("clothes", "labels as they were", 5)
    != "hurts"
    != matrix.verdict("clothes", "labels shuffled", 5)
)
assert (
    matrix.gain("clothes", "labels as they were", 5).mean
    > 0.04
    > 0
    > matrix.gain("clothes", "labels shuffled", 5).mean
)

# %% [markdown]
# ## And against a network from scratch?
#
# One rival is missing in the matrix, as it is slow: a network trained from scratch on the few labelled
# pictures alone. On stamps lesson 01 has measured it: ImageNet's features stayed far ahead. On digits we
# train the small network above. Only the first three draws of the matrix are used, at five labels a class,
# and differences are taken draw by draw.


# %%
def from_scratch(X, y, seed):
    """Train the small network on a few pictures, for 200 steps of 16 pictures each."""
    times = -(-200 * 16 // len(y))
    train(np.tile(X, (times, 1, 1, 1)), np.tile(y, times), seed, passes=1, batch=16)
    return SimpleNamespace(predict=lambda images: answers(small, images).argmax(axis=1))


small_digits = digits.resized(28).images
scratch = measure.few_shot_curve(small_digits, digits.labels, (5,), 3, from_scratch, seed=SEED).at(5)
over_scratch = {}
for name in ("ImageNet", "pixels", "HOG"):
    ours = matrix.accuracy("digits", name, 5).values[: len(scratch.values)]
    over_scratch[name] = measure.interval(ours - scratch.values)
    print(f"digits, from scratch {scratch}; {name:8} minus from scratch {over_scratch[name]}")

# %% [markdown]
# ImageNet's features are well behind a network that saw nothing but fifty digits: the harm of case 1 does not
# depend on the choice of rival. The best rival remains HOG.

# %% tags=["assert"]
assert over_scratch["ImageNet"].mean < -0.04 and over_scratch["HOG"].mean > 0

# %% [markdown]
# ## All verdicts at once
#
# The four cases have been joined in one matrix, and with each that was joined, the intervals have grown: they
# are now corrected for all comparisons made. A comparison is a source against one rival on one target at one
# number of labels.

# %%
print(matrix)
print(matrix.comparisons, "comparisons")
ax = plots.verdicts(matrix, shots=5)

# %% [markdown]
# *Figure 2. Gain over the best rival at five labels a class, in points (hundredths), with the ends of its
# corrected interval; blank is what was not measured.*
#
# Look at the row of digits beside that of stamps, and at the columns of GloVe. Neither "ImageNet" nor "GloVe"
# is a good or a bad source. A verdict belongs to a source, a target, a method and a number of labels
# together. And some cells say "no evidence" although their gains are larger than others that are certain:
# there the data are too few. With every comparison that was added the standard became stricter, though the
# data stayed the same: a verdict can be lost by asking more questions.

# %% tags=["assert"]
assert matrix.count("hurts") >= 6 and matrix.count("helps") >= 6

# %% [markdown]
# ## Noticing it with the labels one has
#
# All this was measured with plenty of test labels to spare. In practice you have a few labels and nothing
# else. Then use them twice: **cross-validate** transfer and rival on the very same folds, and compare them
# answer by answer. Where both are right, or both wrong, nothing is learned about which is better. Count only
# the answers in which they *differ*. If the two were equally good, each would win about half of those, as in
# tossing a coin. If the count is too one-sided for a coin, that is evidence (McNemar's test).
#
# (`measure.cross_validate` does it too, but spends most of its time on intervals, and we shall need it some
# hundred times.)


# %%
from scipy.stats import binomtest
from sklearn.model_selection import StratifiedKFold


def right(X, y, seed):
    """Cross-validate in five folds: which pictures are named right by a probe that has not seen them."""
    correct, X = np.empty(len(y), bool), squeezed(X)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(y, y):
        correct[test] = transfer.linear_probe(X[train], y[train]).predict(X[test]) == y[test]
    return correct


def compare(target, ours, theirs, few, y, seed=SEED):
    """Compare two representations on the few labelled examples at hand."""
    a, b = (right(features[target][name][few], y, seed) for name in (ours, theirs))
    wins, losses = int(np.sum(a & ~b)), int(np.sum(b & ~a))
    luck = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    return SimpleNamespace(gain=(wins - losses) / len(y), differ=(wins + losses) / len(y), luck=luck)


few = np.concatenate([np.flatnonzero(digits.labels == digit)[:10] for digit in range(10)])
here = compare("digits", "ImageNet", "pixels", few, digits.labels[few])
print(f"{len(few)} labelled digits, ImageNet minus pixels: {here.gain:+.2f}")
print(f"the two differ in {here.differ:.0%} of answers; so one-sided by luck: p = {here.luck:.4f}")

# %% [markdown]
# That was one learner with one set of labels. How often would such a learner notice? We play it through: many
# draws of a few labels, and in each the comparison on these labels alone. The learner "can tell" if the coin
# is refuted at the usual level, a probability of less than one in twenty. The share of draws in which that
# happens, *with the right sign*, is the **power** of the comparison. For a control there is a task with
# nothing to tell: two random mixtures of the same pixels, drawn alike, so that neither is better except by
# luck. (On digits the rival is the pixels, which are closer than HOG.)

# %%
DRAWS, LABELS = 10, (5, 20)
of_pixels = features["digits"]["pixels"] - features["digits"]["pixels"].mean(axis=0)
mixtures = np.random.default_rng(SEED).normal(size=(2, of_pixels.shape[1], 20))
features["digits"] |= {"mixture A": of_pixels @ mixtures[0], "mixture B": of_pixels @ mixtures[1]}
TASKS = {  # target, transfer, rival
    "stamps: ImageNet": ("stamps", "ImageNet", "colour histogram"),
    "digits: ImageNet": ("digits", "ImageNet", "pixels"),
    "R8: mean of GloVe": ("reuters-r8", "mean of GloVe", "TF-IDF"),
    "stamps: edges, block 4": ("stamps", "edges, block 4", "colour histogram"),
    "nothing to tell": ("digits", "mixture A", "mixture B"),
}

# %% [markdown]
# The comparison is done inside of `few_shot_curve`, by a fit that learns nothing and only takes notes. So the
# draws are the same as above, and what transfer was worth in each of them is known.

# %%
targets = {"stamps": stamps, "digits": digits, "reuters-r8": r8, "clothes": clothes}
notes = {task: [] for task in TASKS}


def noting(task):
    """Return a fit that learns nothing, and notes what a comparison on its few examples says."""

    def fit(few, y, seed):
        notes[task].append(compare(*TASKS[task], few, y, seed))
        return transfer.majority_class(few, y)

    return fit


for task, (target, *_) in TASKS.items():
    y, cut = targets[target].labels, {"test": ~r8.in_train} if target == "reuters-r8" else {}
    everyone = np.arange(len(y))
    measure.few_shot_curve(everyone, y, LABELS, DRAWS, noting(task), seed=SEED, up_to=True, **cut)
    notes[task] = np.reshape(notes[task], (DRAWS, len(LABELS)))

# %% [markdown]
# How large was the gain on average, in how many answers did the two differ, and how often could one tell?

# %%
power = {}
for task, drawn in notes.items():
    sign = np.sign(np.mean([each.gain for each in drawn.flat]))
    for column, number in enumerate(LABELS):
        gain, differ = (np.mean([getattr(n, what) for n in drawn[:, column]]) for what in ("gain", "differ"))
        told = [bool(n.luck < 0.05 and (n.gain * sign > 0 or "nothing" in task)) for n in drawn[:, column]]
        power[task, number] = measure.interval(told)
        print(
            f"{task:23} {number:2} a class: gain {gain:+.2f}, differ {differ:.2f}, told {power[task, number]}"
        )

# %% [markdown]
# As a picture:

# %%
figure, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
for place, task in enumerate(TASKS):
    scores = [power[task, number] for number in LABELS]
    mean, low, high = (np.array([getattr(score, end) for score in scores]) for end in ("mean", "low", "high"))
    at = np.array(LABELS) * 1.025 ** (place - 2)
    ax.errorbar(at, mean, np.maximum(0, (mean - low, high - mean)), marker="osD^v"[place], label=task)
ax.set(xscale="log", xlabel="labelled examples per class (log scale)", ylabel="share of draws that can tell")
ax.set_xticks(LABELS, LABELS)
ax.minorticks_off()
figure.legend(loc="outside right center")
_ = ax.set_ylim(-0.02, 1.04)

# %% [markdown]
# *Figure 3. How often a learner who cross-validates on the labels at hand can tell that transfer helps or
# hurts; 95 % intervals over ten draws. For "nothing to tell", the share of false alarms.*
#
# - **A huge gain is seen at once**: ImageNet on stamps, in every draw, from five labels a class.
# - **A loss of some ten points is not**: with five labels a class of R8, most would not notice that GloVe's
#   means lose to TF-IDF. With twenty, most do.
# - **More labels help less than one would think.** The loss itself shrinks as labels are added, for all
#   methods get better: compare the printed gains at five and at twenty.
# - **A gain of a few points cannot be told at all** with such numbers: block 4 looks like the control.
# - **False alarms are rare**, as they should be.
#
# So "try it and see" works for large effects only. A formula says how many answers are needed; it is the
# third exercise.

# %% tags=["assert"]
assert power["stamps: ImageNet", 5].mean > 0.9 and power["R8: mean of GloVe", 5].mean < 0.6
assert power["R8: mean of GloVe", 20].mean > power["R8: mean of GloVe", 5].mean + 0.2
assert all(power["stamps: edges, block 4", number].mean < 0.5 for number in LABELS)
assert np.mean([power["nothing to tell", number].mean for number in LABELS]) < 0.15

# %% [markdown]
# ## Guard 1: mix
#
# If one does not know whether to trust the source, one may take both: put its features *beside* those of the
# rival, each scaled to length one, and leave it to the classifier whom to believe. It costs nothing but
# columns. Tried on the four cases, and where the source is worthless:


# %%
def beside(*parts):
    return np.hstack([normalize(part) for part in parts])


def ahead(curve, matrix, target, rival, shots=5):
    """Subtract what the matrix holds of a rival, draw by draw; the draws are the same."""
    return measure.interval(curve.at(shots).values - matrix.accuracy(target, rival, shots).values)


# %% [markdown]
# The mixtures, at five labels a class; the texts were mixed above.

# %%
at_five = alike | {"shots": (5,)}
MIXES = {  # target, transfer, rival
    "case 1, digits": ("digits", "ImageNet", "HOG"),
    "case 1, stamps": ("stamps", "ImageNet", "colour histogram"),
    "case 3, block 5": ("stamps", "edges, block 5", "colour histogram"),
    "case 4, shuffled": ("clothes", "labels shuffled", "HOG"),
}
mixed = {}
for task, (target, ours, theirs) in MIXES.items():
    X = beside(features[target][ours], features[target][theirs])
    curve = measure.few_shot_curve(X, targets[target].labels, **at_five)
    for name, rival in (("over the rival", theirs), ("over the source alone", ours)):
        mixed[f"{task}, {name}"] = ahead(curve, matrix, target, rival)
by_lot = measure.few_shot_curve(
    features["newsgroups"]["TF-IDF + GloVe by lot"],
    news.labels,
    **official | at_five | {"repeats": TEXT_REPEATS},
)
for task, curve in (
    ("words + vectors", matrix.curves["newsgroups", "TF-IDF + GloVe"]),
    ("words + vectors by lot", by_lot),
):
    name = f"case 2, {task}, over the rival"
    mixed[name] = ahead(curve, matrix, "newsgroups", "TF-IDF")
ax = plots.scores(mixed)

# %% [markdown]
# *Figure 4. What a mixture of source and rival gains over each of the two, at five labels a class (case 2 on
# 20 Newsgroups); 95 % intervals over the draws, not corrected for many comparisons.*
#
# It is a strong guard. On digits, where ImageNet's features alone lose to HOG by far, the two together are
# *ahead* of HOG: the source did know something that HOG does not, and only the method kept it from being of
# use. Even the last block of the edge-drawing network, the loser of case 3, adds to the colours. And where
# there is nothing to add, as with shuffled labels, hardly anything is lost.
#
# **Where it fails.** Where the source is right, it is diluted: on stamps the mixture is some points *behind*
# ImageNet alone, for the colours have as much weight in it as the better features. And noise is not free:
# with GloVe's vectors dealt out by lot, the mixture falls a little behind TF-IDF. Weights would mend both, if
# there are labels to choose them by (lesson 08).

# %% tags=["assert"]
assert (
    mixed["case 1, digits, over the rival"].low > 0
    and mixed["case 1, digits, over the source alone"].low > 0.1
)
assert (
    mixed["case 3, block 5, over the rival"].mean > 0
    and abs(mixed["case 4, shuffled, over the rival"].mean) < 0.02
)
assert mixed["case 1, stamps, over the source alone"].high < 0
assert mixed["case 2, words + vectors by lot, over the rival"].high < 0

# %% [markdown]
# ## Guard 2: choose the depth on validation
#
# The second guard: read the network at several depths, cross-validate each on the labels at hand, and take
# the best. Where it is said to be safest, the candidates include the rival too.


# %%
@functools.cache  # the same draws are asked for more than once
def validated(target, name, few):
    return right(features[target][name][list(few)], targets[target].labels[list(few)], SEED).mean()


def choosing(target, names, took):
    """Fit on the representation that does best in cross-validation on the labels at hand."""

    def fit(few, y, seed):
        score = {name: validated(target, name, tuple(few)) for name in names}
        took.append(max(score, key=score.get))
        probe = transfer.linear_probe(features[target][took[-1]][few], y)
        return SimpleNamespace(predict=lambda asked: probe.predict(features[target][took[-1]][asked]))

    return fit


# %% [markdown]
# The edge-drawing network on stamps and ImageNet's on digits, with and without the rival among the
# candidates:

# %%
chosen, depths = {}, {}
for target, names, rival in (("stamps", EDGES, "colour histogram"), ("digits", DEPTHS, "HOG")):
    y = targets[target].labels
    last, other = (
        measure.few_shot_curve(features[target][name], y, (5,), DRAWS, seed=SEED)
        for name in (names[-1], rival)
    )
    for candidates in (names, (*names, rival)):
        took, what = [], f"{target}, {'with the rival' if rival in candidates else 'depths alone'}"
        curve = measure.few_shot_curve(
            np.arange(len(y)), y, (5,), DRAWS, choosing(target, candidates, took), seed=SEED
        )
        chosen[what] = {name: took.count(name) for name in candidates}
        for against, it in (("the last", last), ("the rival", other)):
            depths[f"{what}, over {against}"] = measure.paired_difference(curve, it, 5)
        print(what, chosen[what])
ax = plots.scores(depths)

# %% [markdown]
# *Figure 5. What choosing by cross-validation on five labels a class gains over the last layer, and over the
# best rival; 95 % intervals over ten draws, not corrected.*
#
# For the edge-drawing network the guard does its work: it hardly ever takes the last block, and gains much
# over it. (That is what lesson 04 did by eye.)
#
# **Where it fails.** On digits the candidates are all bad: whichever of them cross-validation picks is still
# far behind HOG. *A choice is only as good as its candidates*: with the rival among them, the same procedure
# takes HOG, and the harm is gone. On stamps, on the other hand, adding the rival gains nothing: block 4 and
# colours are too close for five labels a class to tell, and the choice becomes a matter of luck. Luck costs
# little there, precisely because they are close.

# %% tags=["assert"]
assert depths["stamps, depths alone, over the last"].low > 0.05
assert depths["digits, depths alone, over the rival"].high < -0.05
assert abs(depths["digits, with the rival, over the rival"].mean) < 0.03
assert chosen["digits, with the rival"]["HOG"] > DRAWS / 2 > 4 * chosen["stamps, depths alone"][EDGES[2]]

# %% [markdown]
# ## Guard 3: stop when the comparison says so
#
# The most direct guard: compare on the labels at hand, as above, and act on what comes out. There are three
# ways to act. Drop transfer only when it is shown to hurt; use it only when it is shown to help; or, without
# any test, go by the sign of the gain. What does each get, next to always transferring and to never doing so?

# %%
POLICIES = {
    "always": lambda note: True,
    "unless it hurts": lambda note: not (note.luck < 0.05 and note.gain < 0),
    "by the sign": lambda note: note.gain > 0,
    "if it helps": lambda note: note.luck < 0.05 and note.gain > 0,
}
stopped = {}
for task in list(TASKS)[:4]:
    target, ours, theirs = TASKS[task]
    a, b = (matrix.accuracy(target, name, 5).values[:DRAWS] for name in (ours, theirs))
    for policy, use in POLICIES.items():
        uses = np.array([use(each) for each in notes[task][:, 0]])
        stopped[task, policy] = measure.interval(np.where(uses, a, b) - b)
        print(f"{task:23} transfer {policy:16} used in {uses.sum():2} of {DRAWS} draws,", end=" ")
        print(f"gain over never {stopped[task, policy]}")

# %% [markdown]
# "No interval" means that all differences were the same, namely nought: the policy never used the transfer.
#
# The large gain, on stamps, every policy keeps. The losses divide them. **"Unless it hurts" fails where the
# labels are few**: it waits for proof, and until there is proof, it lets the harm go on. On R8 with five
# labels a class it mostly does. The reverse, "if it helps", is safe against harm, and pays with gains too
# small to be proven. Going by the sign did well here: it avoids large harm, for that shows in the sign long
# before it can be proven, and where the sign is a matter of luck, little depends on it.
#
# So a test is not what one needs to *choose*; for that, the better mean will do. A test is what one needs to
# *claim*. And the burden of proof should lie with the transfer: it is the one that costs something to run.

# %% tags=["assert"]
assert all(stopped["stamps: ImageNet", policy].mean > 0.2 for policy in POLICIES)
for task in ("digits: ImageNet", "R8: mean of GloVe"):
    assert stopped[task, "always"].high < -0.05
    assert stopped[task, "by the sign"].mean > -0.03
    assert stopped[task, "if it helps"].mean > -0.02
assert stopped["R8: mean of GloVe", "unless it hurts"].mean < -0.04

# %% [markdown]
# ## Guard 4: a leash
#
# The last guard is for fine-tuning. In lesson 06, what a network learned on the source was only a starting
# point. **L2-SP** keeps it on a leash: each weight is pulled back towards where it started, the more strongly
# the further it has gone. With no pull it is plain fine-tuning; with an endless one, a frozen network. If the
# source is good, so the idea, that keeps few labels from spoiling it.
#
# Tried on the clothes, with both sources of case 4: whole networks unfrozen, five labels a kind, with and
# without a pull. Forty more labelled pictures are for validation: of all passes, the weights with the lowest
# loss on them are kept. (A probe does not need them, and does without; keep that in mind when you compare the
# two.)

# %%
LEASH = {"plain": 0.0, "pulled": 1.0}


def divided(draw, shots=5):
    """Return the draw: `shots` training pictures of each kind, 40 to validate, 300 to test."""
    order = np.random.default_rng([SEED, draw]).permutation(len(clothes))
    test, validation, rest = np.split(order, [300, 340])
    taken = [rest[clothes.labels[rest] == kind][:shots] for kind in range(len(TARGET))]
    return np.concatenate(taken), validation, test


# %% [markdown]
# On each draw, a probe on the frozen features, and fine-tuning with and without the pull:

# %%
tuned = {}
for name in labels:
    for draw in range(4):
        few, validation, test = divided(draw)
        probe = transfer.linear_probe(features["clothes"][name][few], clothes.labels[few])
        said = {"frozen, a probe": probe.predict(features["clothes"][name][test])}
        parts = datasets.Split(*(clothes.subset(part) for part in (few, validation, test)))
        for leash, pull in LEASH.items():
            schedule = transfer.Schedule(20, 1e-2, 15, 1e-3, patience=None, l2_sp=pull)
            model = transfer.fine_tune(backbones[name], parts, 3, schedule, seed=draw, progress=False)
            said[leash] = model.predict(parts.test.images)
        for how, answer in said.items():
            tuned.setdefault(f"{name}, {how}", []).append((answer == clothes.labels[test]).mean())
tuned = {name: measure.interval(values) for name, values in tuned.items()}
ax = plots.scores(tuned)

# %% [markdown]
# *Figure 6. Clothes, test accuracy with five labels a kind, fine-tuned from a good and from a nonsensical
# source; 95 % intervals over four draws, which are too short.*

# %%
for name in labels:
    gain = measure.interval(tuned[f"{name}, pulled"].values - tuned[f"{name}, plain"].values)
    print(f"{name:20} pulled minus plain {gain}")

# %% [markdown]
# Fine-tuning itself is something of a guard against a bad source, for it may walk away from it: unfrozen, the
# source of nonsense is ahead of a probe on its frozen features, and nearer to the good one.
#
# The leash takes back just that. With the good source it brings nothing that these few draws could show.
# **Where it fails**: tied to the source of nonsense the network does worse than without a leash. L2-SP guards
# against forgetting a source that was *right*. Against negative transfer it is no guard at all, but the
# opposite. Only one strength was tried; if you use it, choose the strength on validation, with no pull among
# the candidates.

# %% tags=["assert"]
leashed = {name: tuned[f"{name}, pulled"].mean - tuned[f"{name}, plain"].mean for name in labels}
assert leashed["labels shuffled"] < 0 and abs(leashed["labels as they were"]) < 0.06
assert tuned["labels shuffled, plain"].mean > tuned["labels shuffled, frozen, a probe"].mean

# %% [markdown]
# ## What to do
#
# | what you see | what to do |
# |---|---|
# | no rival without transfer has been measured | measure several; they take seconds |
# | transfer far ahead in cross-validation | use it |
# | transfer far behind | is the same form without knowledge worse still? Then mix, cut earlier or fine-tune; if not, look for another source |
# | too close to tell | mix the two, or take the cheaper one; claim nothing |
# | a whole table of sources | correct for many comparisons before you name a winner or a culprit |
#
# ## Results

# %%
measure.headline(
    "10",
    "Stamps, 5 labels a class: ImageNet",
    matrix.accuracy("stamps", "ImageNet", 5),
    ("colour histogram", matrix.accuracy("stamps", "colour histogram", 5)),
)
measure.headline(
    "10",
    "Digits, 5 labels a class: ImageNet, the same network",
    matrix.accuracy("digits", "ImageNet", 5),
    ("HOG", matrix.accuracy("digits", "HOG", 5)),
)
measure.headline(
    "10",
    "R8, 5 labels a class: mean of GloVe, frozen (macro recall)",
    matrix.accuracy("reuters-r8", "mean of GloVe", 5),
    ("TF-IDF", matrix.accuracy("reuters-r8", "TF-IDF", 5)),
)
measure.table({f"digits: {name}": curve for name, curve in curves_of(matrix, "digits").items()})

# %% [markdown]
# ## Take-aways
#
# - Negative transfer is a loss against the *best* rival that transfers nothing. Measure several rivals; with
#   a weak one, any transfer looks good.
# - Divide the loss before you blame the source. In two of the four cases the source knew a good deal, and the
#   form of the transfer threw away more.
# - A verdict belongs to a source, a target, a method and a number of labels together, never to a source
#   alone.
# - With a few labels one can tell large effects only. "No evidence" is not "no difference", and the more
#   comparisons are made, the more evidence each one needs.
# - Mixing was the best guard here: it turned losses into small gains, at the price of some of the large ones.
#   Choosing guards only if doing without is among the choices.
#
# ## Limits
#
# - Four cases do not say how often negative transfer happens. They were chosen because it does happen there.
# - The division into knowledge and form depends on the control: random weights, in one draw of them, or
#   vectors dealt out by lot. Another network without knowledge might do better or worse.
# - Of each source there is one training, but for the small network of case 4, of which there are three.
# - The rivals are those of this course. A better one, say a method made for digits, would make the losses
#   larger and might turn a gain into a loss.
# - The draws come from small sets, of which they share much. The verdicts allow for that; the other intervals
#   do not, and speak of these pictures and texts only. The comparison over a few labels by the coin test
#   passes over one more thing: that the probes of the five folds learned from overlapping parts.
# - HOG was known to be the best rival on digits because we had looked at the test pictures. Who has only a
#   few labels must choose the rival by cross-validation too.
# - The features were frozen almost everywhere. Fine-tuning is another method, and may have other verdicts
#   (lesson 06 had digits on which it turned the tables).
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("10")

# %% [markdown]
# ## Your turn
#
# **Exercise 10.1** Four reports on a transfer. What does each say? Give a dictionary from the letter to one
# of `"form"` (the way of carrying over costs more than the knowledge brings), `"source"` (what the source
# learned does harm), `"baseline"` (it was compared with the wrong rival), `"not shown"`.
#
# - (a) "Averaged word vectors, frozen, are ten points behind TF-IDF, with an interval from seven to thirteen.
#   The same vectors dealt out by lot are another twenty points behind."
# - (b) "Our network's features are eight points behind those of the same network with random weights; the
#   interval is from five to eleven."
# - (c) "With transfer it is four points worse on average; the interval reaches from eleven points worse to
#   three points better."
# - (d) "Transfer helps: it is twelve points ahead of raw pixels, with an interval from eight to sixteen. (HOG
#   is nine points ahead of it, from six to twelve.)"

# %% tags=["exercise"]
causes = ...  # for example {"a": "not shown", "b": …}

exercises.check("10.1", causes)

# %% tags=["solution"]
causes = {"a": "form", "b": "source", "c": "not shown", "d": "baseline"}

exercises.check("10.1", causes)

# %% [markdown]
# **Exercise 10.2** Write the gain in each draw. Given are `transfer`, an array of accuracies over the draws,
# and `rivals`, a dictionary from names to such arrays, on the same draws. The rival to beat is the one with
# the highest mean.


# %% tags=["exercise"]
def gains(transfer, rivals):
    return ...


exercises.check("10.2", gains)


# %% tags=["solution"]
def gains(transfer, rivals):
    return transfer - max(rivals.values(), key=np.mean)


exercises.check("10.2", gains)

# %% [markdown]
# **Exercise 10.3** How many answers does it take to tell? If two learners differ in a share $d$ of their
# answers, and one is ahead by a gain $g$, the coin test notices with a power of about four in five once there
# are
#
# $$n \approx \frac{8\,d}{g^2}$$
#
# answers, each to another labelled example. Write the function that gives this number, rounded up. Then put
# in the gains and shares that were printed above figure 3.


# %% tags=["exercise"]
def answers_to_tell(differ, gain):
    return ...


exercises.check("10.3", answers_to_tell)


# %% tags=["solution"]
import math


def answers_to_tell(differ, gain):
    return math.ceil(8 * differ / gain**2)


exercises.check("10.3", answers_to_tell)

# %% [markdown]
# **Exercise 10.4** On digits, ImageNet's features lost to HOG; guard 1 put the last ones beside it, and won.
# Find *another* way to use the network on the digits that is ahead of HOG at five labels a class, with the
# whole interval of the paired difference above nought. Whatever `features["digits"]` holds may be used, and
# `beside`; measure a curve with the same draws (`**alike`) and compare it by `ahead`. More than one way leads
# there.

# %% tags=["exercise"]
gain = ...  # a Score

exercises.check("10.4", gain)

# %% tags=["solution"]
mine = beside(features["digits"]["HOG"], features["digits"]["block6d"])
curve = measure.few_shot_curve(mine, digits.labels, **alike)
gain = ahead(curve, matrix, "digits", "HOG")

exercises.check("10.4", gain)

# %% [markdown]
# ## References
#
# - M. T. Rosenstein, Z. Marx, L. P. Kaelbling and T. G. Dietterich, [*To Transfer or Not To
#   Transfer*](https://people.csail.mit.edu/mtr/papers/RosensteinM05c.html), NIPS 2005 workshop *Inductive
#   Transfer: 10 Years Later*: that transfer can hinder, and the problem of noticing it with little data.
# - Z. Wang, Z. Dai, B. Póczos and J. Carbonell, [*Characterizing and Avoiding Negative
#   Transfer*](https://arxiv.org/abs/1811.09751), CVPR 2019: a formal definition, by the same algorithm with
#   and without the source.
# - W. Zhang, L. Deng, L. Zhang and D. Wu, [*A Survey on Negative
#   Transfer*](https://arxiv.org/abs/2009.00909), IEEE/CAA Journal of Automatica Sinica 10 (2023).
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, [*How transferable are features in deep neural
#   networks?*](https://arxiv.org/abs/1411.1792), NeurIPS 2014: how transfer fades with depth and distance.
# - X. Li, Y. Grandvalet and F. Davoine, [*Explicit Inductive Bias for Transfer Learning with Convolutional
#   Networks*](https://arxiv.org/abs/1802.01483), ICML 2018: L2-SP.
# - Q. McNemar, *Note on the sampling error of the difference between correlated proportions or percentages*,
#   Psychometrika 12 (1947): the test on the answers that differ.
# - C. Nadeau and Y. Bengio, *Inference for the Generalization Error*, Machine Learning 52 (2003): why draws
#   that share examples need wider intervals.
# - The data: as in lessons 01 (stamps, digits), 03 (Fashion-MNIST) and 08 (20 Newsgroups, R8).
