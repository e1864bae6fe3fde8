# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1400
#     assets: [efficientnet-lite0, stamps, vgg16-hed, xception]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb)"
# ---

# %% [markdown]
# # 04 · The pretrained-model approach
#
# **You will be able to**
#
# - choose a pretrained network from those on offer, by its card and by measurement;
# - say what set VGG, Inception, ResNet, Xception and EfficientNet apart, and what each costs;
# - find the mistakes that raise no error: a source that has moved, pixels in the wrong range;
# - use a module of TensorFlow Hub under Keras 3, where most public tutorials break;
# - tell apart the licences of code, weights and training data.

# %% [markdown]
# The settings of the lesson. Leave the switch off, and the lesson runs on networks whose weights the course
# carries, with the other architectures as untrained controls. Put it to `True` where Keras's own host can be
# reached, and those are downloaded with their official weights.

# %% tags=["parameters"]
OFFICIAL_WEIGHTS = False  # download the weights of VGG-16, VGG-19, Inception V3 and ResNet-50
SIZE = 96  # pixels: every network gets its pictures at this height and width
FOLDS = 5  # every accuracy below is a five-fold cross-validation, as in lesson 01
SEED = 0  # where the random draws start

# %% [markdown]
# ## Choosing instead of training
#
# There are two common ways to a source model. Lesson 03 took the first: develop one yourself. This lesson
# takes the second, the **pretrained-model approach**:
#
# 1. **Choose** a source model from those available. Research groups train networks on large and hard data
#   sets, for days or weeks, and many publish the result.
# 2. **Reuse** it as the starting point of your own task, whole or in part.
# 3. **Tune** it to your task, if that helps. Lesson 06 shows how, and when.
#
# The second and third steps are the same for both approaches. The first is a choice among strangers, and it
# begins with reading. Here is what the course can load, one card a row.

# %%
from tlcourse import datasets, exercises, measure, models, transfer

models.list()

# %% [markdown]
# A *multiply-add* is one multiplication with the addition that follows it; a convolutional network does
# little else. The count says how much work one picture of the input size is. The *input* is the size the
# network was trained on, and *parameters* are its trained numbers, here without the head.
#
# The rest of a card tells where the network comes from and what it may be used for:

# %%
for card in models.list():
    print(f"{card.name}\n    {card.citation}\n    licence: {card.licence}\n    pixels:  {card.preprocessing}")

# %% [markdown]
# Loading one takes a line. What comes back is the network without its head, together with the preprocessing
# that belongs to it.

# %%
print(models.load("efficientnet-lite0"))

# %% [markdown]
# ## A short history in six networks
#
# VGG-16, VGG-19, Inception V3, ResNet-50, Xception and EfficientNet: all six were built for the same contest,
# ImageNet's thousand classes, or measured by it. Three words first. The maps that enter a layer are its
# **channels**; the small square through which it looks at them is its **window**; and it computes a number
# for each **position** of that window in the picture.
#
# - **VGG-16 and VGG-19** ([Oxford](https://www.robots.ox.ac.uk/~vgg/research/very_deep/)) asked what
#   **depth** alone can do: nothing but small 3×3 windows, layer upon layer. Two of them in a row see as much
#   of the picture as one of 5×5 (the second looks at 3×3 places, each of which has seen 3×3), with fewer
#   weights. The number in the name counts the layers with weights, three of which belong to the head.
# - **Inception V3** ([Google](https://github.com/google/inception)) lets windows of several shapes look side
#   by side and joins what they find. Large windows are **factorised**: a 7×7 becomes a 1×7 followed by a 7×1.
# - **ResNet-50** ([Microsoft](https://github.com/KaimingHe/deep-residual-networks)) brought **residual
#   connections**: a block computes only what is to be *added* to its input, and the input passes by
#   unchanged. With that shortcut, networks many times as deep as VGG could be trained. Most later ones have
#   it, the next two included.
# - **Xception** ([Chollet, Google](https://arxiv.org/abs/1610.02357)) takes Inception's idea to its end:
#   where Inception's windows share out the channels among them, here every channel has a window of its own. A
#   **depthwise separable** convolution first looks at each channel by itself, then mixes the channels at each
#   position.
# - **EfficientNet-Lite0** (Google) uses such layers throughout. Their layout was found by an automatic
#   search, and its family grows in depth, width and picture size together; this is the smallest member of the
#   family, in a version trimmed for phones.
#
# How much do these ideas save? Count the multiply-adds of one layer with 256 channels in and out, at one
# position: a window of *k* × *k* costs *k* · *k* · 256 · 256, for each of the 256 maps that come out looks at
# all the 256 that go in. Made separable, it costs *k* · *k* for each channel, and one more for each pair of a
# channel that goes in with one that comes out.

