# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 1400
#     assets: [digits, efficientnet-lite0, fashion-mnist, stamps]
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
# The settings of the lesson:

# %% tags=["parameters"]
FOLDS = 5  # every accuracy below is a five-fold cross-validation, as in lesson 01
SEED = 0  # where the random draws start

# %% [markdown]
# ## From pictures to features, by hand or by learning
#
# A classifier needs its picture as a list of numbers, its **features**. For half a century people designed
# them: an expert thought about what matters (edges, colours, texture) and wrote a formula for it. That took
# years, and a new kind of data often needed a new expert.
#
# **Representation learning** lets a network find the formula. Its first layers are trained, together with the
# last, to make the last layer's work easy, so they turn into a feature extractor that nobody designed.

# %%
from tlcourse import datasets, exercises, measure, models, transfer

ax = plots.featurization()
# %% [markdown]
# *Figure 1. Above, an expert designs the features; below, a network has learned them from another task. The
# classifier at the end is the same.*
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
# A convolutional layer slides small patterns over its input. For each pattern it gives a map of how strongly
# each place answers to it: an **activation map**, one for each of the layer's *channels*. Here is one
# picture, and what three layers make of it, from shallow to deep.

# %%
picture = stamps.images[[9]]
maps = {layer: backbone.activations(picture, layer)[0] for layer in ("block1a", "block3b", "block6d")}
ax = plots.activations(maps, count=7, image=picture[0])

# %% [markdown]
# *Figure 2. Activation maps of a shallow, a middle and a deep layer, those that vary most; yellow is strong,
# dark blue weak, each map on its own scale; the outputs of these blocks may be negative, so a dark place can
# say as much as a bright one. Picture: Tux Paint stamps, GNU General Public License 2.*
#
# The shallow maps are nearly pictures: outlines, light and dark sides. Deeper down they become coarse. A
# place of the `block6d` map stands for a large part of the picture, and what it answers to is no longer a
# line: some are bright on the body, some on the empty ground. Layers build on layers, so such features are
# called **hierarchical**: edges make up textures, textures make up parts, parts make up things. (Zeiler and
# Fergus, below, showed it picture by picture.) On the whole the maps get smaller and more numerous:

# %%
for layer in ("stem", "block1a", "block3b", "block6d", "top"):
    height, width, channels = backbone.activations(picture, layer).shape[1:]
    print(f"{layer:8} {height:3} x {width:3} positions, {channels:4} maps")

# %% [markdown]
# ## Cutting a network open
#
# To extract features, feed a picture in and take the output of an *inner* layer. The last layer of all is not
# the first choice: it answers the source task, "which of ImageNet's thousand classes?", and that is not our
# question.
#
# Our network's layers come in groups: a *stem*, seven *blocks* with parts a, b, c and so on, a last layer
# called *top*, whose average over all positions is the *features*, and the head, which gives the
# *probabilities*.
#
# Averaging each map over its positions, **global average pooling**, turns a layer's maps into one number a
# map: a feature vector whose length does not depend on the picture's size.

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
# *Figure 3. The picture runs through the pretrained layers up to the cut; the averaged activations there feed
# a new classifier. The source task's own output layer is left out.*
#
# ## Where to cut?
#
# The network can be cut after any of its blocks. One pass over the pictures gives the features of all of
# them.

# %%
features = transfer.extract_layers(backbone, stamps.images, backbone.layers)
by_layer = {
    layer: measure.cross_validate(X, stamps.labels, folds=FOLDS, seed=SEED) for layer, X in features.items()
}

# %% [markdown]
# Two kinds of hand-crafted features go on the same axes, measured by the same rules, and the raw pixels as
# the floor:
#
# - **colour histogram**: how much of the picture has which colour, wherever it is;
# - **HOG** (histograms of oriented gradients): in which direction edges run, in each cell of a grid. Made in
#   2005 to find pedestrians, it was at the heart of the best object detectors for years.

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
# *Figure 4. Accuracy of a linear classifier on the features of each layer (five-fold cross-validation,
# 95 % intervals over the pictures). Lines and bands: hand-crafted features and their intervals.*

