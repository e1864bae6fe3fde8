# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1500
#     assets: [digits, fashion-mnist]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb)"
# ---

# %% [markdown]
# # 03 · The develop-model approach
#
# **You will be able to**
#
# - train a source network of your own, and reuse it on a second task;
# - say, from measurements, what the source's size, skill and kinship to the target are worth;
# - save a network with its card, so that you or others can start from it later.

# %% [markdown]
# The settings of the lesson. Everything below is drawn several times: the networks, and the labelled
# pictures.

# %% tags=["parameters"]
SHOTS = (1, 5, 20)  # labelled pictures per class of the target; the text speaks of these
REPEATS = 4  # how often they are drawn anew, for each source network
SEEDS = (0, 1, 2)  # every source network is trained three times, from other random weights

# %% [markdown]
# ## Two ways to come by a source
#
# There are two common ways to transfer. Either somebody else has trained the source network, as in lesson 01:
# the **pretrained-model approach**. Or you train it yourself, the **develop-model approach**:
#
# 1. Choose a *base* task (the source task of lesson 01) for which you have plenty of data, related to the
#   task you care about.
# 2. Develop a source model on it. It must be *skilful*, that is, clearly better at its task than a guess:
#   else it has learned nothing that could be carried over.
# 3. Reuse it, whole or in part, as the starting point of the target task.
# 4. If you like, refine it on the target's own data.
#
# One takes this way where no published network fits: for sounds, for X-rays, for a sensor of one's own. It is
# also instructive: here we can *change* the source and see what becomes of the target.
#
# The base data have to be **general**: what the network must learn for them has to be what the target needs
# as well. That is easy to claim beforehand, and easy to explain afterwards. We shall measure it.
#
# ## The data
#
# Fashion-MNIST holds 70,000 small grey pictures of ten kinds of clothes, from the catalogue of a shop. Its
# authors divided it into 60,000 for training and 10,000 for testing.

# %%
import numpy as np

from tlcourse import datasets, exercises, measure, models, transfer

fashion = datasets.load("fashion-mnist", size=28)
ax = plots.gallery(fashion.subset(slice(60_000, 62_000)), per_class=4)

# %% [markdown]
# *Figure 1. Four pictures of each kind, out of 2,000 of the test part; in brackets, how many of the 2,000 are
# of that kind. Pictures: Fashion-MNIST, Zalando SE, MIT licence.*
#
# Six kinds are the **source**; four others, which the source network never sees, are the **target**: dress,
# coat, shirt and sneaker. The source comes from the official training part, the target from the test part.
# The second target has nothing to do with clothes: handwritten digits.

# %%
TARGET = ("dress", "coat", "shirt", "sneaker")
is_target = np.isin(fashion.labels, [fashion.class_names.index(name) for name in TARGET])
official_training = np.arange(len(fashion)) < 60_000
rng = np.random.default_rng(0)
source = fashion.subset(rng.permutation(np.flatnonzero(~is_target & official_training))[:13_000])
clothes = fashion.subset(rng.permutation(np.flatnonzero(is_target & ~official_training))[:1_200])
digits = datasets.load("digits", size=20)
digits = digits.subset(rng.permutation(len(digits)))
del fashion  # it takes much memory

# %% [markdown]
# These pictures are tidier than life: each thing fills its frame, in the middle. Ordinary photographs are not
# like that. So we shrink every picture and put it somewhere in a frame of the old size.


# %%
def scatter(images, seed):
    """Put each picture of 20 x 20 pixels somewhere in a black frame of 28 x 28."""
    frames = np.zeros((len(images), 28, 28, 3), np.uint8)
    corners = np.random.default_rng(seed).integers(0, 9, (len(images), 2))
    for frame, image, (top, left) in zip(frames, images, corners):
        frame[top : top + 20, left : left + 20] = image
    return frames


source_images = scatter(source.resized(20).images, seed=1)
targets = {
    "clothes": (scatter(clothes.resized(20).images, seed=2), clothes.labels),
    "digits": (scatter(digits.images, seed=3), digits.labels),
}
shown = np.concatenate([images[:7] for images, _ in targets.values()])
kinds = [data.class_names[label] for data in (clothes, digits) for label in data.labels[:7]]
ax = plots.gallery(shown, titles=kinds, columns=7)

