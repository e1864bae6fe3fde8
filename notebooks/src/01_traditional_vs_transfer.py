# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 1350
#     assets: [digits, efficientnet-lite0, stamps]
#     prerequisites: "[lesson 00](00_start_here.ipynb), and a first acquaintance with machine learning: what a classifier is, and why one tests it on pictures it was not trained on"
# ---

# %% [markdown]
# # 01 · Traditional versus transfer learning
#
# **You will be able to**
#
# - say what a traditional learner starts from, what a transfer learner starts from, and what exactly is
#   carried over;
# - measure on a small task of your own whether transfer helps, against baselines that could embarrass it;
# - tell the part of a gain that comes from what a network *has learned* from the part that comes from its
#   *shape*.

# %% [markdown]
# These are the only settings of the lesson. Change them, run everything again, and see which conclusions
# survive.

# %% tags=["parameters"]
SHOTS = (1, 5, 10)  # labelled pictures per class
REPEATS = 10  # how often the labelled pictures are drawn anew
SCRATCH_REPEATS = 5  # training from scratch is slow: it gets the first five of the same draws
SEED = 0  # where the random draws start: another number gives other draws

# %% [markdown]
# ## Two ways to learn a task
#
# Here is the whole course in one drawing. On the left, each task has its own data and its own model, and each
# model starts from nothing. What the first one has learned helps nobody: tasks are *isolated*.
#
# On the right, a model has first been trained on a **source task**, for which data are plentiful. What it has
# learned, its *knowledge*, is then the starting point for the **target task**, the one you care about, for
# which data are scarce.

# %%
from tlcourse import datasets, exercises, measure, models, transfer

ax = plots.traditional_vs_transfer()
# %% [markdown]
# *Figure 1. Traditional learning starts every task from nothing; transfer learning starts the target task
# from what the source model knows.*
#
# **Transfer learning** is taking a model that was trained on one task and using it for a second, related one.
# It is not confined to deep learning, but there it is most at home.
#
# "Knowledge" is a large word for something quite tangible. A network is a chain of layers, and each layer is
# a small computation governed by a list of numbers, its **weights** (or parameters). Fed with a picture, the
# layers turn pixels into **features**: numbers that say how much of some pattern is in the picture. To
# transfer is to reuse weights, and so features, that another task has paid for. And it was expensive:
# somebody had to collect and label those pictures, and labels are made by people, by the hour.
#
# It can work only if the features are *general*: useful for the source task and for the target task alike.
# Whether they are is no matter of opinion. We are going to measure it.

# %% [markdown]
# ## A small task
#
# Our target task is to sort small pictures of things into classes. The pictures are the stamps of the
# children's drawing program Tux Paint: photographs and drawings, a few dozen a class, which is what a person
# with a real question often has.

# %%
stamps = datasets.load("stamps")
stamps

# %% [markdown]
# Three pictures of each class, spread over the folder and not chosen by hand:

# %%
ax = plots.gallery(stamps, per_class=3)
# %% [markdown]
# *Figure 2. Three pictures of each class. Pictures: Tux Paint stamps, GNU General Public License 2 (see
# `data/README.md`).*
#
# Look at them before you go on. Some are photographs, some are drawings; all stand on white; a bird may be
# flying or sitting. Which classes would you expect a machine to confuse?

# %% [markdown]
# ## The traditional learner
#
# A learner without a source has the labelled pictures and nothing else. We give it three chances, from the
# humblest to the most ambitious:
#
# - **majority class** says the commonest class whatever the picture. Nobody should be proud of beating it,
#   and one must;
# - **pixels** hands the raw pixel values to a linear classifier;
# - **from scratch** trains a small convolutional network (one whose layers look for small patterns everywhere
#   in the picture), with mirrored copies of the pictures for good measure: what one would do if no pretrained
#   network existed.
#
# The first two need one line each. A **linear classifier** gives each class a score, a weighted sum of the
# features, and names the class with the highest. It can weigh features but not make new ones, so its
# *accuracy*, the share of pictures it classifies rightly, says how good the features are. Used for that
# purpose it is called a **linear probe**.

# %%
pixel_features = transfer.pixels(stamps.images)
majority = measure.cross_validate(pixel_features, stamps.labels, fit=transfer.majority_class, seed=SEED)
pixels = measure.cross_validate(pixel_features, stamps.labels, fit=transfer.linear_probe, seed=SEED)
measure.table({"majority class": majority, "pixels": pixels})