# %% [markdown]
# Three things to see:
#
# - **Depth pays, then levels off.** The stem and the first block are no better than pixels; from there, on
#   the whole, features become more useful block by block, and the last cuts cannot be told apart.
# - **The very end is not needed.** `block6c`, with 192 numbers a picture, does as well here as the last layer
#   with 1,280.
# - **Hand-crafted features are beaten by far.** They are better than raw pixels, and about as good as a
#   rather early layer.
#
# The bands overlap, so the claim that they beat pixels wants a paired difference. And colour against edges?

# %%
for a, b in (("HOG", "pixels"), ("colour histogram", "pixels"), ("colour histogram", "HOG")):
    print(f"{a} minus {b}:", measure.paired_difference(baselines[a], baselines[b]))

# %% [markdown]
# Both descriptors beat the pixels. Between the two, this deal of the folds does not decide: the interval
# contains zero. It counts the luck of the pictures, though, and not the luck of how they were dealt into
# folds; with another `SEED` colour may come out just ahead.


# %% tags=["assert"]
def gain(a, b):
    return measure.paired_difference(a, b).mean


assert all(abs(gain(by_layer["top"], by_layer[layer])) < 0.03 for layer in ("block6c", "block6d", "block7a"))
assert all(gain(by_layer[layer], baselines["pixels"]) < 0.05 for layer in ("stem", "block1a"))
assert gain(by_layer["block6c"], by_layer["block5c"]) > 0.02
assert all(baselines[name].score.high < by_layer["block4a"].score.low for name in baselines)
assert all(gain(baselines[name], baselines["pixels"]) > 0.02 for name in ("HOG", "colour histogram"))
assert abs(gain(baselines["colour histogram"], baselines["HOG"])) < 0.12

# %% [markdown]
# Figure 2 showed what a layer makes of a picture, figure 4 how far one gets with it. Put together, they can be
# gone through layer by layer. Again one pass gives the maps of all of them:

# %%
import keras

inner = [backbone.network.get_layer(layer).output for layer in backbone.layers]
every_layer = keras.Model(backbone.network.inputs[0], inner)
seen = dict(zip(backbone.layers, every_layer(backbone.preprocess(picture), training=False)))


def at(layer):
    return plots.cut_at(layer, picture[0], seen[layer][0], by_layer, baselines)


plots.explore(at, backbone.layers, label="cut after", start="block6c")

# %% [markdown]
# *Figure 4a. Above, a picture and those of its activation maps at one layer, here `block6c`, that vary most;
# below, the accuracy of figure 4 with its intervals, and that layer marked. Picture: Tux Paint stamps, GNU
# General Public License 2.*
#
# In a running notebook a slider above the figure sets the layer; the arrow keys move it as well. Go from left
# to right and watch both halves. While the maps come to say less and less to *us*, from a bear in outline to a
# few coloured squares, a linear classifier does more and more with them, until it levels off. What is easy to look at and what is
# easy to use are two different things.

# %% [markdown]
# ## Choosing without fooling yourself
#
# We have looked at the scores of eighteen cuts and may be tempted to report the highest. But the highest of
# many scores is high partly by luck, so on average it promises more than it will keep. The honest way takes
# two steps: **choose** the layer on one part of the pictures, then **test** the choice, once, on pictures
# that had no say in it. (Strictly, figure 4 has spoilt that already, for it showed us all pictures; on a task
# of your own, split first.)

# %%
import numpy as np
from sklearn.model_selection import train_test_split

# stratify: the same share of every class in both parts
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

# %% tags=["assert"]
assert best in backbone.layers[-7:]