# %% [markdown]
# *Figure 2. Seven pictures of each target task, as the networks get them. Pictures: Fashion-MNIST (MIT
# licence) and the optical digits of the UCI repository, which have 8 × 8 pixels and are enlarged: hence the
# blur.*
#
# ## Develop a source model
#
# The network has three *convolutional layers*. Such a layer slides small patterns over the picture and gives,
# for each pattern, a **map** of how strongly it answers at each place; *pooling* then keeps the strongest
# answer of every 2 × 2 places. A *dense* layer follows, in which each of 64 numbers is computed from all that
# the maps say, and at the end a probability for each kind (*softmax*). There are ten outputs, so that the
# network will also do for digits; the labels of the clothes keep their numbers, and four outputs stay unused.

# %%
from tlcourse.quiet import quiet_stderr

with quiet_stderr():  # holds back TensorFlow's notices
    import keras
    from keras import layers


def build():
    network = keras.Sequential([keras.Input((28, 28, 3)), layers.Rescaling(1 / 255)])
    for depth, width in enumerate((16, 32, 64), 1):
        network.add(layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv{depth}"))
        network.add(layers.MaxPooling2D(name=f"pool{depth}"))  # halves height and width
    network.add(layers.Flatten(name="maps"))  # all that is left, place by place, in one row
    network.add(layers.Dense(64, activation="relu", name="dense"))
    network.add(layers.Dense(10, activation="softmax", name="kinds"))
    return network


# %% [markdown]
# Training begins with fresh random weights, decided by a seed. A **pass** is once through all training
# pictures; where there are **validation** pictures, the pass that did best on them is kept. The *optimiser*,
# Adam, changes the weights step by step and remembers its last steps, so it is set back too. The network is
# compiled once, for we shall train it some twenty times.

# %%
network = build()
network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
network.optimizer.build(network.trainable_variables)
untouched = [variable.numpy() for variable in network.optimizer.variables]


def forget(seed):
    """Go back to random weights, and to an optimiser that remembers nothing."""
    keras.utils.set_random_seed(seed)
    network.set_weights(build().get_weights())
    for variable, value in zip(network.optimizer.variables, untouched):
        variable.assign(value)


def train(seed, images, labels, passes, validation=None):
    forget(seed)
    # With as much patience as passes it never stops early: it only goes back to the best pass.
    best = keras.callbacks.EarlyStopping("val_accuracy", patience=passes, restore_best_weights=True)
    settings = {"validation_data": validation, "callbacks": [best]} if validation else {}
    return network.fit(images.astype("float32"), labels, 64, passes, verbose=0, **settings).history


# %% [markdown]
# Of the source's pictures, 12,000 are for training, 500 choose the pass, and 500 are for testing: nothing is
# chosen on them.


# %%
def says(images):
    return network.predict_on_batch(images.astype("float32")).argmax(axis=1)


x, y = source_images[:12_000], source.labels[:12_000]
choosing = source_images[12_000:12_500].astype("float32"), source.labels[12_000:12_500]
testing = source_images[12_500:], source.labels[12_500:]
history = train(SEEDS[0], x, y, passes=2, validation=choosing)
first_weights = network.get_weights()
print("validation accuracy after each pass:", *(f"{a:.2f}" for a in history["val_accuracy"]))
right = says(testing[0]) == testing[1]
print("on 500 test pictures of the source:", measure.interval(right))

# %% [markdown]
# The source model knows its six kinds well. Is it of any use for four kinds that it has never met, or for
# digits?
#
# ## Make it a backbone
#
# `models.own` wraps a network of yours just as `models.load` wraps a published one: frozen, with its
# preprocessing (none here, for the network's first layer scales the pixels), and with a card. It takes a
# *copy*, so that training on does not change it. The output layer answers the source's question, so we leave
# it off and end in the dense layer.

# %%
output = network.get_layer("dense").output
clothes_net = models.own(
    keras.Model(network.inputs[0], output, name="clothes_net"),
    "clothes-net",
    layers=("conv1", "conv2", "conv3"),
    title="A small network that tells six kinds of clothes apart, wherever they are in the picture",
    licence="MIT, as that of Fashion-MNIST",
    source_data="12,000 pictures of Fashion-MNIST's training part: T-shirt, trousers, pullover, sandal, "
    "bag and ankle boot, shrunk to 20 × 20 and placed at random in 28 × 28",
    notes="Never saw dress, coat, shirt or sneaker. For grey pictures of single things on black. "
    f"With its output layer, right on {right.mean():.2f} of 500 test pictures of the six kinds.",
    version="1 (seed 0)",
)
clothes_net.card

# %% [markdown]
# ## Where to read it?
#
# The dense layer is not the only place to read features from. The last convolution's maps come before the
# dense layer, and are less bound to the source's question. They can be averaged over all positions: this is
# what `.cut` does, which ends a backbone at an earlier layer. Or they can be pooled once more and laid out in
# a row, place by place. So there are three candidates, of 64, 576 and 64 numbers a picture.

# %%
row = keras.Model(network.inputs[0], network.get_layer("maps").output, name="maps")
places = {
    "averaged maps": clothes_net.cut("conv3"),
    "maps in a row": models.own(row, "maps"),
    "dense layer": clothes_net,
}
features = {
    target: {place: transfer.extract_features(backbone, images) for place, backbone in places.items()}
    for target, (images, _) in targets.items()
}

# %% [markdown]
# Which of them is best is a choice, and choices are made on validation pictures. For each target, the first
# 400 labelled pictures are kept for this choice and for nothing else. In each of three draws, a linear probe
# learns from five of them a class, and is tested on others of the 400:


# %%
def validate(features, labels, seed=0):
    """With five labels a class, among the 400 pictures kept for choosing: the score of each place."""
    return {
        place: measure.few_shot_curve(X[:400], labels[:400], (5,), 3, seed=seed).at(5)
        for place, X in features.items()
    }


candidates = {target: validate(features[target], labels) for target, (_, labels) in targets.items()}
for target, scores in candidates.items():
    for place, score in scores.items():
        print(f"{target:8} {place:14} {score}")

# %% [markdown]
# The best place depends on the target, not on the network alone. New clothes are told apart best by the dense
# layer or the averaged maps. For digits the average falls far behind: it forgets *where* in the picture the
# maps answered, and a digit is nothing but strokes in their places. There the maps in a row, which come
# before the layer made for the source's question, do about as well as the dense layer or better.


# %% tags=["assert"]
on_clothes, on_digits = (
    {place: score.mean for place, score in scores.items()} for scores in candidates.values()
)
assert max(on_clothes["averaged maps"], on_clothes["dense layer"]) > on_clothes["maps in a row"] + 0.02
assert on_digits["averaged maps"] < min(on_digits["maps in a row"], on_digits["dense layer"]) - 0.05
assert on_digits["maps in a row"] > on_digits["dense layer"] - 0.04

# %% [markdown]
# ## Many sources, one measurement
#
# One network proves little: another start from other random weights might do better or worse. And to judge a
# source one needs others beside it. Here are seven, each trained three times, with the same architecture.

# %%
digit_images, digit_labels = targets["digits"]
digits_validation = digit_images[1_500:].astype("float32"), digit_labels[1_500:]
SOURCES = {  # name: pictures, labels, passes at most, validation pictures
    "untrained": (x[:300], y[:300], 0),
    "3,000, labels shuffled": (x[:3_000], rng.permutation(y[:3_000]), 4),
    "300, one pass": (x[:300], y[:300], 1, choosing),
    "300 clothes": (x[:300], y[:300], 10, choosing),
    "3,000 clothes": (x[:3_000], y[:3_000], 4, choosing),
    "12,000 clothes": (x, y, 2, choosing),
    "1,500 digits": (digit_images[:1_500], digit_labels[:1_500], 5, digits_validation),
}

# %% [markdown]
# - **Untrained**: random weights, the control of lesson 01.
# - Two **naive** sources: one that went over 300 pictures once, and one whose labels were *shuffled*, so that
#   they say nothing about the pictures. The second sees the same pictures as the source of 3,000 below, at
#   least as often; if looking at pictures were enough, it would do as well.
# - **More and more data**: 300, 3,000 and 12,000 pictures of clothes, each trained for as long as it pays on
#   validation pictures, within limits.
# - **Another subject**: digits as a source for clothes. (As a source for digits they would be no transfer.)
#
# Each network is measured in the same way. Where to read it is chosen on the 400 pictures; then a linear
# probe learns from a few labelled ones of the rest, and is tested on half of the rest.


# %%
def choose(features, labels, seed):
    """Name the place that does best on the first 400 pictures."""
    scores = validate(features, labels, seed)
    return max(scores, key=lambda name: scores[name].mean)


def judge(X, labels, seed, shots=SHOTS):
    """Measure features on all pictures but the first 400."""
    return measure.few_shot_curve(X[400:], labels[400:], shots, REPEATS, test_fraction=0.5, seed=seed)


def pool(curves):
    """Join the draws of several networks into one curve."""
    values, pairings = np.concatenate([c.values for c in curves]), tuple(c.pairing for c in curves)
    return measure.Curve(curves[0].shots, values, curves[0].chance, pairings)


# %% [markdown]
# Reading all three places at once is quicker with a model of three outputs, which shares its layers with the
# network that is trained. First a check that it gives what the backbones gave:

# %%
averaged = layers.GlobalAveragePooling2D()(network.get_layer("conv3").output)
others = [network.get_layer(name).output for name in ("maps", "dense")]
reader = keras.Model(network.inputs[0], [averaged, *others])


def read(images):
    return dict(zip(places, reader.predict_on_batch(images.astype("float32"))))


for place, X in read(targets["digits"][0]).items():
    assert np.allclose(X, features["digits"][place], atol=1e-3)
print("the same features either way")

# %% [markdown]
# Now train them all and measure each; the first of the largest source was trained above already. Whole curves
# for two of the sources, five labels a class for the others. For those two we also measure a third target
# with five labels, for later: the clothes as they were, centred and large.

# %%
targets["clothes, centred"] = (clothes.images, clothes.labels)
runs, chosen, source_accuracy = {}, {}, {}
for name, recipe in SOURCES.items():
    for seed in SEEDS:
        if (name, seed) == ("12,000 clothes", SEEDS[0]):
            network.set_weights(first_weights)
        else:
            train(seed, *recipe)
        source_accuracy.setdefault(name, []).append((says(testing[0]) == testing[1]).mean())
        whole = name in ("untrained", "12,000 clothes")
        for target, (images, labels) in targets.items():
            if (name, target) == ("1,500 digits", "digits") or (target == "clothes, centred" and not whole):
                continue
            found = read(images)
            place = choose(found, labels, seed)
            chosen.setdefault(target, []).append(place)
            shots = SHOTS if whole and target != "clothes, centred" else (5,)
            curve = judge(found[place], labels, seed, shots)
            runs.setdefault((target, name), []).append(curve)
curves = {key: pool(networks) for key, networks in runs.items()}
for target, names in chosen.items():
    print(f"{target:16}", {place: names.count(place) for place in places})

# %% [markdown]
# Printed is how many of the networks were read at which place. The baselines are pixels, with the same draws,
# and a network trained **from scratch** on the few labelled pictures alone, the one of lesson 01. As that
# takes long, it gets three draws, the first three of the first network, and no more than five labels a class;
# on digits only five.

# %%
for target, (images, labels) in targets.items():
    X = transfer.pixels(images, 28)[:, ::3]  # grey: the three channels are equal
    shots = (5,) if target == "clothes, centred" else SHOTS
    curves[target, "pixels"] = pool([judge(X, labels, seed, shots) for seed in SEEDS])
for target, shots in (("clothes", (1, 5)), ("digits", (5,))):
    images, labels = targets[target]
    curves[target, "from scratch"] = measure.few_shot_curve(
        images[400:], labels[400:], shots, 3, transfer.small_cnn, test_fraction=0.5, seed=SEEDS[0]
    )

# %% [markdown]
# ## What your own source gives
#
# First the largest source against the baselines.

# %%
import matplotlib.pyplot as plt

NAMES = {
    "pixels": "pixels",
    "from scratch": "from scratch (to 5)",
    "untrained": "random features",
    "12,000 clothes": "own source",
}
figure, axes = plt.subplots(2, 1, figsize=(9, 8.4), layout="constrained")
for ax, target in zip(axes, ("clothes", "digits")):
    plots.few_shot({shown: curves[target, name] for name, shown in NAMES.items()}, ax=ax)
    ax.set_title(f"target: {target}", loc="left")

# %% [markdown]
# *Figure 3. Accuracy on the target against labelled pictures a class, with 95 % intervals over the draws of
# three networks. From scratch stops at five labels, the thin line only leads to its name; its intervals are
# over three draws, and too short. Random features come from the same network before training.*

# %%
for target in ("clothes", "digits"):
    for shots in SHOTS:
        gains = [
            measure.paired_difference(curves[target, a], curves[target, b], shots)
            for a, b in (("12,000 clothes", "untrained"), ("untrained", "pixels"))
        ]
        print(
            f"{target:8} {shots:2} a class: own source - untrained {gains[0]}, untrained - pixels {gains[1]}"
        )

# %% [markdown]
# Three draws are too few for an interval worth its name, so here are all differences from the network from
# scratch, draw by draw:

# %%
for target, shots in (("clothes", 1), ("clothes", 5), ("digits", 5)):
    own, scratch = (curves[target, name] for name in ("12,000 clothes", "from scratch"))
    differences = own.at(shots).values[:3] - scratch.at(shots).values
    print(f"{target:8} {shots} a class: own source - from scratch", *(f"{d:+.2f}" for d in differences))

# %% [markdown]
# This is less simple than in lesson 01, where the source was ImageNet:
#
# - **Much of the gain over pixels needs no training here.** In lesson 01 random weights were no better than
#   pixels. Here they are, from five labels on, and with five labels on clothes they bring more than the
#   training does: convolution and pooling look for the same patterns everywhere, so they mind less where a
#   thing lies.
# - **Training the source was worth something on top.** With five or more labels a class, its features are on
#   average ahead of those of the same network untrained, on both targets. But the gain is small: where the
#   interval of a difference reaches down to 0, as with one label a class on clothes, it is not certain.
# - **With very few labels a network from scratch is a gamble.** With one label a class the frozen features
#   are ahead of it on average, though not in every draw. With five it is about level: the source was narrow,
#   and its frozen features are all that the probe has.
# - **On digits the clothes network, frozen, is the wrong start.** It beats pixels and random weights, but a
#   network from scratch beats it with five labels. It is not enough to beat random weights. The real opponent
#   is learning the task itself.


# %% tags=["assert"]
def gain(target, a, b, shots=5):
    return curves[target, a].at(shots).mean - curves[target, b].at(shots).mean


for target in ("clothes", "digits"):
    for shots in (5, 20):
        assert gain(target, "12,000 clothes", "untrained", shots) > 0.005
        assert gain(target, "untrained", "pixels", shots) > 0.03
assert gain("clothes", "untrained", "pixels") > gain("clothes", "12,000 clothes", "untrained") + 0.04
assert gain("clothes", "12,000 clothes", "from scratch", 1) > 0.01
assert -0.03 < gain("clothes", "12,000 clothes", "from scratch") < 0.05
assert gain("digits", "12,000 clothes", "from scratch") < -0.02

# %% [markdown]
# ## How much source, and of what skill?
#
# Now all seven sources side by side, at five labels a class.

# %%
figure, axes = plt.subplots(2, 1, figsize=(9, 6.6), layout="constrained")
for ax, target in zip(axes, ("clothes", "digits")):
    plots.scores({name: curves[target, name].at(5) for name in SOURCES if (target, name) in curves}, ax=ax)
    pixels = curves[target, "pixels"].at(5)
    ax.axvspan(pixels.low, pixels.high, color="grey", alpha=0.3, linewidth=0)
    ax.set(xlim=(0.2, 0.8), title=f"target: {target} (grey band: pixels)")

# %% [markdown]
# *Figure 4. Accuracy on the targets with five labels a class, by source; 95 % intervals over the draws of
# three networks. Digits as a source for digits would be no transfer, and are left out.*
#
# And how good is each network at its own task? One row for each source: the mean accuracy of its three
# networks on the clothes source's test pictures (a guess among six kinds is right one time in six), and its
# gain over the untrained network on each target, with an interval over the same draws.

# %%
print(f"{'source':23} source task  gain on clothes       gain on digits")
for name in SOURCES:
    of_clothes = f"{np.mean(source_accuracy[name]):.2f}" if name != "1,500 digits" else "–"
    gains = [
        str(measure.paired_difference(curves[t, name], curves[t, "untrained"], 5))
        if (t, name) in curves and name != "untrained"
        else "–"
        for t in ("clothes", "digits")
    ]
    print(f"{name:23} {of_clothes:>11}  {gains[0]:20}  {gains[1]}")

# %% [markdown]
# Those compare with the untrained network. The claims below compare trained ones with each other, so here are
# these differences too.

# %%
PAIRS = [
    ("3,000 clothes", "300 clothes"),
    ("12,000 clothes", "3,000 clothes"),
    ("12,000 clothes", "300 clothes"),
]
for target in ("clothes", "digits"):
    for a, b in PAIRS + [("1,500 digits", "12,000 clothes")] * (target == "clothes"):
        difference = measure.paired_difference(curves[target, a], curves[target, b], 5)
        print(f"{target:8} {a:>14} - {b:14} {difference}")

# %% [markdown]
# What came out:
#
# - **A naive source is worth nothing.** One pass over 300 pictures leaves the network about where random
#   weights are. With shuffled labels it ends *below* them: it saw as many pictures, and what it learned from
#   them is of no use here. Trained in this way, it is the task that makes features, not the sight of
#   pictures.
# - **Skill at the source's own task is not enough.** With 300 pictures the source names most of its test
#   pictures rightly, and for digits it is worse than random weights: what it noticed is enough for six kinds
#   of clothes and for little else. Where a source does harm one speaks of **negative transfer**.
# - **More source data, better transfer**, from 300 to 3,000 to 12,000 in every step on digits, and from end
#   to end on clothes. From 3,000 to 12,000 there is hardly any accuracy left to gain on the source's own
#   task, and digits still gain.
# - **A surprise:** digits, an eighth as many pictures of something else, are about as good a source for new
#   clothes as 12,000 clothes. Kinship by *subject* was not what counted here.
#
# One reading of the surprise: to tell ten digits apart wherever they are, one must attend to fine shape in
# any place; to tell trousers from sandals, a rough outline will do. Then a source is **general** not because
# it is large, or of the same subject, but if it cannot be solved without what the target needs. It may also
# be that ten kinds teach more than six: our comparison does not say. It is seldom plain beforehand. Train,
# and measure on the target's validation pictures.

# %% tags=["assert"]
for target, room in (("clothes", 0.04), ("digits", 0.03)):
    assert gain(target, "300, one pass", "untrained") < room
    assert gain(target, "3,000, labels shuffled", "untrained") < -0.02
    assert gain(target, "12,000 clothes", "300 clothes") > 0
assert gain("digits", "300 clothes", "untrained") < 0
assert gain("digits", "3,000 clothes", "300 clothes") > 0
assert gain("digits", "12,000 clothes", "3,000 clothes") > 0
small, middle, large = (
    np.mean(source_accuracy[name]) for name in ("300 clothes", "3,000 clothes", "12,000 clothes")
)
assert 0.7 < small < middle < large < middle + 0.05
assert gain("clothes", "1,500 digits", "12,000 clothes") > -0.025

# %% [markdown]
# ## Where there is nothing to gain
#
# We made the pictures untidy. How much of the gain is that? Here are the same clothes as they were, centred
# and large, with five labels a class.

# %%
tidy = {name: curves["clothes, centred", name] for name in ("pixels", "untrained", "12,000 clothes")}
for name, curve in tidy.items():
    print(f"{name:14} {curve.at(5)}")
for a, b in (("12,000 clothes", "untrained"), ("untrained", "pixels")):
    print(f"{a} - {b}:", measure.paired_difference(tidy[a], tidy[b], 5))

# %% [markdown]
# The source network was trained on smaller, scattered pictures, which is a handicap here. Still, see how
# little is left: neither convolution nor training brings anything on tidy pictures, and raw pixels do as
# well, if not better. Two centred dresses largely agree pixel by pixel, and a linear classifier needs no
# more. What our network has over pixels, on clothes most of it by its architecture, is that it minds less
# *where* the thing is; and that is worth something only where things move.

# %% tags=["assert"]
assert gain("clothes, centred", "12,000 clothes", "pixels") < 0.02
assert gain("clothes, centred", "untrained", "pixels") < 0.03
assert gain("clothes, centred", "12,000 clothes", "untrained") < 0.02

# %% [markdown]
# ## Keep it: save, card, reload
#
# A source model pays when it is used more than once, by you next year or by others. What is saved must
# suffice to use it *rightly*, so the folder holds the network, its preprocessing and its card, and no code.

# %%
import tempfile
from pathlib import Path

folder = models.save(clothes_net, Path(tempfile.mkdtemp(), "clothes-net"))
print(*sorted(path.name for path in folder.iterdir()))
again = models.load(folder)
again

# %% [markdown]
# It must give what the original gives, to the last bit, also on pictures of another kind. And training the
# network twenty times more must not have changed the original: it gives the features of the beginning. It can
# still be cut, and the card of a cut speaks of what is left.

# %%
sample = targets["digits"][0][:50]
ours, theirs = (
    np.asarray(backbone.network(backbone.preprocess(sample), training=False))
    for backbone in (clothes_net, again)
)
assert np.array_equal(ours, theirs) and again.card == clothes_net.card
assert np.allclose(ours, features["digits"]["dense layer"][:50], atol=1e-3)
cut = again.cut("conv3")
print("equal outputs:", np.array_equal(ours, theirs))
print(f"whole {again.card.parameters:,} parameters, cut at conv3 {cut.card.parameters:,}")

# %% [markdown]
# From here on it is a pretrained model like any other, and your work is somebody's *pretrained-model
# approach*. What its card says, and why:
#
# - **what it was trained on**, kind by kind, and **what it never saw**: whoever tests it on what it has seen
#   fools themselves, and whoever knows its kinds can guess what it is good for;
# - **what is done to the pixels** and how large the picture must be: with others it goes wrong without a
#   word;
# - **where it may be cut**, its `layers`: as we saw, the end is not always the best place;
# - **licence**, of the data too, and **version**, for you will train it again.
#
# The last step of the list above, to refine the network, is *fine-tuning*: the source's weights are a
# starting point and are trained on. Lesson 06 is about that.
#
# ## Results

# %%
for target in ("clothes", "digits"):
    measure.headline(
        "03",
        f"New {target}, 5 labels a class: linear probe on a source network of one's own",
        curves[target, "12,000 clothes"].at(5),
        ("same network, untrained", curves[target, "untrained"].at(5)),
    )
measure.headline(
    "03",
    "New clothes, 5 labels a class: the source's labels shuffled",
    curves["clothes", "3,000, labels shuffled"].at(5),
    ("labels as they were", curves["clothes", "3,000 clothes"].at(5)),
)
measure.table(
    {f"{t}: {shown}": curves[t, name] for t in ("clothes", "digits") for name, shown in NAMES.items()}
)

# %% [markdown]
# ## Take-aways
#
# - The develop-model approach: train a skilful source on a base task with plenty of data, cut it, reuse it,
#   keep it with its card.
# - A naive source, with too little training or with labels that mean nothing, is worth no more than random
#   weights, and may be worth less.
# - Skill is needed and is not enough: a source that was good at its own task did digits no good. More source
#   data helped, even where the source's own accuracy hardly moved.
# - Subject was a poor guide to what helps. A source may be general if it cannot be solved without what the
#   target needs; measure.
# - Compare with the same network untrained: part of a gain, on clothes the larger part, can come from the
#   architecture alone.
# - Compare with learning the target from scratch, too. A small source of one's own may be overtaken with a
#   few labels; that is one reason why people share large ones.
#
# ## Limits
#
# - Three networks a source are few. The intervals are taken over the draws of all three together, as if
#   twelve draws were independent; those of one network share it, so they are somewhat short. They do not
#   speak of other kinds held out: which six of the ten one learns from matters, and we tried one choice.
# - The network from scratch had three draws, a design of its own and mirrored copies of its pictures (which
#   do digits no good), and all of its layers learned, where the source's were frozen. It is there as what one
#   would do without a source, not as the best one could do.
# - Passes, widths and rate were set once and not tuned. A deeper network with more kinds to learn from might
#   make better features; this one had to be trained in seconds.
# - "Related" was tried with two subjects only. Size, number of kinds and subject differ together between the
#   digits and the clothes, so the comparison does not say which of them mattered.
# - The place to read was chosen with 400 labelled pictures of the target, far more than the few that the
#   probe learns from. Trained and untrained networks had this help alike; pixels and the network from scratch
#   had nothing to choose and did not have it. With few labels in all, one would have to choose by experience.
# - Shuffled labels were of no use in a few passes and for frozen features. Others found that networks which
#   learned random labels by heart can be a better start than random weights (Maennel and others).
# - The scatter is ours. Real untidy pictures differ in light, angle and background as well.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("03")

# %% [markdown]
# ## Your turn
#
# **Exercise 03.1** A source was trained for several passes. Write the function that says which pass to keep,
# counted from 1, given the accuracies after each pass on training and on validation pictures; of equally good
# passes keep the first.


# %% tags=["exercise"]
def best_pass(training, validation):
    return ...


exercises.check("03.1", best_pass)


# %% tags=["solution"]
def best_pass(training, validation):
    return int(np.argmax(validation)) + 1


exercises.check("03.1", best_pass)

# %% [markdown]
# **Exercise 03.2** Divide a data set by kinds: given the labels and the list of target kinds, return the
# positions of the pictures that the source may learn from, and their labels numbered anew from 0, without
# gaps, in the same order as before: labels 0, 1, 2, 3 without kind 1 become 0, 1, 2.


# %% tags=["exercise"]
def source_part(labels, target):
    return ...


exercises.check("03.2", source_part)


# %% tags=["solution"]
def source_part(labels, target):
    chosen = np.flatnonzero(~np.isin(labels, target))
    return chosen, np.unique(labels[chosen], return_inverse=True)[1]


exercises.check("03.2", source_part)

# %% [markdown]
# **Exercise 03.3** You publish your network. Which of these must its card hold so that a stranger can use it
# rightly? Give the set of their letters.
#
# - (a) What was done to the pixels before the network saw them in training.
# - (b) Which kinds of things it was trained on.
# - (c) Its accuracy on the pictures that it learned from.
# - (d) The licence of the network and of its data.
# - (e) How many cores the machine had that trained it.

# %% tags=["exercise"]
facts = ...  # for example {"c", "e"}

exercises.check("03.3", facts)

# %% tags=["solution"]
facts = {"a", "b", "d"}

exercises.check("03.3", facts)

# %% [markdown]
# **Exercise 03.4** A dictionary gives, for each source, the paired difference between it and the untrained
# network, as a `Score` with `.mean`, `.low` and `.high`. Write the function that returns the set of names of
# those sources whose gain is more than luck: the whole interval lies above 0.


# %% tags=["exercise"]
def that_helped(differences):
    return ...


exercises.check("03.4", that_helped)


# %% tags=["solution"]
def that_helped(differences):
    return {name for name, score in differences.items() if score.low > 0}


exercises.check("03.4", that_helped)

# %% [markdown]
# ## References
#
# - H. Xiao, K. Rasul and R. Vollgraf, [*Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
#   Learning Algorithms*](https://arxiv.org/abs/1708.07747), 2017.
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, [*How transferable are features in deep neural
#   networks?*](https://arxiv.org/abs/1411.1792), NeurIPS 2014: early layers are general, late ones specific.
# - M. Huh, P. Agrawal and A. A. Efros, [*What makes ImageNet good for transfer
#   learning?*](https://arxiv.org/abs/1608.08614), 2016: how many pictures and how many classes a source
#   needs.
# - C. Zhang and others, [*Understanding deep learning requires rethinking
#   generalization*](https://arxiv.org/abs/1611.03530), ICLR 2017: networks can learn shuffled labels by
#   heart.
# - H. Maennel and others, [*What do neural networks learn when trained with random
#   labels?*](https://arxiv.org/abs/2006.10455), NeurIPS 2020.
# - M. Mitchell and others, [*Model Cards for Model Reporting*](https://arxiv.org/abs/1810.03993), FAT* 2019.
# - E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
#   1998.
