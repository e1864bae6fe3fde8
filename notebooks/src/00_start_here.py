# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 1150
#     assets: [digits, efficientnet-lite0, stamps]
#     prerequisites: "Python, at the level of reading a short function"
# ---

# %% [markdown]
# # 00 · Start here
#
# **You will be able to**
#
# - tell whether this machine is ready for the course, and mend it if it is not;
# - let a network that somebody else has trained name what is in a photo, also in yours;
# - read its answer with the right amount of trust.

# %% [markdown]
# The settings of this lesson stand here, in one cell, as in all lessons.

# %% tags=["parameters"]
TOP = 5  # how many guesses to show for a picture

# %% [markdown]
# ## Is this machine ready?
#
# The doctor looks at Python, memory, disk, the course's data and TensorFlow. Every line should begin with
# *ok*; a line that does not says what to do. (In a terminal, `tlcourse doctor` says more, and tries the
# sources that the data come from.)

# %%
from tlcourse import datasets, doctor, exercises, measure, models, transfer

findings = list(doctor.examine(sources=False))
for finding in findings:
    print(f"{finding.status:8} {finding.subject:20} {finding.remedy}")

# %% tags=["assert"]
assert not [finding for finding in findings if finding.status == "problem"]

# %% [markdown]
# ## A taste: a network names what it sees
#
# ImageNet is a collection of more than a million photographs, sorted by hand into a thousand classes, and for
# years there was a contest in naming them. In 2012 a neural network won it with a lead nobody had expected,
# and ImageNet has been the school of image networks ever since. Training one from the start takes many hours
# on costly machines, and **somebody has already done it for you**.
#
# Here is such a network, EfficientNet-Lite0, made small enough for a telephone. Its nearly five million
# *parameters* are the numbers that training has set. `head=True` keeps its last layer, the **head**, which
# names ImageNet's classes; in the next lesson we shall leave it off.

# %%
network = models.load("efficientnet-lite0", head=True)
print(network)
print("Some of its classes:", ", ".join(network.class_names[1::142]))  # every 142nd

# %% [markdown]
# We show it pictures it has not been trained for: stamps from the children's drawing program Tux Paint,
# photographs and drawings on white. `extract_features` feeds every picture through the network and returns
# what comes out at the end: one probability for each of the thousand classes.

# %%
stamps = datasets.load("stamps")
probabilities = transfer.extract_features(network, stamps.images)
print(
    f"{probabilities.shape[0]} pictures, {probabilities.shape[1]} probabilities each; they add up to {probabilities[0].sum():.3f}"
)

# %% [markdown]
# Four pictures, and the five likeliest classes for each:

# %%
chosen = [13, 119, 235, 243]
ax = plots.predictions(stamps.images[chosen], network.class_names, probabilities[chosen], top=TOP)
# %% [markdown]
# *Figure 1. Four pictures and the network's five likeliest classes for each. Pictures: Tux Paint stamps, GNU
# General Public License 2 (see `data/README.md`).*
#
# Nobody told this network about stamps, and it needed no training here. It is not yet transfer learning, for
# the network still answers its old question; but what it knows plainly reaches beyond its own photographs.
#
# ## How good is that, in numbers?
#
# One should not trust four pictures that somebody picked (the spider, as you will see, was a lucky one). The
# first 398 of ImageNet's classes are animals, so we can ask about *all* animal stamps: is the first guess an
# animal at all? And, for the other stamps: is it wrongly an animal?

# %%
import numpy as np

names = np.array(stamps.class_names)[stamps.labels]
is_animal = np.isin(names, ["mammals", "birds", "insects"])
first_guess = probabilities.argmax(axis=1)  # the place of the largest of the thousand probabilities
called_animal = first_guess < 398  # places 0 to 397 are animals
found = measure.interval(called_animal[is_animal])
false_alarms = measure.interval(called_animal[~is_animal])
print(f"{is_animal.sum()} animal stamps called an animal: {found}")
print(f"{(~is_animal).sum()} other stamps called an animal: {false_alarms}")

drawn = np.array(["cartoon" in path for path in stamps.paths])
for kind, which in {"photographs": is_animal & ~drawn, "drawings": is_animal & drawn}.items():
    print(f"{which.sum()} of the animals are {kind}: {measure.interval(called_animal[which])}")