# %% [markdown]
# The pictures were dealt into five parts, the *folds*. Five times a model learned from four of them and was
# tested on the fifth, so every picture was classified once by a model that had not seen it: **five-fold
# cross-validation**.
#
# The brackets hold a 95 % interval found by the **bootstrap**: draw as many answers again from these answers,
# some twice and some not at all, take the mean, repeat many times, and see how far the means spread.
#
# Pixels do better than guessing, so there is something in them. Still, more than half of the pictures end in
# the wrong class.

# %% tags=["assert"]
assert majority.score.high < pixels.score.low < pixels.score.high < 0.5

# %% [markdown]
# ## The transfer learner
#
# Now we load a network that has been trained on ImageNet: more than a million labelled photographs of a
# thousand kinds of things. It is an EfficientNet-Lite0, made to be small enough for a telephone. We take it
# *without* its last layer, the one that names ImageNet's thousand classes, since our classes are others.

# %%
backbone = models.load("efficientnet-lite0")
backbone

# %% [markdown]
# This body of the network is called the **backbone**, and the last layer that we left off its **head**. We
# leave the backbone's weights as they are, **frozen**: no training touches them. We only read off what it
# computes for each picture, a **feature vector** of 1,280 numbers.

# %%
imagenet_features = transfer.extract_features(backbone, stamps.images)
print(
    f"{imagenet_features.shape[0]} pictures, {imagenet_features.shape[1]} features each, {imagenet_features.dtype}"
)

# %% tags=["assert"]
assert imagenet_features.shape == (len(stamps), 1280)

# %% [markdown]
# On these features we train the very same linear classifier as on the pixels, by the same rules, on the same
# folds. Nothing but the features differs. (The pixels are those of the picture shrunk to 32 × 32.)

# %%
imagenet = measure.cross_validate(imagenet_features, stamps.labels, fit=transfer.linear_probe, seed=SEED)
measure.table({"majority class": majority, "pixels": pixels, "ImageNet features": imagenet})

# %% [markdown]
# The two learners met the same pictures, so we may compare them picture by picture. A **paired difference**
# is sharper than two separate intervals: where a picture is hard for both, both lose a point on it, and the
# difference does not move. If its interval does not contain zero, luck in the choice of pictures would seldom
# make such a difference.

# %%
gain = measure.paired_difference(imagenet, pixels)
print("ImageNet features minus pixels, in accuracy:", gain)

# %% tags=["assert"]
assert imagenet.score.mean >= 0.84 and gain.low > 0.3

# %% [markdown]
# ## With how many labels?
#
# Labels are what one runs short of: each costs somebody's time, and for X-rays an expert's. So the honest
# question is not "which is better?" but "which is better *with the labels I have*?". We draw a few labelled
# pictures of each class (**shots**), train, test on pictures kept aside, and repeat with other draws.
#
# Every learner gets the same draws, and within a draw the pictures of a small training set are part of the
# larger ones. So the curves differ much less by luck.

# %%
curves = {
    "pixels": measure.few_shot_curve(pixel_features, stamps.labels, SHOTS, REPEATS, seed=SEED),
    "ImageNet features": measure.few_shot_curve(imagenet_features, stamps.labels, SHOTS, REPEATS, seed=SEED),
}

# %% [markdown]
# Now the strongest form of the traditional learner, the network trained from scratch. It takes seconds a fit
# where the linear classifier takes milliseconds, so we give it the first five of the same draws.

# %%
curves["from scratch"] = measure.few_shot_curve(
    stamps.images, stamps.labels, SHOTS, SCRATCH_REPEATS, fit=transfer.small_cnn, seed=SEED
)
measure.table(curves)

# %% [markdown]
# The same numbers as a picture, which is easier to remember:

# %%
ax = plots.few_shot(curves)
# %% [markdown]
# *Figure 3. Accuracy on held-out pictures against the number of labelled pictures a class; bars are
# 95 % intervals over the draws, in name; with so few draws they are somewhat short (see Limits).*

# %% [markdown]
# Read the figure from left to right.
#
# - With one labelled picture a class, the network from scratch and the pixels are about where always naming
#   the commonest class would be (the dashed line). A blind guess among eight classes would be right once in
#   eight.
# - One labelled picture a class *with* transfer does better than ten without. The learner that transfers is
#   ahead everywhere.
# - With more labels the network from scratch leaves the raw pixels behind, as it should: it can make features
#   of its own. It is a fair opponent, and still far away.