# %% [markdown]
# Did the test come out lower than the validation score, as the rule says? With this few test pictures it may
# as well come out higher: a figure moves by several points either way, as its interval says, and the last
# classifier learned from more pictures than those in the cross-validation. The rule is about the average.
# Change `SEED` and look again; the chosen layer changes too. Here little was at stake, for the late layers
# are so alike that the best of them owes little to luck; the more unlike and the noisier the candidates, the
# more the rule matters.
#
# ## Off the shelf, or made for the task?
#
# Features taken from a network as it stands are called **off-the-shelf**. In 2014 Razavian and others tried
# them on a row of tasks, farther and farther from ImageNet, against the best systems that had been built for
# each. A few of their results, in per cent of right answers (for flowers and indoor scenes the mean over
# classes):

# %% tags=["sourced"]
# Razavian et al. 2014, table 2 to 4: best specialised system; network features, with jittered copies, and SVM
reported = {
    "indoor scenes (MIT-67)": (64.0, 69.0),
    "birds (CUB-200)": (56.8, 61.8),
    "flowers (Oxford 102)": (80.7, 86.8),
}
for task, (specialised, off_the_shelf) in reported.items():
    print(f"{task:24} specialised {specialised:.1f}, off the shelf {off_the_shelf:.1f}")

# %% [markdown]
# It is often retold that features off the shelf beat *specialised deep networks* there. Most of those
# specialised systems were no deep networks: they were hand-crafted descriptors, tuned for years.
#
# Here is the same question on three tasks of ours, going away from ImageNet: the stamps, photographs of
# clothes in grey (Fashion-MNIST, ten kinds), and handwritten digits. The two new ones are small pictures, and
# we take as many of each as there are stamps. On each task, three learners get the same pictures, and are
# judged on the same others:
#
# - **HOG + colour**: both hand-crafted descriptors, joined;
# - **from scratch**: the network of lesson 01, trained for this task alone;
# - **ImageNet features**, off the shelf.

# %%
from sklearn.preprocessing import normalize


def right_answers(task):
    """Return, for each learner, which of the test pictures it gets right."""
    learn, test = train_test_split(
        np.arange(len(task)), test_size=0.3, stratify=task.labels, random_state=SEED
    )
    x, y = task.images, task.labels
    described = {
        "HOG + colour": np.hstack([normalize(transfer.hog(x)), normalize(transfer.colour_histogram(x))]),
        "ImageNet features": transfer.extract_features(backbone, x),
    }
    probes = {
        name: transfer.linear_probe(X[learn], y[learn]).predict(X[test]) for name, X in described.items()
    }
    said = {**probes, "from scratch": transfer.small_cnn(x[learn], y[learn], SEED).predict(x[test])}
    return {name: said[name] == y[test] for name in ("HOG + colour", "from scratch", "ImageNet features")}


# %% [markdown]
# Fashion-MNIST and the digits are far larger than the stamps, so a random part of each stands for it:


# %%
def some(data):
    return data.subset(np.random.default_rng(SEED).permutation(len(data))[: len(stamps)])


tasks = {
    "stamps": stamps,
    "Fashion-MNIST": some(datasets.load("fashion-mnist")),
    "digits": some(datasets.load("digits", size=28)),
}
answers = {name: right_answers(task) for name, task in tasks.items()}
ax = plots.bars(
    {task: {name: measure.interval(a) for name, a in said.items()} for task, said in answers.items()}
)

# %% [markdown]
# *Figure 5. Accuracy of a hand-crafted description, of a network made for the task and of features off the
# shelf on three tasks, each with 182 pictures to learn from; 95 % intervals over the test pictures.*

# %%
for task, said in answers.items():
    for rival in ("HOG + colour", "from scratch"):
        difference = measure.interval(said["ImageNet features"].astype(float) - said[rival])
        print(f"{task}: off the shelf minus {rival}: {difference}")

# %% [markdown]
# Three tasks, three outcomes. On the stamps, near relatives of ImageNet's photos, the features off the shelf
# win by far. On the clothes nobody wins: the three cannot be told apart. On the digits they lose to both
# rivals: a digit is a few strokes in certain places, which HOG describes exactly, a small network learns
# quickly, and a network trained on photographs never had to care about. So "off the shelf beats specialised"
# is a finding about tasks *near* the source and about few labels, not a law; lesson 10 is about the cases
# where it fails.