# %%
C = 256
work = {
    "one 5×5": 5 * 5 * C * C,
    "two 3×3 (VGG)": 2 * 3 * 3 * C * C,
    "one 7×7": 7 * 7 * C * C,
    "1×7, then 7×1 (Inception)": (7 + 7) * C * C,
    "one 3×3": 3 * 3 * C * C,
    "3×3 separable (Xception, EfficientNet)": 3 * 3 * C + C * C,
}
for name, count in work.items():
    print(f"{name:40}{count:>10,}")

# %% tags=["assert"]
assert work["two 3×3 (VGG)"] < work["one 5×5"]
assert work["1×7, then 7×1 (Inception)"] < work["one 7×7"] / 3
assert work["3×3 separable (Xception, EfficientNet)"] < work["one 3×3"] / 8

# %% [markdown]
# Separating saves more than a factor of eight. That is why the multiply-adds in the table below differ so
# much.
#
# ## All of them on one task
#
# Those who publish a network report how it did on its *source* task ([Keras lists
# it](https://keras.io/api/applications/) for its own). What matters is the target: the stamps of lesson 01,
# in eight classes. Every network gets the same pictures at the same size, far below what most were made for,
# so that even the heaviest runs in seconds. Its averaged last maps are the features, and the *linear probe*
# of lesson 01 is judged on them by five-fold cross-validation.
#
# This function runs the pictures through a network part by part, and takes the time.

# %%
import gc
import time
from collections import Counter

import keras
import numpy as np

stamps_large = datasets.load("stamps")
stamps = stamps_large.resized(SIZE)


def run(backbone, images):
    """Return the features of the pictures, and the milliseconds that each of them took."""
    parts = np.array_split(images, 29)  # nine pictures at a time take little memory
    backbone.network.predict_on_batch(backbone.preprocess(parts[0]))  # the first call builds the graph
    start = time.perf_counter()
    X = np.concatenate([backbone.network.predict_on_batch(backbone.preprocess(part)) for part in parts])
    return X, 1000 * (time.perf_counter() - start) / len(images)


# %% [markdown]
# The networks are loaded, measured and dropped one after another, so that the memory never holds more than
# one. An architecture without its weights runs as a **control**: the same layers, their weights drawn at
# random and never trained. It costs what the trained network costs, so with the switch off you learn of four
# networks the cost, and not the worth. One control more has its trained twin beside it, EfficientNet-Lite0:
# what the one lacks, training gave the other.
#
# The two VGG-16 are cut at three places instead of one, for the next section; their last maps count here.

# %%
NETWORKS = {
    "EfficientNet-Lite0": "efficientnet-lite0",
    "Xception": "xception",
    "VGG-16, edges": "vgg16-hed",
    "VGG-16": "vgg16",
    "VGG-19": "vgg19",
    "Inception V3": "inception-v3",
    "ResNet-50": "resnet50",
}
carried = ("efficientnet-lite0", "xception", "vgg16-hed")
runs = [(title, name in carried or OFFICIAL_WEIGHTS) for title, name in NETWORKS.items()]
VGG_BLOCKS = ("block3_pool", "block4_pool", "block5_pool")
scores, multiply_adds, milliseconds, parameters, kinds, features, by_blocks = ({} for _ in range(7))

# %% [markdown]
# That is the list; this is the work.

# %%
for title, trained in [*runs, ("EfficientNet-Lite0", False)]:
    name, row = NETWORKS[title], title if trained else f"{title}, random weights (control)"
    backbone = models.load(name, weights="imagenet" if trained else "random", seed=SEED, size=SIZE)
    cut = backbone.cut(*VGG_BLOCKS) if "vgg16" in name else backbone
    features[row], milliseconds[row] = run(cut, stamps.images)
    if cut is not backbone:  # the averaged maps of the three blocks stand side by side in each row
        by_blocks[row] = np.split(features[row], [256, 256 + 512], axis=1)
        features[row] = by_blocks[row][-1]
    scores[row] = measure.cross_validate(features[row], stamps.labels, folds=FOLDS, seed=SEED)
    multiply_adds[row], parameters[row] = backbone.multiply_adds, backbone.network.count_params()
    kinds[title] = Counter(type(layer).__name__ for layer in backbone.network.layers)
    del backbone, cut
    keras.backend.clear_session()
    gc.collect()

# %% [markdown]
# The raw pixels are the floor: a network that does no better has not helped. Weights are four bytes each,
# which gives the memory they take. The multiply-adds are those at our size; the cards above give them at each
# network's own.