# %% tags=["assert"]
imagenet_curve, pixel_curve, scratch_curve = (
    curves[name] for name in ("ImageNet features", "pixels", "from scratch")
)
fewest, most = SHOTS[0], SHOTS[-1]
assert all(abs(curve.at(fewest).mean - curve.chance) < 0.08 for curve in (pixel_curve, scratch_curve))
assert imagenet_curve.at(fewest).low > max(pixel_curve.at(most).high, scratch_curve.at(most).high)
assert scratch_curve.at(most).low > pixel_curve.at(most).high

# %% [markdown]
# The network from scratch had five draws and the others ten. For a fair comparison with it, take the same
# five for both, and the difference draw by draw:

# %%
same = measure.few_shot_curve(imagenet_features, stamps.labels, SHOTS, SCRATCH_REPEATS, seed=SEED)
for shots in SHOTS:
    print(
        f"{shots:2} per class, ImageNet features minus from scratch:",
        measure.paired_difference(same, scratch_curve, shots),
    )

# %% tags=["assert"]
assert all(measure.paired_difference(same, scratch_curve, shots).low > 0.2 for shots in SHOTS)

# %% [markdown]
# ## What was transferred: the knowledge, or the shape?
#
# A sceptic may say: of course a large, clever network does better than a small one. Perhaps its
# *architecture*, the way its layers are wired, is what helps, and the million photographs are beside the
# point.
#
# We can test that. Take the same architecture with **random weights**, which have seen no picture at all, and
# give its features to the same linear classifier.

# %%
untrained = {}
for weights_seed in (0, 1):
    network = models.load("efficientnet-lite0", weights="random", seed=weights_seed)
    X = transfer.extract_features(network, stamps.images)
    untrained[f"random features, draw {weights_seed}"] = measure.few_shot_curve(
        X, stamps.labels, SHOTS, REPEATS, seed=SEED
    )
measure.table({"pixels": pixel_curve, **untrained, "ImageNet features": imagenet_curve})

# %% [markdown]
# Random weights were drawn twice, for a single draw might be lucky or unlucky. The first draw in the picture:

# %%
random_curve = curves["random features"] = untrained["random features, draw 0"]
ax = plots.few_shot(curves)

# %% [markdown]
# *Figure 4. The same as figure 3, with the same network before it has learned anything.*
#
# With random weights the advantage is gone: whichever weights are drawn, these features are no better than
# raw pixels, give or take a few points, and often worse. An untrained architecture brings next to nothing; it
# is what the network *learned* that makes the difference. (This does not say that the architecture is
# unimportant: it decides what *can* be learned.)

# %% tags=["assert"]
for curve in untrained.values():
    assert all(measure.paired_difference(imagenet_curve, curve, shots).low > 0.3 for shots in SHOTS)
    assert all(measure.paired_difference(curve, pixel_curve, shots).mean < 0.06 for shots in SHOTS)

# %% [markdown]
# ## Results
#
# The lesson in numbers:

# %%
measure.headline(
    "01",
    "Stamps, all labels: accuracy of a linear probe, ImageNet features",
    imagenet.score,
    ("pixels", pixels.score),
)
measure.headline(
    "01",
    f"Stamps, {SHOTS[1]} labels a class: linear probe, ImageNet features",
    imagenet_curve.at(SHOTS[1]),
    ("from scratch", scratch_curve.at(SHOTS[1])),
)
measure.table(
    {
        "pixels": pixel_curve,
        "random features": random_curve,
        "from scratch": scratch_curve,
        "ImageNet features": imagenet_curve,
    }
)

# %% [markdown]
# ## Take-aways
#
# - Traditional learning isolates tasks; transfer learning starts the target task from the weights, and so the
#   features, of a source task.
# - On a small task the difference is large: one labelled picture a class with transfer beats ten without.
# - The gain is in what the network has learned. The same architecture with random weights is no better than
#   raw pixels, and often worse.
# - Judge transfer on the same pictures, the same draws and the same rules as its baselines, and always with
#   an interval.
#
# ## Limits
#
# - Many of the things on the stamps, from bison to broccoli, are themselves classes of ImageNet, so source
#   and target are close relatives here. Where they are not, transfer may help less, or harm; the last
#   exercise gives a first glimpse.
# - The intervals of the curves speak of *which pictures were labelled*: another draw from the same 261. They
#   do not speak of a new collection of pictures. And intervals from few values are too narrow: with ten draws
#   they hold the true mean about nine times in ten, with the five draws of the network from scratch less
#   often still.
# - The gap narrows as labels grow, though slowly here: our network from scratch was small and was given
#   seconds and at most eighty pictures. With far more of both, training from scratch can catch up, and for
#   that case one would not keep the backbone frozen either but train it further: *fine-tuning*, a later
#   lesson.
# - The settings of the linear probe and of the network from scratch were chosen on these very stamps, which
#   flatters both a little. Nothing of the pretrained network was.
# - All houses are drawings, and most other pictures are photographs, so a learner may recognise houses by
#   their style. A few pictures are near copies of each other (three traffic lights), which flatters every
#   learner.
# - Some labels are arguable: snails, slugs, spiders and a woodlouse are filed under insects, and teddy bears
#   under mammals. Not every error is the learner's.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("01")