# %% tags=["assert"]
assert found.mean > 0.8 and false_alarms.mean < 0.05
assert called_animal[is_animal & ~drawn].mean() > 0.85 and called_animal[is_animal & drawn].mean() < 0.5
assert network.class_names[397] == "pufferfish" and network.class_names[398] == "abacus"

# %% [markdown]
# The brackets hold a 95 % interval. These pictures are a sample, and the share among all stamps of this kind
# may well lie anywhere in the interval. Every headline number in this course comes with one.
#
# Most animals are recognised as animals. But look at the drawings by themselves: only a few of them are. The
# network learned from photographs. A blind guess among the thousand classes would call about two in five
# pictures an animal, whatever they show.
#
# ## Where it stops
#
# Now three pictures that go wrong. For a circus tent and an igloo the thousand classes have no name; for a
# road sign they have one.

# %%
others = [149, 158, 203]
ax = plots.predictions(stamps.images[others], network.class_names, probabilities[others], top=TOP)
# %% [markdown]
# *Figure 2. A circus tent, an igloo and a road sign. Pictures: Tux Paint stamps, GNU General Public License
# 2.*
#
# The network must spread its probability over the classes it has, so the igloo becomes a lampshade, and it is
# rather sure of it. The sign's own class, "traffic or street sign", comes second, behind a digital clock. The
# network does not know that it does not know: a probability is its confidence *among its own classes*, not
# the chance that it is right.
#
# Is a high probability at least a good sign? We can ask how often "animal or not" is right when the network
# is rather sure, and when it is not; and how sure it is of animals and of other things.

# %%
top = probabilities.max(axis=1)
right = called_animal == is_animal
print(
    f"top probability at least 0.5, {(top >= 0.5).sum()} stamps: right about animal or not",
    measure.interval(right[top >= 0.5]),
)
print(
    f"top probability below 0.5, {(top < 0.5).sum()} stamps: right about animal or not",
    measure.interval(right[top < 0.5]),
)
print("mean top probability, animal stamps:", measure.interval(top[is_animal]))
print("mean top probability, other stamps: ", measure.interval(top[~is_animal]))

# %% [markdown]
# So confidence says something: the network was right more often where it was sure, and it hesitates more over
# the other stamps, for some of which it has no name. Yet single pictures get a confident wrong answer, like
# the igloo. This brings us to the question that the course answers: **the network knows a great deal about
# pictures, but it was made for other classes than yours. How do you put what it knows to work on your own
# task?**

# %% tags=["assert"]
assert measure.interval(top[is_animal]).low > measure.interval(top[~is_animal]).high
assert right[top >= 0.5].mean() > right[top < 0.5].mean()
assert network.class_names[probabilities[203].argsort()[-2]] == "traffic or street sign"
assert network.class_names[first_guess[158]] == "lampshade" and top[158] > 0.7
assert network.class_names[first_guess[203]] == "digital clock"

# %% [markdown]
# ## Your own photo
#
# In a terminal, `tlcourse classify my-photo.jpg` does the same for a photo of yours; nothing leaves your
# machine. Photos of single things work best, as in ImageNet.
#
# ## The lessons
#
# | | lesson | the question it answers by measurement |
# |---|---|---|
# | 00 | start here | is my machine ready, and what can a pretrained network do? |
# | 01 | [traditional versus transfer](01_traditional_vs_transfer.ipynb) | the same few labelled pictures, from scratch and on top of ImageNet |
# | 02 | [why transfer](02_why_transfer.ipynb) | higher start, slope and end; labels and time saved |
# | 03 | [developing a source](03_develop_model.ipynb) | train a source yourself: how much data, and how related? |
# | 04 | [choosing a pretrained model](04_pretrained_model.ipynb) | the known networks side by side: accuracy, cost, licence |
# | 05 | [feature extraction](05_feature_extraction.ipynb) | at which layer to cut, and what hand-crafted features are worth |
# | 06 | [fine-tuning](06_fine_tuning.ipynb) | how deep to unfreeze, how fast to learn, when a probe is enough |
# | 07 | [word vectors](07_word_vectors.ipynb) | word2vec, GloVe and FastText: what they know, and what not |
# | 08 | [transfer for texts](08_nlp_transfer.ipynb) | counted words against word vectors, from one label to four hundred |
# | 09 | [sentence encoders](09_sentence_encoders.ipynb) | Universal Sentence Encoder and a BERT-family encoder: tasks, search, languages |
# | 10 | [negative transfer](10_negative_transfer.ipynb) | when transfer hurts, what is to blame, how to notice and guard against it |
# | 11 | [choosing a source](11_choosing_a_source.ipynb) | can one tell beforehand which source will help? |
#
# Each says at its top which others it builds on. Every lesson works in the same way: a claim, a short cell
# that measures it, what the result means, and where it stops being true. Every method stands beside a
# *baseline*, the simplest thing that could have worked. The same seed gives the same numbers on the same
# machine. Exercises at the end answer at once.
#
# ## Results

