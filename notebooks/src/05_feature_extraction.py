# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 1000
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb)"
# ---

# %% [markdown]
# # 05 · Feature extraction
#
# **You will be able to**
#
# - look into a network and see what its layers respond to;
# - choose at which layer to cut a pretrained network, without fooling yourself;
# - say, from measurements, what learned features do better than hand-crafted ones, and at what price.

# %% [markdown]
# The settings of the lesson: five folds, and one seed for everything that is drawn.

# %% tags=["parameters"]
FOLDS = 5
SHOTS = (1, 3, 5, 10)  # labelled pictures per class
REPEATS = 10
SEED = 0

# %% [markdown]
# ## From pictures to features, by hand or by learning
#
# A classifier needs its picture as a list of numbers, its **features**. For half a century people designed them: an expert
# thought about what matters (edges, colours, texture) and wrote a formula for it. That takes years, and the next task needs
# another expert.
#
# **Representation learning** lets a network find the formula. Its first layers are trained, together with the last, to make
# the last layer's work easy, so they turn into a feature extractor that nobody designed.

# %%
from tlcourse import datasets, exercises, measure, models, transfer

ax = plots.featurization()
# %% [markdown]
# *Figure 1. Above, an expert designs the features; below, a network has learned them from another task. The classifier at the
# end is the same.*
#
# The target task is the one of lesson 01: stamps in eight classes.

# %%
stamps = datasets.load("stamps")
backbone = models.load("efficientnet-lite0")
print(stamps)
print(backbone)

# %% [markdown]
# ## What a layer sees
#
# A convolutional layer slides small patterns over its input. For each pattern it gives a map of how strongly each place
# answers to it: an **activation map**, one for each of the layer's *channels*. Here is one picture, and what three layers make of it, from shallow to deep.

# %%
picture = stamps.images[[9]]
maps = {layer: backbone.activations(picture, layer)[0] for layer in ("block1a", "block3b", "block6d")}
ax = plots.activations(maps, count=7, image=picture[0])

# %% [markdown]
# *Figure 2. The activation maps that vary most in a shallow, a middle and a deep layer. Picture: Tux Paint stamps, GNU General Public
# License 2.*
#
# The shallow maps are nearly pictures: outlines, light and dark sides. Deeper down they become coarse. A place of the deepest map
# stands for a large part of the picture, and what it answers to is no longer a line but something like a head, a leg or an
# empty corner. Layers build on layers: the maps get smaller, there are more of them, and each says something more abstract.
# The sizes in numbers:

# %%
for layer in ("stem", "block1a", "block3b", "block6d", "top"):
    height, width, channels = backbone.activations(picture, layer).shape[1:]
    print(f"{layer:8} {height:3} x {width:3} positions, {channels:4} maps")

# %% [markdown]
# ## Cutting a network open
#
# To extract features, feed a picture in and take the output of an *inner* layer. The last layer of all is not the first choice:
# it answers the source task ("which of ImageNet's thousand classes?"), and has thrown away what did not matter there.
#
# Averaging each map over its positions, **global average pooling**, turns a layer's maps into one number a map: a feature vector
# whose length does not depend on the picture's size.

# %%
shown = (
    "stem",
    "block1a",
    "block3b",
    "block4c",
    "block5c",
    "block6d",
    "block7a",
    "features",
    "probabilities",
)
headed = models.load("efficientnet-lite0", head=True)
shapes = {name: headed.network.get_layer(name).output.shape[1:] for name in shown}
ax = plots.feature_extraction(shapes, cut="features")

# %% [markdown]
# *Figure 3. The picture runs through the pretrained layers up to the cut; the averaged activations there feed a new
# classifier. The source task's own output layer is left out.*
#
# ## Where to cut?
#
# The network can be cut after any of its blocks. One pass over the pictures gives the features of all of them.

# %%
features = transfer.extract_layers(backbone, stamps.images, backbone.layers)
by_layer = {
    layer: measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED) for layer, X in features.items()
}