# %% [markdown]
# ## Your turn
#
# Each exercise answers at once. If you are stuck, `exercises.hint("01.1")` gives a hint, and the next call a
# plainer one.
#
# **Exercise 01.1** In which of these situations is something transferred? Give the set of their letters.
#
# - (a) You train a network on two hundred X-ray pictures, starting from random weights.
# - (b) You take a network trained on ImageNet, give it a new last layer, and train that on your X-ray
#   pictures.
# - (c) You use word vectors learned from Wikipedia as the input of a filter for unwanted mail.
# - (d) You use your X-ray network on new X-ray pictures of the same clinic.

# %% tags=["exercise"]
situations = ...  # for example {"a", "d"}

exercises.check("01.1", situations)

# %% tags=["solution"]
situations = {"b", "c"}

exercises.check("01.1", situations)

# %% [markdown]
# **Exercise 01.2** The curves above rest on *balanced* draws: equally many pictures of each class. Write the
# function that makes one: the positions of `shots` pictures of every class, drawn at random, the same for the
# same seed.


# %% tags=["exercise"]
def balanced_subset(labels, shots, seed):
    return ...


exercises.check("01.2", balanced_subset)

# %% tags=["solution"]
import numpy as np


def balanced_subset(labels, shots, seed):
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(np.flatnonzero(labels == c), shots, replace=False) for c in np.unique(labels)]
    return np.concatenate(drawn)


exercises.check("01.2", balanced_subset)

# %% [markdown]
# **Exercise 01.3** "How many labels does transfer save me?" Write a function that reads off a curve the
# smallest number of shots whose accuracy is at least `target`; it returns `None` where no number of shots
# reaches it.


# %% tags=["exercise"]
def labels_needed(shots, accuracies, target):
    return ...


exercises.check("01.3", labels_needed)


# %% tags=["solution"]
def labels_needed(shots, accuracies, target):
    for n, accuracy in zip(shots, accuracies):
        if accuracy >= target:
            return n
    return None


exercises.check("01.3", labels_needed)

# %% [markdown]
# **Exercise 01.4** Does transfer always help? `datasets.load("digits")` holds handwritten digits, tiny and
# grey, quite unlike photographs. Measure the paired difference between ImageNet features and pixels at five
# shots, and give the `Score` as your answer. The features take about ten seconds to extract.

# %% tags=["exercise"]
difference = ...  # a Score from measure.paired_difference

exercises.check("01.4", difference)

# %% tags=["solution"]
digits = datasets.load("digits")
on_features = measure.few_shot_curve(
    transfer.extract_features(backbone, digits.images), digits.labels, shots=(5,)
)
on_pixels = measure.few_shot_curve(transfer.pixels(digits.images), digits.labels, shots=(5,))
difference = measure.paired_difference(on_features, on_pixels, shots=5)

exercises.check("01.4", difference)

# %% [markdown]
# ## References
#
# - S. J. Pan and Q. Yang, *A Survey on Transfer Learning*, IEEE Transactions on Knowledge and Data
#   Engineering 22 (2010): the definitions of source, target and what may be transferred.
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, [*How transferable are features in deep neural
#   networks?*](https://arxiv.org/abs/1411.1792), NeurIPS 2014: generality of features, measured layer by
#   layer.
# - O. Russakovsky and others, [*ImageNet Large Scale Visual Recognition
#   Challenge*](https://arxiv.org/abs/1409.0575), IJCV 2015.
# - M. Tan and Q. V. Le, [*EfficientNet*](https://arxiv.org/abs/1905.11946), ICML 2019: the family our
#   backbone belongs to.
# - The stamps: Bill Kendrick and the Tux Paint contributors, [tuxpaint.org](https://tuxpaint.org/stamps/),
#   GNU General Public License 2.