# %% tags=["assert"]
def ahead(task, rival):
    return measure.interval(answers[task]["ImageNet features"].astype(float) - answers[task][rival])


assert all(ahead("stamps", rival).low > 0.1 for rival in ("HOG + colour", "from scratch"))
assert all(
    ahead("Fashion-MNIST", rival).low < 0 < ahead("Fashion-MNIST", rival).high
    for rival in ("HOG + colour", "from scratch")
)
assert all(ahead("digits", rival).high < 0 for rival in ("HOG + colour", "from scratch"))
assert all(len(a) == 79 and len(stamps) - 79 == 182 for said in answers.values() for a in said.values())

# %% [markdown]
# ## Why not simply the network's answer?
#
# We left the output layer out as too specific to the source task. Is it? Its thousand probabilities are
# numbers too, so let us use them as features and see. And let us try them in another form: their logarithms,
# less the mean of the picture's own.

# %%
probabilities = transfer.extract_features(headed, stamps.images)
logs = np.log(np.maximum(probabilities, 1e-12))
logs -= logs.mean(axis=1, keepdims=True)
outputs = {
    "probabilities": measure.cross_validate(probabilities, stamps.labels, folds=FOLDS, seed=SEED),
    "log probabilities": measure.cross_validate(logs, stamps.labels, folds=FOLDS, seed=SEED),
    "the layer before": by_layer["top"],
}
for name in ("probabilities", "log probabilities"):
    print(
        f"{name} minus the layer before:",
        measure.paired_difference(outputs[name], outputs["the layer before"]),
    )
measure.table(outputs)

# %% [markdown]
# As probabilities, the output does clearly worse than the layer right before it. The last step of the
# network, the **softmax**, turns a thousand scores of any size into positive numbers that add up to one: a
# few are large, and hundreds are nearly zero. A linear classifier hears only the loud ones.
#
# Taking logarithms and subtracting the mean undoes the softmax, up to a constant, and on all labels the
# difference is gone. So "the output is too specific" is only half true. What the network knew was still
# there, in a form that the classifier could not use.
#
# Half true, for where labels are scarce, the logarithms lose a little after all. One reason may be that
# scores made for a thousand other classes are not *made* for yours. The difference shrinks as labels grow:

# %%
few = {
    name: measure.few_shot_curve(X, stamps.labels, shots=(1, 5), seed=SEED)
    for name, X in (("log probabilities", logs), ("the layer before", features["top"]))
}
for shots in (1, 5):
    print(
        f"{shots} per class, log probabilities minus the layer before:",
        measure.paired_difference(*few.values(), shots=shots),
    )

# %% tags=["assert"]
assert measure.paired_difference(outputs["probabilities"], outputs["the layer before"]).high < -0.05
assert abs(measure.paired_difference(outputs["log probabilities"], outputs["the layer before"]).mean) < 0.02
assert measure.paired_difference(*few.values(), shots=1).high < 0

# %% [markdown]
# ## Hand-crafted features, joined
#
# One descriptor against a whole network may look unfair. An engineer of the time would have *joined*
# descriptors: HOG knows the shape and colour histograms know the colour. So we join them, each scaled to the
# same length first. And we try a third thing, to see whether hand-crafted features add anything to learned
# ones.

# %%
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
# *Figure 6. Hand-crafted features, learned features and both together: five-fold accuracy with
# 95 % intervals.*

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
    "adding both to them changes by",
    measure.paired_difference(contest["ImageNet + HOG + colour"], contest["ImageNet features"]),
)

# %% [markdown]
# Joining the two descriptors helps: expertise is worth something. The pretrained network is worth far more,
# and nobody had to think about road signs. Adding the descriptors to the learned features gains nothing and
# may even cost a little: after joining, two thirds of a picture's description are the weaker numbers.