# %%
pixels = measure.cross_validate(transfer.pixels(stamps.images), stamps.labels, folds=FOLDS, seed=SEED)
print(f"{'':40}accuracy           parameters   weights   million multiply-adds")
print(f"{'pixels':40}{pixels.score}")
for row, result in scores.items():
    count = parameters[row]
    print(f"{row:40}{result.score}  {count:>11,}{4 * count / 1e6:>7.0f} MB{multiply_adds[row] / 1e6:>12,.0f}")

# %% [markdown]
# And the time that a picture takes on this machine, everything side by side. Times change from run to run,
# and with what else the machine is doing.

# %%
print(f"{'':40}accuracy             weights   time a picture   million multiply-adds a ms")
for row, needed in milliseconds.items():
    print(
        f"{row:40}{scores[row].score}{4 * parameters[row] / 1e6:>8.0f} MB{needed:>14.1f} ms"
        f"{multiply_adds[row] / 1e6 / needed:>17.0f}"
    )

# %% [markdown]
# **Multiply-adds are not time.** If they were, the last column would be the same for all. And times are
# noisy: the two EfficientNets do exactly the same work, so whatever differs between their rows is the
# machine, not the network. A small network also pays for each of its many layers, however little there is to
# do in it. If time matters to you, measure it where the network will run, and more than once.
#
# The same as a picture, with the count as the cost, since it is the same on every machine.

# %%
ax = plots.cost(
    {
        row.replace(" weights (control)", ""): (result, multiply_adds[row] / 1e6)
        for row, result in scores.items()
    },
    "million multiply-adds a picture",
)
ax.axhspan(pixels.score.low, pixels.score.high, color="0.5", alpha=0.15, zorder=0)
label = ax.text(
    0.01, pixels.score.mean, "pixels", va="center", color="0.35", transform=ax.get_yaxis_transform()
)

# %% [markdown]
# *Figure 1. Accuracy on stamps against the work a picture takes, with 95 % intervals over the pictures; the
# band is the pixels with their interval. The faint line joins the results that nothing cheaper reaches; where
# it runs level, more work bought nothing. The word "random" marks the controls.*
#
# All have seen the same pictures, so differences are taken picture by picture, as in lesson 01.

# %%
gain = measure.paired_difference
lite, xception_score = scores["EfficientNet-Lite0"], scores["Xception"]
untrained = scores["EfficientNet-Lite0, random weights (control)"]
print("EfficientNet-Lite0 minus Xception:          ", gain(lite, xception_score))
print("EfficientNet-Lite0 minus itself, untrained: ", gain(lite, untrained))

# %% [markdown]
# What the table and the figure say:
#
# - **The pretrained ones are far ahead of the pixels, if they were trained for things like these.**
# - **The smallest is at the top, or next to it.** Look at its difference from Xception above, at a small part
#   of the size and work. On ImageNet itself Xception is the better one, by what their authors report. Over
#   many networks and tasks the ranks on source and target do agree (Kornblith and others, below), but for one
#   task, at one size, a rank is a hint and not a verdict.
# - **Untrained, none of these is better than the pixels.** In the two EfficientNets you see the same layers
#   with and without training, and training made the difference. Do not take that for a law: in lesson 03,
#   where things were moved about, untrained layers did help. Controls like these belong in every comparison.
# - **One trained network does hardly better than pixels either.** "VGG-16, edges" has seen all of ImageNet
#   and seems to have forgotten much of it. That is the next section.
#
# The intervals say how much a score would vary with other pictures of the same kind. They do not cover
# another random draw of the controls' weights.


# %% tags=["assert"]
assert gain(lite, pixels).low > 0.25 and gain(xception_score, pixels).low > 0.2
assert gain(lite, xception_score).low > -0.06
assert parameters["EfficientNet-Lite0"] < parameters["Xception"] / 5
assert multiply_adds["EfficientNet-Lite0"] < multiply_adds["Xception"] / 8
assert abs(gain(scores["VGG-16, edges"], pixels).mean) < 0.09
controls = [result for row, result in scores.items() if "control" in row]
assert all(gain(control, pixels).mean < 0.05 for control in controls)
assert len(controls) == (1 if OFFICIAL_WEIGHTS else 5)
assert gain(lite, untrained).low > 0.25
assert kinds["VGG-16"]["Conv2D"] == 16 - 3 and kinds["VGG-19"]["Conv2D"] == 19 - 3
assert kinds["ResNet-50"]["Add"] == 16 and kinds["VGG-16"]["Add"] == 0
assert kinds["Xception"]["SeparableConv2D"] > 30 and kinds["EfficientNet-Lite0"]["DepthwiseConv2D"] == 16
assert milliseconds["EfficientNet-Lite0"] < milliseconds["VGG-16, edges"]