# %% [markdown]
# Two kinds of hand-crafted features go on the same axes, measured by the same rules, and the raw pixels as the floor:
#
# - **colour histogram**: how much of the picture has which colour, wherever it is;
# - **HOG** (histograms of oriented gradients): in which direction edges run, in each cell of a grid. For a decade it was the best there was.

# %%
handcrafted = {
    "pixels": transfer.pixels(stamps.images),
    "colour histogram": transfer.colour_histogram(stamps.images),
    "HOG": transfer.hog(stamps.images),
}
baselines = {
    name: measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED) for name, X in handcrafted.items()
}
ax = plots.layers(by_layer, baselines=baselines)
# %% [markdown]
# *Figure 4. Accuracy of a linear classifier on the features of each layer (five-fold cross-validation, 95 % intervals over the pictures), and
# of hand-crafted features.*

# %% [markdown]
# Four things to see:
#
# - **Depth pays, then levels off.** The first blocks are hardly better than pixels; from one block to the next the features
#   become more useful, and the last four cuts cannot be told apart.
# - **The very end is not needed.** A layer of 192 numbers near the end is as good here as the last one with 1,280.
# - **Hand-crafted features are beaten by far**, though they beat raw pixels. They correspond to what a rather early layer sees.
# - Colour does better than edges on this task: fruit and flowers are bright, road signs are red and blue.

# %% tags=["assert"]
late = [by_layer[layer].score.mean for layer in ("block6c", "block6d", "block7a", "top")]
assert max(late) - min(late) < 0.02
assert by_layer["block1a"].score.mean < baselines["pixels"].score.high
assert all(baselines[name].score.high < by_layer["block4a"].score.mean for name in baselines)
assert baselines["pixels"].score.mean < baselines["HOG"].score.mean < baselines["colour histogram"].score.mean

# %% [markdown]
# ## Choosing without fooling yourself
#
# We have looked at nineteen scores and may be tempted to report the highest. But the highest of many scores is high partly by luck, so it
# promises more than it will keep. The honest way takes two steps: **choose** the layer on one part of the pictures, then **test** the
# choice, once, on pictures that had no say in it.

# %%
import numpy as np
from sklearn.model_selection import train_test_split

chosen_on, tested_on = train_test_split(
    np.arange(len(stamps)), test_size=0.3, stratify=stamps.labels, random_state=SEED
)
validation = {
    layer: measure.cross_validate(X[chosen_on], stamps.labels[chosen_on], folds=FOLDS, seed=SEED).score
    for layer, X in features.items()
}
best = max(validation, key=lambda layer: validation[layer].mean)
print(f"chosen on {len(chosen_on)} pictures: {best}, validation accuracy {validation[best]}")

# %% [markdown]
# Now the one look at the pictures kept aside.

# %%
probe = transfer.linear_probe(features[best][chosen_on], stamps.labels[chosen_on])
right = probe.predict(features[best][tested_on]) == stamps.labels[tested_on]
print(f"{best} on {len(tested_on)} test pictures: {measure.interval(right)}")

# %% [markdown]
# ## Why not simply the network's answer?
#
# The seed of all this was that the output layer is *too specific* to the source task. Is it? Its thousand probabilities are
# numbers too, so let us use them as features and see.

# %%
answers = measure.cross_validate(
    transfer.extract_features(headed, stamps.images), stamps.labels, folds=FOLDS, seed=SEED
)
print("the layer before the output:", by_layer["top"].score)
print("the output, 1,000 probabilities:", answers.score)
print("difference:", measure.paired_difference(answers, by_layer["top"]))

# %% [markdown]
# The output is clearly worse than the layer right before it. No weights were lost on the way, but the softmax squeezes a rich
# description into a near-certain vote for one or two of ImageNet's classes. A road sign is then "a street sign" or, for want of
# a better name, "a digital clock", and what made it look like a sign is gone.

# %% tags=["assert"]
assert measure.paired_difference(answers, by_layer["top"]).high < -0.05