# %%
measure.headline("00", "Animal stamps whose first guess is an animal", found, ("a blind guess", 398 / 1000))

# %% [markdown]
# ## Take-aways
#
# - A pretrained network is a file of numbers, and using it takes a few lines and no training.
# - It answers only in the classes it was made for, and its probabilities are confidence among those, not a
#   promise.
# - A number without a baseline and an interval says little.
#
# ## Limits
#
# - "Is the first guess an animal?" is a lenient question. It does not ask for the right animal, because the
#   stamps do not say which it is in ImageNet's words.
# - The stamps are clean: one thing, in the middle, on white. Photos from daily life are harder in some ways,
#   and nearer to ImageNet in others.
# - The network was trained on photographs from the web of the years before 2012, with their gaps and their
#   leanings.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("00")

# %% [markdown]
# ## Your turn
#
# Each exercise answers at once. If you are stuck, `exercises.hint("00.1")` gives a hint, and the next call a
# plainer one.
#
# **Exercise 00.1** Write a function that returns the index of the most probable class.


# %% tags=["exercise"]
def top_class(probabilities):
    return ...


exercises.check("00.1", top_class)


# %% tags=["solution"]
def top_class(probabilities):
    return int(np.argmax(probabilities))


exercises.check("00.1", top_class)

# %% [markdown]
# **Exercise 00.2** Write a function that returns the *names* of the `k` most probable classes, the most
# probable first.


# %% tags=["exercise"]
def top_names(probabilities, names, k):
    return ...


exercises.check("00.2", top_names)


# %% tags=["solution"]
def top_names(probabilities, names, k):
    order = np.argsort(probabilities)[::-1]
    return [names[i] for i in order[:k]]


exercises.check("00.2", top_names)

# %% [markdown]
# **Exercise 00.3** How often is the network sure of itself? Write a function that takes the probabilities of
# many pictures, one row a picture, and returns the share of pictures whose largest probability is at least
# `threshold`. Then try it on `probabilities`.


# %% tags=["exercise"]
def share_confident(probabilities, threshold):
    return ...


exercises.check("00.3", share_confident)


# %% tags=["solution"]
def share_confident(probabilities, threshold):
    return (probabilities.max(axis=1) >= threshold).mean()


exercises.check("00.3", share_confident)

# %% [markdown]
# ### How far you have come
#
# Your answers count in every lesson. Which exercises you have solved is kept in a file on your own machine
# and never sent anywhere; here you see it, and in a terminal `tlcourse progress` shows the same. To begin a
# lesson anew, `tlcourse reset 01` puts it back as it was and keeps your copy beside it.

# %%
exercises.progress()

# %% [markdown]
# ## References
#
# - O. Russakovsky and others, [*ImageNet Large Scale Visual Recognition
#   Challenge*](https://arxiv.org/abs/1409.0575), IJCV 2015.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, *ImageNet Classification with Deep Convolutional Neural
#   Networks*, NeurIPS 2012: the network of 2012.
# - M. Tan and Q. V. Le, [*EfficientNet*](https://arxiv.org/abs/1905.11946), ICML 2019; the Lite variants,
#   without squeeze-and-excite and with ReLU6, were released by Google in 2020 for mobile devices.
# - The stamps: Bill Kendrick and the Tux Paint contributors, [tuxpaint.org](https://tuxpaint.org/stamps/),
#   GNU General Public License 2.