# %% [markdown]
# ## What was it trained on last?
#
# "VGG-16" is the name of an architecture. What a network knows is in its weights, and those have a history
# that the name does not tell. The card does:

# %%
print(models.list()[2].source_data)

# %% [markdown]
# After ImageNet, this copy was trained to draw the outlines of things, by a method called
# *holistically-nested edge detection* (HED). The source task has **moved**. To see where in the network that
# shows, here are the features of the last of its five blocks and of the two before, next to those of the
# other VGG-16. (Lesson 05 is about such cuts.)

# %%
plain = "VGG-16" if OFFICIAL_WEIGHTS else "VGG-16, random weights (control)"
blocks = {
    row: {
        block: measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED)
        for block, X in zip(VGG_BLOCKS, by_blocks[row], strict=True)
    }
    for row in ("VGG-16, edges", plain)
}
by_block, other = blocks.values()
measure.table({f"{row}: {block}": score for row, of in blocks.items() for block, score in of.items()})

# %% [markdown]
# The blocks see the same pictures, so their difference is best taken picture by picture.

# %%
print("block 4 minus block 3:", gain(by_block["block4_pool"], by_block["block3_pool"]))
print("block 5 minus block 4:", gain(by_block["block5_pool"], by_block["block4_pool"]))
print("the same in the other VGG-16:", gain(other["block5_pool"], other["block4_pool"]))
print("block 4, edges minus other:", gain(by_block["block4_pool"], other["block4_pool"]))

# %% tags=["assert"]
assert gain(by_block["block5_pool"], by_block["block4_pool"]).high < -0.03
assert gain(by_block["block4_pool"], pixels).low > 0.05
assert by_block["block5_pool"].score.mean == scores["VGG-16, edges"].score.mean

# %% [markdown]
# In a network trained to name things, the last blocks are the most useful ones for naming other things
# (lesson 05 measures it on EfficientNet-Lite0). Here the last block is clearly worse than the fourth, and the
# fourth is well above the pixels. With the switch off, the other VGG-16 is the untrained one. It does not
# drop so between these blocks, so it is not the layers that lose; and at the fourth block it is far behind,
# so something learned is there. The likely reason: the last block was rewritten for edges, and an edge is an
# edge, whether of a bird or of a house, while the fourth has kept more of what ImageNet taught. To be sure
# one would need this very network as it was before its last training.
#
# So ask of every network: **what was it trained on last?** And if it is not your kind of task, take the
# features from an earlier layer, or look for another network.
#
# ## Feeding it what it expects
#
# Pixels come as numbers from 0 to 255, and networks differ in the form in which they want them. The cards
# above list what each subtracts and divides by; some even want blue before red, as the library Caffe had it.
# Each network was trained with one form and has never met another. In Keras each family has a function of its
# own for it, such as `keras.applications.xception.preprocess_input`, and it is for you to take the right one.
#
# The mistake raises no error. The numbers fit, the network answers, the answer is worse. How much worse?
# Xception wants −1 to 1; here are three ways to get it wrong. "0 to 1" only divides by 255; "blue first" swaps
# red and blue; "VGG's form" subtracts what VGG's preprocessing does, and divides by nothing.

# %%
from dataclasses import replace

xception = models.load("xception", size=SIZE)
wrong = {
    "0 to 1": models.Preprocessing(divide=255),
    "blue first": models.Preprocessing(subtract=127.5, divide=127.5, blue_first=True),
    "VGG's form": models.Preprocessing(subtract=(123.68, 116.779, 103.939), blue_first=True),
}
fed = {"its own form": scores["Xception"]}
for name, preprocess in wrong.items():
    X, _ = run(replace(xception, preprocess=preprocess), stamps.images)  # a copy that prepares otherwise
    fed[name] = measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED)
    print(f"{name:14}{fed[name].score}   against its own form: {gain(fed[name], fed['its own form'])}")
ax = plots.scores({**fed, "pixels": pixels})

# %% [markdown]
# *Figure 2. Xception's features of the same stamps, its pixels prepared in four ways, and the raw pixels as
# the floor; five-fold accuracy with 95 % intervals.*

# %% tags=["assert"]
own_form = fed["its own form"]
assert gain(fed["VGG's form"], own_form).high < -0.15
assert all(-0.12 < gain(fed[name], own_form).mean < 0.04 for name in ("0 to 1", "blue first"))