# %% tags=["assert"]
assert gain(contest["HOG + colour"], contest["colour histogram"]) > 0.02
assert measure.paired_difference(contest["ImageNet features"], contest["HOG + colour"]).low > 0.15
assert measure.paired_difference(contest["ImageNet + HOG + colour"], contest["ImageNet features"]).high < 0.02

# %% [markdown]
# ## What it costs
#
# "Automatic" is not "free": the network multiplies and adds a few hundred million times for a picture. On
# this machine, the network on all cores, the others on one:

# %%
import time

fifty = stamps.images[:50]
extractors = {
    "colour histogram": transfer.colour_histogram,
    "HOG": transfer.hog,
    "ImageNet features": lambda images: transfer.extract_features(
        backbone, images, cache=False, progress=False
    ),
}
for name, extract in extractors.items():
    extract(fifty[:2])  # the first call of anything is slow
    start = time.perf_counter()
    extract(fifty)
    print(f"{name:18} {1000 * (time.perf_counter() - start) / len(fifty):5.1f} ms a picture")

# %% [markdown]
# All of them are quick enough to be out of the way. Features are computed once and kept, so trying ten
# classifiers costs hardly more than trying one; that is why feature extraction is the first thing to try on a
# new task.
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
# *Figure 7. Accuracy on ImageNet features by class, with 95 % intervals over the pictures of the class.*
#
# (All flowers were right. Drawing again from answers that are all right would show no spread, which is not
# the same as certainty; the interval of such a class is computed by a formula, Wilson's.)
#
# Look at the errors themselves before you blame the features. To see what was said instead, the predictions
# are made once more, fold by fold.

# %%
from sklearn.model_selection import StratifiedKFold

said = np.empty_like(stamps.labels)
for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(
    stamps.labels, stamps.labels
):
    said[test] = transfer.linear_probe(features["top"][train], stamps.labels[train]).predict(
        features["top"][test]
    )
wrong = np.flatnonzero(said != stamps.labels)
titles = [f"{stamps.class_names[stamps.labels[i]]}:\n{stamps.class_names[said[i]]}?" for i in wrong]
ax = plots.gallery(stamps.images[wrong[::2]], titles=titles[::2], columns=7)

# %% [markdown]
# *Figure 8. Every other picture that the linear probe got wrong: the class, and what the probe said.
# Pictures: Tux Paint stamps, GNU General Public License 2.*
#
# Many of them are drawings. Is that more than an impression?

# %%
drawn = np.array(["cartoon" in path for path in stamps.paths])
house = stamps.labels == stamps.class_names.index("houses")
print("drawings, houses apart:", measure.interval(top.correct[drawn & ~house]))
print("the others:            ", measure.interval(top.correct[~drawn]))

# %% tags=["assert"]
assert np.array_equal(said == stamps.labels, top.correct)
assert drawn[house].all()
assert top.correct[drawn & ~house].mean() < top.correct[~drawn].mean() - 0.1

# %% [markdown]
# Drawings are hard, except houses, which are *all* drawings: "house" is partly "drawing" to such a learner.
# And a few errors are the label's fault.
#
# ## Results

# %%
measure.headline(
    "05",
    "Stamps: hand-crafted features, HOG + colour",
    contest["HOG + colour"].score,
    ("pixels", baselines["pixels"].score),
)
for task in tasks:
    measure.headline(
        "05",
        f"{task}, 182 labelled pictures: ImageNet features off the shelf",
        measure.interval(answers[task]["ImageNet features"]),
        ("from scratch", measure.interval(answers[task]["from scratch"])),
    )
measure.headline(
    "05",
    "Stamps: the network's output probabilities as features",
    outputs["probabilities"].score,
    ("layer before", top.score),
)
measure.table({**contest, "output probabilities": outputs["probabilities"]})