# %% [markdown]
# ## Hand-crafted features at their best
#
# One descriptor against a whole network may look unfair. An engineer of the time would have *joined* descriptors: HOG knows the
# shape and colour histograms know the colour. So we join them, each scaled to the same length first. And we try a third thing, to
# see whether hand-crafted features add anything to learned ones.

# %%
from sklearn.preprocessing import normalize

joined = np.hstack([normalize(handcrafted["HOG"]), normalize(handcrafted["colour histogram"])])
everything = np.hstack([joined, normalize(features["top"])])
contest = {
    **baselines,
    "HOG + colour": measure.cross_validate(joined, stamps.labels, folds=FOLDS, seed=SEED),
    "ImageNet features": by_layer["top"],
    "ImageNet + HOG + colour": measure.cross_validate(everything, stamps.labels, folds=FOLDS, seed=SEED),
}
ax = plots.scores(contest)
# %% [markdown]
# *Figure 5. Hand-crafted features, learned features and both together: five-fold accuracy with 95 % intervals.*

# %%
print(
    "joining HOG and colour gains",
    measure.paired_difference(contest["HOG + colour"], contest["colour histogram"]),
)
print(
    "learned features gain a further",
    measure.paired_difference(contest["ImageNet features"], contest["HOG + colour"]),
)
print(
    "adding both to them gains",
    measure.paired_difference(contest["ImageNet + HOG + colour"], contest["ImageNet features"]),
)

# %% [markdown]
# Joining the two descriptors helps: expertise is worth something. The pretrained network is worth far more, and nobody had to think
# about road signs. Adding the descriptors to the learned features gains nothing; the network seems to know already what they know.

# %% tags=["assert"]
assert measure.paired_difference(contest["HOG + colour"], contest["colour histogram"]).low > 0
assert measure.paired_difference(contest["ImageNet features"], contest["HOG + colour"]).low > 0.15
assert measure.paired_difference(contest["ImageNet + HOG + colour"], contest["ImageNet features"]).low < 0

# %% [markdown]
# ## What it costs
#
# "Automatic" is not "free": the network multiplies and adds a few hundred million times for a picture. On this machine, one picture
# after the other:

# %%
import time

fifty = stamps.images[:50]
extractors = {
    "colour histogram": transfer.colour_histogram,
    "HOG": transfer.hog,
    "ImageNet features": lambda images: transfer.extract_features(backbone, images, cache=False),
}
for name, extract in extractors.items():
    start = time.perf_counter()
    extract(fifty)
    print(f"{name:18} {1000 * (time.perf_counter() - start) / len(fifty):5.1f} ms a picture")

# %% [markdown]
# All of them are quick enough to be out of the way. Features are computed once and kept, so trying ten classifiers costs no more
# than trying one; that is why feature extraction is the first thing to try on a new task.
#
# ## Which pictures remain hard?
#
# A single accuracy hides where the errors are. Here is the share of right answers by class.

# %%
top = by_layer["top"]
per_class = {
    name: measure.interval(top.correct[stamps.labels == c]) for c, name in enumerate(stamps.class_names)
}
ax = plots.scores(per_class)
# %% [markdown]
# *Figure 6. Accuracy on ImageNet features by class, with 95 % intervals over the pictures of the class.*
#
# Look at the errors themselves before you blame the features; some of them are the label's fault.

# %%
wrong = np.flatnonzero(~top.correct)
ax = plots.gallery(
    stamps.images[wrong[:16]], titles=[stamps.class_names[c] for c in stamps.labels[wrong[:16]]]
)
# %% [markdown]
# *Figure 7. Pictures the linear probe got wrong, with their true class. Pictures: Tux Paint stamps, GNU General Public License 2.*
#
# ## Results

# %%
measure.headline(
    "05",
    "Stamps: best hand-crafted features, HOG + colour",
    contest["HOG + colour"].score,
    ("pixels", baselines["pixels"].score),
)
measure.headline(
    "05", "Stamps: the source task's own output as features", answers.score, ("layer before it", top.score)
)
measure.table({**contest, "output probabilities": answers})