# %% [markdown]
# One of the mistakes is ruinous. In VGG's form the numbers are about a hundred times as large as Xception has
# ever seen. Most of what pretraining gave is gone, and nothing warned us.
#
# The other two cost a few points here, so few that this many pictures can hardly tell it from nothing: a
# probe on top learns to live with a paler picture or swapped colours. That is no reason for calm. It is why
# such mistakes stay undiscovered: the result looks plausible and is a little worse than it could be.
#
# Scaling twice is another classic: divided by 255 before the network's own form is made of it, a
# picture becomes a nearly even black. In this course the network brings its own preprocessing along, and that
# refuses pixels which were scaled already:

# %%
try:
    xception.preprocess(stamps.images[:1] / 255)
except models.WrongRange as error:
    print(error)
del xception
keras.backend.clear_session()

# %% [markdown]
# ## The size of the pictures
#
# A convolutional network without its head takes pictures of almost any size. A larger picture shows more, and
# costs more: the work grows with the number of pixels. Here is the smallest network at our size, and at the
# size it was trained on.

# %%
backbone = models.load("efficientnet-lite0")
X, _ = run(backbone, stamps_large.images)
full = measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED)
ratio = backbone.multiply_adds / multiply_adds["EfficientNet-Lite0"]
own_size = backbone.input_size
del backbone, stamps_large
keras.backend.clear_session()
print(f"{SIZE:4} pixels: {scores['EfficientNet-Lite0'].score}")
print(f"{own_size:4} pixels: {full.score}, {ratio:.1f} times the multiply-adds")
print("gain:", gain(full, scores["EfficientNet-Lite0"]))

# %% tags=["assert"]
assert 5 < ratio < 6
assert -0.03 < gain(full, scores["EfficientNet-Lite0"]).mean < 0.1

# %% [markdown]
# More than five times the work buys a gain whose interval runs from next to nothing to several points.
# Whether that is worth it is for you to say. Size is one of the knobs that are easiest to turn, since nothing
# needs to be trained for it. And the ranking in figure 1 holds for *this* size: Xception was made for larger
# pictures than EfficientNet-Lite0, and may have more to gain from them. That was not measured here.
#
# ## TensorFlow Hub
#
# **TensorFlow Hub** is a collection of pretrained networks, and a library to fetch them by a *handle*, an
# address such as `https://tfhub.dev/google/nnlm-en-dim128/2`. (That one is of words. The collection itself
# now lives on Kaggle Models.) What one fetches, a *module*, is a **SavedModel**: a folder with the weights
# *and* the computation, so the code that built the network is not needed. It may contain several functions to
# call, its **signatures**.
#
# To have one at hand without a download, we write our own network as such a module.

# %%
import tempfile
from pathlib import Path

backbone = models.load("efficientnet-lite0", size=SIZE)
folder = models.export_hub(backbone, Path(tempfile.mkdtemp()) / "lite0")
for path in sorted(folder.rglob("*")):
    print(
        f"{path.relative_to(folder)!s:40}{path.stat().st_size / 1e6:6.1f} MB" if path.is_file() else path.name
    )

# %% tags=["assert"]
stored = (folder / "variables" / "variables.data-00000-of-00001").stat().st_size
assert stored > 1.9 * 4 * parameters["EfficientNet-Lite0"]

# %% [markdown]
# (The file is twice as large as the weights in the table above: Keras's exporter writes each of them twice.)
#
# Nearly every tutorial puts a module into a model by `hub.KerasLayer`. Under Keras 3, which TensorFlow has
# used since its version 2.16, this is what happens. (Where the package is not installed, a single line says
# so.)

# %%
import warnings

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tensorflow_hub as hub
    theirs = hub.KerasLayer(str(folder), signature="serving_default", output_key="output_0")
    print("Its class builds on", type(theirs).__mro__[1])  # the class that it is derived from
    keras.Sequential([keras.Input((SIZE, SIZE, 3)), theirs])
except (ImportError, ValueError) as error:
    print(f"{type(error).__name__}: {str(error).partition(' Received')[0]}")

# %% [markdown]
# The layer is one of `tf_keras`, which is Keras 2, and a model of Keras 3 takes layers of Keras 3 only. There
# are four usual ways out, and each has its price:
#
# - An old TensorFlow: software that no longer gets mended.
# - `tf_keras` for the whole program, by `TF_USE_LEGACY_KERAS=1`: that works, if nothing else in the program
#   needs Keras 3, and this course does.
# - A `Lambda`, a layer that wraps any function: it hides the weights from Keras, so that they can be neither
#   trained nor saved with the model.
# - `keras.layers.TFSMLayer`, Keras 3's own layer for SavedModels: made for inference. It gives a dictionary
#   where a `Sequential` model needs an array, and its model needs the module's folder ever after.
#
# The module itself is sound: a SavedModel knows nothing of Keras, old or new. `models.load_hub` takes a
# folder or a handle and makes a proper layer of Keras 3 out of it, whose weights are the module's. A folder
# needs no further package; a handle, as in `models.load_hub("https://tfhub.dev/…")`, needs `tensorflow-hub`
# and the network, to fetch it.