# %% [markdown]
# ## Take-aways
#
# - A layer of a trained network is a feature extractor. Cut the network there, average the maps, train a
#   linear classifier on top.
# - Shallow layers answer to outlines and shades, deep ones to larger and more abstract things. For a task
#   near the source, cut late.
# - Do not use a network's probabilities as features; take the layer before, or undo the softmax.
# - The choice of a layer is a choice like any other: make it on validation pictures, and touch the test
#   pictures once.
# - Near the source, learned features beat hand-crafted ones and a network made for the task by far, without
#   anybody designing them, at the price of more computing. Away from it they may draw, or lose.
#
# ## Limits
#
# - "Cut late" was measured on a target near the source. Farther away, a cut a few blocks before the end can
#   be better, and there are tasks, such as the tiny digits of lesson 01, where raw pixels win: averaging a
#   map forgets *where* things are, and in a digit that is everything.
# - Only two hand-crafted descriptors were tried, with common settings. With more descriptors, a better colour
#   space and a curved classifier one gets some points more, but not near the network.
# - With 261 pictures, differences of two or three points between late layers are noise.
# - All features were judged with one classifier and one setting of its *regularisation*, the brake that keeps
#   it from learning its few pictures by heart. It was chosen once, as the best compromise for pixels,
#   hand-crafted features and the last layer on these very pictures. The shallow layers would gain most from a
#   setting of their own, so the left end of figure 4 is drawn a little low.
# - The layers' maps were averaged over all positions, and the pixels were not. Part of what the shallow
#   layers lack may be the price of that average.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("05")

# %% [markdown]
# ## Your turn
#
# **Exercise 05.1** Write global average pooling: from maps of shape `(N, H, W, C)` to features of shape `(N,
# C)`.


# %% tags=["exercise"]
def global_average_pool(maps):
    return ...


exercises.check("05.1", global_average_pool)


# %% tags=["solution"]
def global_average_pool(maps):
    return maps.mean(axis=(1, 2))


exercises.check("05.1", global_average_pool)

# %% [markdown]
# **Exercise 05.2** Two dictionaries give a score for each layer, shallow to deep: one on validation pictures,
# one on test pictures. Write the function that returns the name of the layer you would cut at; of equal
# scores it takes the shallower layer.


# %% tags=["exercise"]
def choose_cut(validation, test):
    return ...


exercises.check("05.2", choose_cut)


# %% tags=["solution"]
def choose_cut(validation, test):
    return max(validation, key=validation.get)


exercises.check("05.2", choose_cut)

# %% [markdown]
# **Exercise 05.3** Join two tables of features, `(N, D)` and `(N, E)`, into one of `(N, D + E)`, each row of
# each brought to length one first (the length is the root of the sum of squares). Why is that needed? Try HOG
# and colour without it.


# %% tags=["exercise"]
def join_features(a, b):
    return ...


exercises.check("05.3", join_features)


# %% tags=["solution"]
def join_features(a, b):
    a = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-12)
    b = b / np.maximum(np.linalg.norm(b, axis=1, keepdims=True), 1e-12)
    return np.concatenate([a, b], axis=1)


exercises.check("05.3", join_features)

# %% [markdown]
# **Exercise 05.4** Write a function that names the class of which the smallest *share* was classified
# rightly, from the array of right and wrong answers, the labels, and the class names.


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
# - A. S. Razavian, H. Azizpour, J. Sullivan and S. Carlsson, [*CNN Features off-the-shelf: an Astounding
#   Baseline for Recognition*](https://arxiv.org/abs/1403.6382), CVPR Workshops 2014: off-the-shelf features
#   against specialised systems.
# - N. Dalal and B. Triggs, *Histograms of Oriented Gradients for Human Detection*, CVPR 2005.
# - M. J. Swain and D. H. Ballard, *Color Indexing*, International Journal of Computer Vision 7 (1991).
# - M. D. Zeiler and R. Fergus, [*Visualizing and Understanding Convolutional
#   Networks*](https://arxiv.org/abs/1311.2901), ECCV 2014.