# %% [markdown]
# ## Take-aways
#
# - A layer of a trained network is a feature extractor. Cut the network there, average the maps, train a linear classifier on top.
# - Shallow layers see edges and colours, deep layers see parts of things. For a task near the source, cut late.
# - Leave out the output layer: it has thrown away what its own classes did not need.
# - The choice of a layer is a choice like any other: make it on validation pictures, and touch the test pictures once.
# - Learned features beat hand-crafted ones by far here, without anybody designing them, at a few milliseconds a picture.
#
# ## Limits
#
# - "Cut late" holds for a target near the source. A network that has specialised in something else is best cut earlier,
#   and there are tasks, such as the tiny digits of lesson 01, where raw pixels win.
# - Only two hand-crafted descriptors were tried, with common settings. Bags of local features with careful tuning did better in
#   their day, though not well enough to keep their place.
# - With 261 pictures, differences of two or three points between late layers are noise.
# - The colours of the bars hide a choice: one classifier, one regularisation for all. It is the same for all, and none was tuned.
#
# ## Your turn
#
# **Exercise 05.1** Write global average pooling: from maps of shape `(N, H, W, C)` to features of shape `(N, C)`.


# %% tags=["exercise"]
def global_average_pool(maps):
    return ...


exercises.check("05.1", global_average_pool)


# %% tags=["solution"]
def global_average_pool(maps):
    return maps.mean(axis=(1, 2))


exercises.check("05.1", global_average_pool)

# %% [markdown]
# **Exercise 05.2** Two dictionaries give a score for each layer, shallow to deep: one on validation pictures, one on test pictures.
# Write the function that returns the name of the layer you would cut at; of equal scores it takes the shallower layer.


# %% tags=["exercise"]
def choose_cut(validation, test):
    return ...


exercises.check("05.2", choose_cut)


# %% tags=["solution"]
def choose_cut(validation, test):
    return max(validation, key=validation.get)


exercises.check("05.2", choose_cut)

# %% [markdown]
# **Exercise 05.3** Join two tables of features, `(N, D)` and `(N, E)`, into one of `(N, D + E)`, each row of each brought to
# length one first. Why is that needed? Try it without.


# %% tags=["exercise"]
def join_features(a, b):
    return ...


exercises.check("05.3", join_features)


# %% tags=["solution"]
def join_features(a, b):
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return np.concatenate([a, b], axis=1)


exercises.check("05.3", join_features)

# %% [markdown]
# **Exercise 05.4** Write a function that names the class of which the smallest *share* was classified rightly, from the array of
# right and wrong answers, the labels, and the class names.


# %% tags=["exercise"]
def worst_class(correct, labels, class_names):
    return ...


exercises.check("05.4", worst_class)


# %% tags=["solution"]
def worst_class(correct, labels, class_names):
    shares = [correct[labels == c].mean() for c in range(len(class_names))]
    return class_names[int(np.argmin(shares))]


exercises.check("05.4", worst_class)

# %% [markdown]
# ## References
#
# - Y. Bengio, A. Courville and P. Vincent, [*Representation Learning: A Review and New
#   Perspectives*](https://arxiv.org/abs/1206.5538), IEEE TPAMI 2013.
# - A. S. Razavian, H. Azizpour, J. Sullivan and S. Carlsson, [*CNN Features off-the-shelf: an Astounding Baseline for
#   Recognition*](https://arxiv.org/abs/1403.6382), CVPR Workshops 2014: off-the-shelf features against specialised systems.
# - N. Dalal and B. Triggs, *Histograms of Oriented Gradients for Human Detection*, CVPR 2005.
# - M. J. Swain and D. H. Ballard, *Color Indexing*, International Journal of Computer Vision 7 (1991).
# - M. D. Zeiler and R. Fergus, [*Visualizing and Understanding Convolutional Networks*](https://arxiv.org/abs/1311.2901), ECCV 2014.