# %%
module = models.load_hub(folder)
x = backbone.preprocess(stamps.images)
print(module.signature)
difference = np.abs(np.asarray(module(x[:16])) - backbone.network.predict_on_batch(x[:16])).max()
print("largest difference from the network itself:", difference)
hidden = keras.Sequential([keras.Input((SIZE, SIZE, 3)), keras.layers.Lambda(lambda image: module(image))])
print("weights that Keras sees in the layer:", len(module.weights), "- in a Lambda:", len(hidden.weights))

# %% tags=["assert"]
assert difference < 1e-4
assert len(module.weights) > 100 and not hidden.weights

# %% [markdown]
# The signature says what goes in and what comes out, with type and shape; what does not fit is refused in one
# sentence. Raw pixels, for one, are whole numbers. (Only the type is noticed: the right type in the wrong
# range is not, for preprocessing is not part of this module.)

# %%
try:
    module(stamps.images[:4])
except models.UnfitInput as error:
    print(error)

# %% [markdown]
# Now the module as the tutorials would have it: a frozen layer in a `Sequential` model, with a new head for
# our eight classes. Every third picture is for training, the others are for testing.

# %%
few = np.arange(len(stamps)) % 3 == 0
keras.utils.set_random_seed(SEED)
head = keras.layers.Dense(len(stamps.class_names), activation="softmax")
model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), module, head])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
before = module.get_weights()
history = model.fit(x[few], stamps.labels[few], batch_size=16, epochs=6, verbose=0).history
print("accuracy on the training pictures, pass by pass:", *[f"{a:.2f}" for a in history["accuracy"]])

# %% [markdown]
# The score on the other pictures, next to linear probes that were given the same training pictures. For
# comparison, a second head starts from zeros instead of at random, and is trained for just as many passes.
# The module is frozen, so its features never change, and it need not run again for that: those from above
# will do.

# %%
labels = stamps.labels
right = {"module and head": model.predict(x[~few], batch_size=16, verbose=0).argmax(axis=1) == labels[~few]}
X = features["EfficientNet-Lite0"]
zeros = keras.layers.Dense(len(stamps.class_names), activation="softmax", kernel_initializer="zeros")
second = keras.Sequential([keras.Input(X.shape[1:]), zeros])
second.compile("adam", "sparse_categorical_crossentropy")
second.fit(X[few], labels[few], batch_size=16, epochs=6, verbose=0)
right["the same, head from zeros"] = second.predict(X[~few], verbose=0).argmax(axis=1) == labels[~few]
inputs = {"EfficientNet-Lite0": features["EfficientNet-Lite0"], "pixels": transfer.pixels(stamps.images)}
for name, X in inputs.items():
    probe = transfer.linear_probe(X[few], labels[few])
    right[f"probe on {name}"] = probe.predict(X[~few]) == labels[~few]
for name in ("module and head", "the same, head from zeros"):
    minus = right[name].astype(float) - right["probe on EfficientNet-Lite0"]
    print(f"{name}, minus the probe on the same network:", measure.interval(minus))
measure.table({name: measure.interval(answers) for name, answers in right.items()})

# %% tags=["assert"]
assert all(np.array_equal(a, b) for a, b in zip(before, module.get_weights(), strict=True))
assert [tuple(weight.shape) for weight in model.trainable_weights] == [(1280, 8), (8,)]
assert right["module and head"].mean() > right["probe on pixels"].mean() + 0.1
assert right["module and head"].mean() < right["the same, head from zeros"].mean() - 0.02
assert abs(right["the same, head from zeros"].mean() - right["probe on EfficientNet-Lite0"].mean()) < 0.07
assert right["module and head"].mean() < right["probe on EfficientNet-Lite0"].mean()
assert history["accuracy"][-1] > 0.8

# %% [markdown]
# It learns, and its frozen weights have not moved: only the two tables of the head were trained. The probe on
# the same features does better all the same, and neither the module nor too many passes are to blame, for the
# head that starts from zeros is level with the probe. It is the random start. The head has a weight for each
# of many hundred features and each class, and sees fewer pictures than that. They can tell it what to do with
# mixtures of features that occur in them; everywhere else the random numbers stay, and disturb its answers to
# new pictures. Within hidden layers weights must start at random, or all would learn the same. In a single
# layer on top of frozen features they need not. (One draw of the start and one division of the pictures; the
# intervals are over the pictures tested.)
#
# To train the module as well, load it with `trainable=True`. The model is saved with `model.save`, the module
# inside, and loaded with `keras.models.load_model(path, safe_mode=False)`. Mind that last argument: **a
# SavedModel is a program**, and loading one means running it. Take modules only from people you trust.
#
# ## Licences: three, not one
#
# A pretrained network comes with three sets of rights, and they need not agree.
#
# - **The code** that builds and runs it. Keras and TensorFlow are under the Apache licence 2.0, which allows
#   nearly every use, commercial ones included, with notice of who wrote it.
# - **The weights**, which is what you download. Their licences are printed above. MIT and Apache-2.0 allow
#   nearly everything; CC-BY-4.0, for Oxford's VGG, asks that you name the authors. A network trained on from
#   another carries that one's terms as well: "VGG-16, edges" came under MIT, and began as Oxford's. Where a
#   card says that a package states none, as for the copy of Xception that the course uses, do not read that
#   as a permission: for a product, take the official ones.
# - **The training data.** [ImageNet's terms of access](https://www.image-net.org/download.php) grant the
#   pictures to researchers "only for non-commercial research and educational purposes", and the pictures
#   belong to those who took them.
#
# Do the terms of the pictures reach the weights? Those who publish weights trained on ImageNet, under
# permissive licences, act as if not. As far as we know it has not been settled in general, and it may depend
# on the country. For a class or a paper this hardly matters. For a product, ask someone who answers for it,
# and write down what you took from where: the card of each network is made for that.
#
# One more question, which no licence asks: **who is in the data, and who is not?** ImageNet's photos come
# from the web, most of them from richer countries, and what they show under a label goes with the weights.
#
# ## Where to find more
#
# - [Keras Applications](https://keras.io/api/applications/): the networks of this lesson, except
#   EfficientNet-Lite0, whose larger relatives are there; with their accuracy and size.
# - [Kaggle Models](https://www.kaggle.com/models): what TensorFlow Hub offered, and more. The weights of the
#   classics can also be had there as data sets: [VGG-16](https://www.kaggle.com/keras/vgg16/home),
#   [VGG-19](https://www.kaggle.com/keras/vgg19/home), [Inception
#   V3](https://www.kaggle.com/keras/inceptionv3), [ResNet-50](https://www.kaggle.com/keras/resnet50/home).
# - [Hugging Face](https://huggingface.co/models?pipeline_tag=image-classification): the largest collection
#   today; quality and care differ, so read the card.
# - [Caffe Model Zoo](https://github.com/BVLC/caffe/wiki/Model-Zoo): history. In 2014 it made sharing trained
#   networks a habit, each with a small card. VGG was published in its format, and the blue-first pixels are
#   its legacy.
#
# Reading a card, ask six things: what was it trained on, and **last**; how are its pixels prepared, and at
# which size; what does it cost in time and memory *here*; what may it be used for; who made it, and can they
# be asked; and is there a number for a task like mine. If the last is missing, measure.
#
# ## Results

# %%
measure.headline(
    "04", f"Stamps at {SIZE} px: EfficientNet-Lite0, linear probe", lite, ("pixels", pixels.score)
)
measure.headline(
    "04",
    f"Stamps at {SIZE} px: Xception fed in VGG's form",
    fed["VGG's form"],
    ("its own form", fed["its own form"].score),
)
measure.headline(
    "04",
    f"Stamps at {SIZE} px: VGG-16 retrained for edges, last block",
    by_block["block5_pool"],
    ("fourth block", by_block["block4_pool"].score),
)
measure.table({"pixels": pixels, **scores})

# %% [markdown]
# ## Take-aways
#
# - The pretrained-model approach is choosing, then measuring. Names and ranks are hints; a linear probe on
#   your own pictures takes seconds.
# - Here it was training that transferred, and not architecture: the untrained controls are no better than
#   pixels. On another task that may differ, so run the control.
# - A small network can be as good as one many times its size on a target like ours.
# - Ask what a network was trained on last, and feed it what it was fed. Neither mistake raises an error.
# - TensorFlow Hub's layer does not fit Keras 3; its modules do, through `models.load_hub`.
# - A new head on frozen features, with few pictures, had better start from zeros.
# - Code, weights and data each have their own terms.
#
# ## Limits
#
# - With `OFFICIAL_WEIGHTS` off, nothing is said here of how good VGG, Inception V3 and ResNet-50 are once
#   trained; only what they cost. Each control is one random draw.
# - One task, and pictures much smaller than most of these networks were made for. At their own sizes the
#   order may change, and the costs are several times higher.
# - Comparing many networks on the same pictures and taking the best flatters the best. If you report its
#   score, keep test pictures aside for it, as lesson 05 does.
# - The memory given is that of the weights. While running, a network also holds its activations, which grow
#   with the pictures' size and number; those were not measured.
# - The edge-trained VGG-16 may differ from the plain one in more than its last training.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("04")

# %% [markdown]
# ## Your turn
#
# **Exercise 04.1** Write a function for the multiply-adds, at one position, of a depthwise separable
# convolution: a window of `k` × `k` on each of `c_in` channels by itself, then a mix of all of them into each
# of `c_out` channels.


# %% tags=["exercise"]
def separable_work(k, c_in, c_out):
    return ...


exercises.check("04.1", separable_work)


# %% tags=["solution"]
def separable_work(k, c_in, c_out):
    return k * k * c_in + c_in * c_out


exercises.check("04.1", separable_work)

# %% [markdown]
# **Exercise 04.2** Write Xception's preprocessing: pixels as `uint8`, from 0 to 255, become floating-point
# numbers from −1 to 1.


# %% tags=["exercise"]
def to_plus_minus_one(pixels):
    return ...


exercises.check("04.2", to_plus_minus_one)


# %% tags=["solution"]
def to_plus_minus_one(pixels):
    return pixels.astype(np.float32) / 127.5 - 1


exercises.check("04.2", to_plus_minus_one)

# %% [markdown]
# **Exercise 04.3** You may spend at most `budget` milliseconds a picture. Two dictionaries give each
# network's validation accuracy and its milliseconds. Return the name of the network to take: the most
# accurate one within the budget, of equally accurate ones the fastest, and `None` if there is none.


# %% tags=["exercise"]
def choose_network(accuracy, milliseconds, budget):
    return ...


exercises.check("04.3", choose_network)


# %% tags=["solution"]
def choose_network(accuracy, milliseconds, budget):
    affordable = [name for name in accuracy if milliseconds[name] <= budget]
    return max(affordable, key=lambda name: (accuracy[name], -milliseconds[name]), default=None)


exercises.check("04.3", choose_network)

# %% [markdown]
# **Exercise 04.4** A network is *dominated* if another one costs no more and is more accurate, or costs less
# and is as accurate. Return a list of the names of those that are not dominated, the cheapest first: the
# faint line of figure 1. In the exercise no two cost the same.


# %% tags=["exercise"]
def pareto_front(accuracy, cost):
    return ...


exercises.check("04.4", pareto_front)


# %% tags=["solution"]
def pareto_front(accuracy, cost):
    front = []
    for name in sorted(cost, key=cost.get):
        if not front or accuracy[name] > accuracy[front[-1]]:
            front.append(name)
    return front


exercises.check("04.4", pareto_front)

# %% [markdown]
# ## References
#
# - K. Simonyan and A. Zisserman, [*Very Deep Convolutional Networks for Large-Scale Image
#   Recognition*](https://arxiv.org/abs/1409.1556), ICLR 2015.
# - C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, [*Rethinking the Inception Architecture for
#   Computer Vision*](https://arxiv.org/abs/1512.00567), CVPR 2016.
# - K. He, X. Zhang, S. Ren and J. Sun, [*Deep Residual Learning for Image
#   Recognition*](https://arxiv.org/abs/1512.03385), CVPR 2016.
# - F. Chollet, [*Xception: Deep Learning with Depthwise Separable
#   Convolutions*](https://arxiv.org/abs/1610.02357), CVPR 2017.
# - M. Tan and Q. V. Le, [*EfficientNet: Rethinking Model Scaling for Convolutional Neural
#   Networks*](https://arxiv.org/abs/1905.11946), ICML 2019.
# - S. Xie and Z. Tu, [*Holistically-Nested Edge Detection*](https://arxiv.org/abs/1504.06375), ICCV 2015.
# - S. Kornblith, J. Shlens and Q. V. Le, [*Do Better ImageNet Models Transfer
#   Better?*](https://arxiv.org/abs/1805.08974), CVPR 2019: on the whole yes, with exceptions worth knowing.
# - S. Shankar and others, [*No Classification without Representation: Assessing Geodiversity Issues in Open
#   Data Sets for the Developing World*](https://arxiv.org/abs/1711.08536), 2017.
# - [*Adding TensorFlow Hub KerasLayer to Sequential Model Raises
#   ValueError*](https://github.com/tensorflow/tensorflow/issues/63849), and [the library's own report of
#   it](https://github.com/tensorflow/hub/issues/920).
