# ---
# jupyter:
#   lesson:
#     minutes: 2
#     memory_mb: 1500
#     assets: [digits, efficientnet-lite0, stamps]
#     prerequisites: "[lesson 01](01_traditional_vs_transfer.ipynb) and [lesson 05](05_feature_extraction.ipynb)"
# ---

# %% [markdown]
# # 06 · Fine-tuning a network
#
# **You will be able to**
#
# - train a new head on a frozen network and then its top blocks with it, and prove what moved and what did
#   not;
# - choose how deep to unfreeze and how fast to learn, on validation pictures;
# - recognise the classic mistakes by what they do to the numbers;
# - say when fine-tuning is worth trying and when a linear probe is enough.

# %% [markdown]
# The settings of the lesson:

# %% tags=["parameters"]
SHOTS = 10  # labelled pictures a class
REPEATS = 3  # each configuration is trained on so many draws of pictures
RATES = (3e-4, 1e-3)  # learning rates for the unfrozen blocks
PASSES = 4  # passes over the training pictures once blocks are unfrozen
SEED = 0  # where the random draws start

# %% [markdown]
# ## From reading features to changing them
#
# In the lessons before, the backbone was **frozen**: its weights stayed as ImageNet had left them, and only a
# classifier on top learned. That is safe and quick, but it has a ceiling. If the features do not hold what
# the new task needs, no classifier can find it there.
#
# **Fine-tuning** trains some of the backbone's own layers too, on the target task, starting from the
# pretrained weights. What is learned on the source is then a starting point rather than a fixed tool.
#
# It is done in two phases, for a reason. The new head starts from random weights, so its first errors are
# large and tell the layers below nothing sensible. Were these trainable from the start, those errors would
# run through them too and could distort what they had learned (Kumar and others, below). So:
#
# 1. **Head.** Freeze the whole backbone and train the new head.
# 2. **Blocks.** Unfreeze the top blocks, and train them together with the head at a much lower **learning
#   rate**, the size of a step.
#
# How many blocks to unfreeze is a matter of depth: the lower layers hold edges and textures that any picture
# needs, the upper ones what ImageNet needed (lesson 05). Let us do it once before we ask how deep and how
# fast.

# %%
import numpy as np

from tlcourse import datasets, exercises, measure, models, transfer

stamps = datasets.load("stamps", size=96)
backbone = models.load("efficientnet-lite0", size=96)
print(stamps)
print(backbone)

# %% [markdown]
# The network takes pictures of any size from a minimum on; 96 pixels instead of 224 make each step five
# times cheaper, at some cost in accuracy. A few labelled pictures a class are for learning, others for
# deciding when to stop (**validation**), and the rest for the final test.


# %%
def few_shot_split(data, shots, seed):
    """Keep `shots` training pictures of each class."""
    parts = datasets.split(data, seed=seed, validation=0.25, test=0.3)
    chosen = [np.flatnonzero(parts.train.labels == c)[:shots] for c in range(len(data.class_names))]
    return parts._replace(train=parts.train.subset(np.concatenate(chosen)))


split = few_shot_split(stamps, SHOTS, SEED)
for part, data in zip(split._fields, split):
    print(f"{part:10} {len(data):3} pictures")

# %% [markdown]
# Now both phases. `unfreeze="block6a"` trains everything from that block upwards, six of the eighteen blocks,
# the stem and the top counted. Pictures are learned from in **batches**, here of sixteen, and each batch
# gives one step. After each pass over the training pictures (an **epoch**) the network is tried on the
# validation pictures. What counts is the **loss** there, which is what training lowers: the mean of minus the
# logarithm of the probability given to the right class, so that a sure wrong answer costs most. The weights
# with the lowest one are kept, and a phase ends when five passes in a row bring nothing lower (**early
# stopping**).

# %%
schedule = transfer.Schedule(head_epochs=30, head_rate=3e-3, epochs=PASSES, rate=1e-4)
tuned = transfer.fine_tune(backbone, split, unfreeze="block6a", schedule=schedule, seed=SEED)
tuned

# %% [markdown]
# What happened, pass by pass. The step in the curves is where the second phase begins:

# %%
axes = plots.learning({"fine-tuned": tuned})

# %% [markdown]
# *Figure 1. Loss and accuracy after each pass over the training pictures, first the head alone, then the
# blocks with it; training solid, validation dashed.*
#
# `fine_tune` uses a trick. The lower blocks never change, so it sends each picture through them once, keeps
# what comes out, and trains only what is above. Tutorials send every picture through the whole network in
# every pass, which computes the same and takes several times as long (`benchmarks/finetune.py` measures how
# many). Training pictures are shown as they are or mirrored, at random, which is called **augmentation**;
# validation pictures are never changed.
#
# ## Prove it
#
# Before looking at any accuracy, check that what was to stay frozen did stay, and that what was to learn
# could learn. A fine-tuning that trains nothing, or everything, gives no error message; it only gives another
# number. For this test alone, here is one pass with the blocks and no first phase, so that there is no other
# pass to go back to and the blocks are sure to have moved:

# %%
before = {layer.name: layer.get_weights() for layer in backbone.network.layers}
to_the_end = transfer.Schedule(head_epochs=0, epochs=1, rate=1e-4)
once = transfer.fine_tune(backbone, split, unfreeze="block6a", schedule=to_the_end, seed=SEED)
now = {layer.name: layer.get_weights() for layer in (*once.lower.layers, *once.tail.layers)}
for layer in ("stem_conv", "block5c_project_conv", "block6a_expand_conv", "block6a_expand_bn", "top_conv"):
    change = max(np.abs(a - b).max() for a, b in zip(before[layer], now[layer]))
    print(f"{layer:22} moved by {change:.5f} at most")
trained = sum(int(np.prod(weight.shape)) for weight in once.tail.trainable_weights)
print(f"{trained:,} of {once.network.count_params():,} weights are trained")

# %% [markdown]
# The layers below `block6a` have not moved at all; those above have, with one exception, on purpose: the
# **batch normalisation** layers (`…_bn`), which rescale each channel by its mean and spread. While a network
# is trained from scratch they take these from the pictures of the present batch. Sixteen pictures give a poor
# estimate, so in fine-tuning they are kept in *inference mode*, with the statistics that they learned from a
# million pictures. More on that below.


# %% tags=["assert"]
def change(layer):
    return max(np.abs(a - b).max() for a, b in zip(before[layer], now[layer]))


assert change("stem_conv") == change("block5c_project_conv") == change("block6a_expand_bn") == 0
assert change("block6a_expand_conv") > 0 and change("top_conv") > 0
assert 0 < trained < once.network.count_params()
assert backbone.layers.index("block6a") == len(backbone.layers) - 6 == 12

# %% [markdown]
# ## Was it worth it?
#
# The rival gets the same pictures: a linear probe on the frozen features. Both are tried on several draws, of
# which the first is the one above, and looked at on the test pictures once; nothing was chosen there.


# %%
def right(model, parts):
    return (model.predict(parts.test.images) == parts.test.labels).mean()


features = transfer.extract_features(backbone, stamps.images)
near = {"linear probe": [], "fine-tuned": []}
for repeat in range(REPEATS):
    parts = few_shot_split(stamps, SHOTS, SEED + repeat)
    learn, asked = (np.isin(stamps.paths, part.paths) for part in (parts.train, parts.test))
    probe = transfer.linear_probe(features[learn], stamps.labels[learn])
    near["linear probe"].append((probe.predict(features[asked]) == stamps.labels[asked]).mean())
    model = transfer.fine_tune(backbone, parts, "block6a", schedule, seed=SEED + repeat) if repeat else tuned
    near["fine-tuned"].append(right(model, parts))
near = {name: measure.interval(values) for name, values in near.items()}
measure.table(near)

# %% [markdown]
# The same pictures served both, so the difference is taken draw by draw:

# %%
gain_near = measure.interval(near["fine-tuned"].values - near["linear probe"].values)
print("fine-tuned minus linear probe, draw by draw:", gain_near)

# %% [markdown]
# On the stamps, unfreezing the topmost six blocks at this one gentle setting gains nothing to speak of over
# the linear probe. No other setting was searched for here. That is no failure of the method. The stamps are
# near relatives of ImageNet's photographs: what they need is in the features already, and ten pictures a
# class are few to improve on a million. Where features fit, read them and be done. (Lesson 02 compares
# them on five splits, at full size and with all labels: there too, they can hardly be told apart.)
#
# ## A target far away
#
# The digits of lesson 01 are another matter. There, features off the shelf lost to raw pixels. If that is
# because the features are the wrong ones, other features of the network should do better, and changing them
# better still.
#
# Digits are tiny, so 32 pixels are enough. And a digit needs strokes rather than muzzles, so we cut the
# network after `block5c` (lesson 05): what is left is smaller, quicker to train, and less set in ImageNet's
# ways.

# %%
digits = datasets.load("digits", size=32)
digits = digits.subset(np.random.default_rng(SEED).permutation(len(digits))[:1000])
cut = models.load("efficientnet-lite0", size=32).cut("block5c")
print(cut, f"with {len(cut.layers)} blocks")

# %% [markdown]
# Mirroring must be off: a mirrored 3 is no 3. Augment only by what does not change the label.
#
# Now the question of this lesson: how deep to unfreeze, and how fast to learn? Each combination is trained on
# several draws. What is compared is accuracy on *validation* pictures, for this is a choice, and choices are
# made there.
#
# The head is first trained until more passes no longer help. A head stopped early is a poor rival: whatever
# is trained afterwards then looks like a gain, although more passes of the head alone would have brought it.


# %%
def digit_split(repeat, shots=SHOTS):
    """Return the draw: `shots` training digits of each class, 150 to validate, 300 to test."""
    order = np.random.default_rng([SEED, repeat]).permutation(len(digits))
    test, validation, rest = np.split(order, [300, 450])
    chosen = [rest[digits.labels[rest] == c][:shots] for c in range(10)]
    return datasets.Split(*(digits.subset(part) for part in (np.concatenate(chosen), validation, test)))


def tune(parts, depth, rate, repeat=0, **settings):
    """Fine-tune on digits, for a fixed number of passes."""
    plan = {"head_epochs": 30, "head_rate": 1e-2, "epochs": PASSES, "rate": rate} | settings
    plan = transfer.Schedule(mirror=False, patience=None, **plan)
    return transfer.fine_tune(cut, parts, depth, plan, seed=repeat, progress=False)


# %% [markdown]
# The grid takes the better part of this lesson's time: two depths and two rates, each on every draw. The head
# alone has no rate of the blocks, so it has one cell: `epochs=0` ends the training after the first phase, so
# that the blocks stay as they were, whichever are named.

# %%
draws = [digit_split(repeat) for repeat in range(REPEATS)]
runs = {("head alone", "blocks frozen"): [tune(s, "block5a", 1e-3, r, epochs=0) for r, s in enumerate(draws)]}
for depth in ("block5a", "block3a"):
    for rate in RATES:
        tuned_here = [tune(parts, depth, rate, repeat) for repeat, parts in enumerate(draws)]
        runs[f"from {depth}", f"{rate:g}"] = tuned_here
grid = {
    setting: measure.interval([run.validation_accuracy for run in tuned_models])
    for setting, tuned_models in runs.items()
}
ax = plots.heat_map(grid, "learning rate of the unfrozen blocks", "what is trained")

# %% [markdown]
# *Figure 2. Digits, accuracy on validation pictures of the weights that were kept, for each depth and
# learning rate; the mean over the draws and its 95 % interval, which with three draws is a rough one (see
# Limits).*
#
# The same results can be gone through one depth at a time, with what each of them costs: how many weights are
# trained, and how long a pass takes.


# %%
def cost(run, phase):
    """Return how many weights a phase trains, and the seconds of one of its passes."""
    part = run.tail.layers[-1] if phase == "head" else run.tail
    seconds = [clock for name, clock in zip(run.history["phase"], run.history["seconds"]) if name == phase]
    return sum(int(np.prod(weight.shape)) for weight in part.trainable_weights), np.median(np.diff(seconds))


costs = {
    name: cost(repeats[0], "head" if name == "head alone" else "blocks")
    for (name, _), repeats in runs.items()
}


def at(depth):
    lowest = None if depth == "head alone" else depth.removeprefix("from ")
    shown = {"head alone": grid["head alone", "blocks frozen"]}
    shown |= {f"rate {rate}": score for (name, rate), score in grid.items() if name == depth and lowest}
    note = "{}: {:,} weights trained, {:.2f} s a pass".format(depth, *costs[depth])
    axes = plots.unfreezing(cut.layers, lowest, shown, note)
    axes[1].set_xlim(min(score.low for score in grid.values()) - 0.02, 1)
    return axes


plots.explore(at, [*costs], label="trained", start="from block5a")

# %% [markdown]
# *Figure 2a. Above, the blocks of the network, hatched where frozen and filled where trained, here from
# `block5a`; below, the accuracy on validation pictures at each learning rate, beside that of the head alone,
# with 95 % intervals over the draws (the axis does not begin at nought).*
#
# In a running notebook a slider above the figure sets the depth; the arrow keys move it as well. Depth is paid
# for twice: each step down adds weights, which a hundred digits must determine, and makes every pass longer.
# What it brings has to be weighed against that. Here the costs are small, so the setting is now chosen by its
# accuracy alone:

# %%
chosen = max(grid, key=lambda setting: grid[setting].mean)
head_runs = runs["head alone", "blocks frozen"]
gain_validation = measure.interval(
    [run.validation_accuracy - head.validation_accuracy for run, head in zip(runs[chosen], head_runs)]
)
print("chosen on validation:", " at rate ".join(chosen))
print("more than the head alone, draw by draw, a little flattered by the choice:", gain_validation)

# %% [markdown]
# A cell can hardly do much worse than the head: the weights with the lowest validation loss are kept, and
# those of the first phase may be kept as well. Where a cell equals the head, nothing that came after the
# first phase was any better. What happens without that safety net is shown further down.
#
# Now the chosen setting, once, on the test pictures, beside its rivals: a linear probe on raw pixels, one on
# the features of the same cut network, and the small network of lesson 01 trained from scratch.

# %%
far = {"pixels": [], "from scratch": [], "linear probe": [], "head alone": [], "fine-tuned": []}
for repeat, parts in enumerate(draws):
    train, test = parts.train, parts.test
    probe = transfer.linear_probe(transfer.pixels(train.images, 8), train.labels)
    far["pixels"].append((probe.predict(transfer.pixels(test.images, 8)) == test.labels).mean())
    X, Z = (transfer.extract_features(cut, part.images) for part in (train, test))
    probe = transfer.linear_probe(X, train.labels)
    far["linear probe"].append((probe.predict(Z) == test.labels).mean())
    scratch = transfer.small_cnn(train.images, train.labels, seed=repeat)
    far["from scratch"].append(right(scratch, parts))
    far["head alone"].append(right(head_runs[repeat], parts))
    far["fine-tuned"].append(right(runs[chosen][repeat], parts))
far = {name: measure.interval(values) for name, values in far.items()}
ax = plots.scores(far)

# %% [markdown]
# *Figure 3. Digits, test accuracy with ten labelled pictures a class; 95 % intervals over the draws.*


# %%
def lead(a, b):
    return measure.interval(far[a].values - far[b].values)


print("linear probe minus pixels:", lead("linear probe", "pixels"))
for rival in ("head alone", "linear probe", "pixels"):
    print(f"fine-tuned minus {rival}: {lead('fine-tuned', rival)}")

# %% [markdown]
# Here is the difference between a tool and a starting point. Read off the shelf, a million photographs are
# worth hardly more on digits than raw pixels. With its upper blocks trained on a hundred digits, the network
# is ahead of the pixels, of its own head and of a probe on its own features.

# %% tags=["assert"]
assert gain_near.mean < 0.03 and gain_near.mean > -0.1
assert gain_validation.mean > 0
assert abs(lead("linear probe", "pixels").mean) < 0.05
assert all(lead("fine-tuned", rival).mean > 0 for rival in ("head alone", "linear probe", "pixels"))

# %% [markdown]
# ## With how many labels?
#
# Fine-tuning fits many more weights than a head does, so it should need more labels. The same setting, with
# three labelled digits a class instead of ten:

# %%
depth, rate = chosen[0].removeprefix("from "), float(chosen[1])
few = [digit_split(repeat, shots=3) for repeat in range(REPEATS)]
heads = [right(tune(parts, depth, rate, repeat, epochs=0), parts) for repeat, parts in enumerate(few)]
tuneds = [right(tune(parts, depth, rate, repeat), parts) for repeat, parts in enumerate(few)]
by_labels = {
    3: (measure.interval(heads), measure.interval(tuneds)),
    SHOTS: (far["head alone"], far["fine-tuned"]),
}
for shots, (head, both) in by_labels.items():
    print(f"{shots:2} labels a class: head alone {head}, fine-tuned {both}")

# %% [markdown]
# And the gain, again draw by draw:

# %%
for shots, (head, both) in by_labels.items():
    gain = measure.interval(both.values - head.values)
    print(f"{shots:2} labels a class: fine-tuning gains {gain}")

# %% [markdown]
# Read these with the width of their intervals in mind: three draws show whether there is a gain, hardly how
# it changes with the labels. The setting was chosen at ten labels a class; with fewer or more, another might
# be better.
#
# ## The classic mistakes, and what they look like
#
# None of these stops with an error. Each only gives another number, which is why one should have seen them
# once. The test pictures are looked at again here, for show; nothing is chosen by it.
#
# **1. Nothing is unfrozen.** What is trainable is fixed by the first `fit` after Keras has compiled a model.
# Unfreeze later, and the count of trainable tensors changes, but not what the next `fit` trains. To see it soon, here with the lowest
# blocks only:

# %%
import keras

keras.utils.set_random_seed(SEED)
small = cut.cut("block2a").network
network = keras.models.clone_model(small)
network.set_weights(small.get_weights())
network.trainable = False
whole = keras.Sequential([network, keras.layers.Dense(10, "softmax")])
x, y = cut.preprocess(draws[0].train.images), draws[0].train.labels
moves = {}
for step in ("frozen", "unfrozen", "compiled again"):
    if step == "unfrozen":
        network.trainable = True
    else:
        whole.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    stem = network.get_layer("stem_conv").get_weights()[0]
    whole.fit(x, y, verbose=0, shuffle=False)
    moves[step] = np.abs(network.get_layer("stem_conv").get_weights()[0] - stem).max()
    print(
        f"{step:14}: {len(whole.trainable_weights):2} trainable tensors, moved by {moves[step]:.5f} at most"
    )

# %% [markdown]
# Mended: compile again after each change of what is trainable, count, and check what moved; the count alone
# is no proof.
#
# **2. The rate is too high.** The first steps throw away what ImageNet had taught.


# %%
def with_blocks(model):
    """Return the validation accuracy after each pass of the second phase."""
    history = zip(model.history["phase"], model.history["val_accuracy"])
    return [accuracy for phase, accuracy in history if phase == "blocks"]


parts = draws[0]
wild = tune(parts, depth, 30 * rate)
passes, last_head = with_blocks(wild), wild.history["val_accuracy"][-PASSES - 1]
print("end of the first phase:  ", f"{last_head:.2f}")
print("passes with the blocks:  ", " ".join(f"{accuracy:.2f}" for accuracy in passes))
print("kept after all:          ", f"{wild.validation_accuracy:.2f}")

# %% [markdown]
# Mended: a lower rate, chosen on validation (a tenth to a hundredth of the head's is the rule of thumb), and
# the weights of the best validation loss kept, so that the worst that can happen is to end where the first
# phase did.
#
# **3. Batch normalisation in training mode.** Each small batch is then normalised by its own mean and spread,
# and the running statistics, which are used for prediction, drift with every noisy batch: training and
# prediction no longer compute the same. On the first draw:


# %%
def answers(model, parts):
    return model.predict(parts.test.images) == parts.test.labels


trained_norms = tune(parts, depth, rate, batch_norm="training")
modes = {"inference mode": with_blocks(runs[chosen][0]), "training mode": with_blocks(trained_norms)}
for mode, accuracies in modes.items():
    print(f"{mode:14}: passes with the blocks", " ".join(f"{accuracy:.2f}" for accuracy in accuracies))

# %% [markdown]
# Here the dreaded mistake costs nothing that could be seen: at this low rate, with batches of sixteen and a
# handful of passes, the statistics have moved little. They move with every batch, though, so it is the
# smaller batches and the longer trainings that it harms, and nothing is gained by it. Keep batch
# normalisation in inference mode, as `fine_tune` does unless told otherwise, and as Keras does for a layer
# whose `trainable` is off.
#
# **4. Forgetting.** A fine-tuned network is no longer the network it was. Its `body`, without the head, can
# be taken as a backbone again: are its features still good for the *stamps*? Here the network chosen above,
# and one trained harder in every way, with a shorter first phase, a high rate and more passes.

# %%
harder = tune(parts, "block3a", 3e-3, head_epochs=10, head_rate=3e-3, epochs=8)
small_stamps = datasets.load("stamps", size=32)
bodies = {"before": cut, "fine-tuned gently": runs[chosen][0].body, "fine-tuned hard": harder.body}
on_stamps = {
    name: measure.cross_validate(
        transfer.extract_features(body, small_stamps.images), small_stamps.labels, seed=SEED
    )
    for name, body in bodies.items()
}
print("digits, fine-tuned hard:", measure.interval(answers(harder, parts)))
for name in ("fine-tuned gently", "fine-tuned hard"):
    print(f"stamps, {name} minus before:", measure.paired_difference(on_stamps[name], on_stamps["before"]))

# %% [markdown]
# Trained gently, the network forgets less than trained hard. The second has lost much of what it knew about
# stamps; whether depth, rate or passes did it cannot be told from this pair. Mended: keep the original
# weights (`fine_tune` never touches the backbone it is given), go gently, or train on both tasks.
#
# **5. The wrong preprocessing.** Every network wants its pixels in the range it was trained with, this one
# about minus one to one, and `preprocess` sees to it. A frequent slip is to scale twice: divide by 255, as
# one is used to, and then preprocess.

# %%
from dataclasses import replace

twice = replace(backbone, preprocess=lambda images: (np.asarray(images, np.float32) / 255 - 127) / 128)
X = {"once": features, "twice": transfer.extract_features(twice, stamps.images)}
learn, test = np.arange(len(stamps)) % 2 == 0, np.arange(len(stamps)) % 2 == 1
scaled = {}
for trained, used in (("once", "once"), ("twice", "twice"), ("once", "twice")):
    probe = transfer.linear_probe(X[trained][learn], stamps.labels[learn])
    scaled[trained, used] = measure.interval(probe.predict(X[used][test]) == stamps.labels[test])
    print(
        f"learned from pictures scaled {trained:5}, used on pictures scaled {used:5}: {scaled[trained, used]}"
    )

# %% [markdown]
# No error, no warning: the numbers are of the right type and shape. Mended: keep network and preprocessing
# together, as a `Backbone` does (its own `preprocess` refuses pictures that have been scaled already).
#
# **6. Augmented validation.** Augmentation is for training pictures. If validation pictures are changed too,
# the number says how the model does on pictures it will never meet. Here the fine-tuned networks, on the test
# digits as they are, and mirrored:

# %%
plain = far["fine-tuned"]
mirrored = [
    (model.predict(s.test.images[:, :, ::-1]) == s.test.labels).mean()
    for model, s in zip(runs[chosen], draws)
]
print("as they are:", plain)
print("mirrored:   ", measure.interval(mirrored))

# %% tags=["assert"]
assert max(passes) < last_head - 0.1
assert wild.validation_accuracy > max(passes)
assert moves["frozen"] == moves["unfrozen"] == 0 < moves["compiled again"]
assert abs(np.mean(modes["training mode"]) - np.mean(modes["inference mode"])) < 0.08
gently, hard = (
    measure.paired_difference(on_stamps[name], on_stamps["before"])
    for name in ("fine-tuned gently", "fine-tuned hard")
)
assert hard.high < -0.05 and gently.mean > hard.mean + 0.05
assert scaled["once", "once"].low > max(scaled["twice", "twice"].high, scaled["once", "twice"].high)
assert measure.interval(plain.values - mirrored).low > 0.1

# %% [markdown]
# ## When to fine-tune
#
# | your task | labels a class | do this |
# |---|---|---|
# | near the source | few | a linear probe; it is as good here and takes seconds |
# | near the source | many | a probe first; then try the top blocks at a low rate |
# | far from the source | few | compare with the plain baseline before anything else; cut earlier |
# | far from the source | ten and more | fine-tune; choose depth and rate on validation pictures |
#
# The first and the last row were measured here; the other two are common advice.
#
# What *near* means cannot be read off a name. The cheap test is the one of this lesson: a linear probe on the
# features against a linear probe on the raw pixels. If the features lose or hardly win, as on the digits,
# there is something for fine-tuning to mend.
#
# ## Growing past one machine
#
# One day the pictures are more than one machine can get through. Then the work is divided among several
# **workers**, processes on machines of their own. Two of this course's steps can be divided in very different
# ways.
#
# **Feature extraction** needs no talk. No picture's features depend on another picture, so each worker takes a
# share of the files and the results are put together. [Dask](https://distributed.dask.org) runs such a
# cluster, on one machine or on a thousand, and this is all that changes:
#
# ```python
# from distributed import Client
#
# client = Client("tcp://head-node:8786")  # or Client(n_workers=2, threads_per_worker=1): workers here
# workers = list(client.scheduler_info()["workers"])
# networks = [client.submit(models.load, "efficientnet-lite0", workers=w, pure=False) for w in workers]
# shares = [
#     client.submit(transfer.extract_features, network, files[k :: len(workers)], cache=False, progress=False)
#     for k, network in enumerate(networks)
# ]
# features = client.gather(shares)
# ```
#
# Each worker loads the network once and keeps it; a task goes to where its network is. The files must be
# within reach of every worker, on a shared disk, and the course installed on each. (`files` is a list of
# picture files; `pure=False` makes each worker load a network of its own.) What comes back is a list, whose
# item `k` belongs to `files[k :: len(workers)]`: put the rows back in that order, by `whole[k :: len(workers)]
# = features[k]`, or the labels will not fit.
#
# **Fine-tuning** needs talk after every step. Each worker takes its share of every batch, and before the
# weights move the workers add up their **gradients** (for each weight, how the loss changes as it grows), so
# that all move alike: this is **data parallelism**. In
# TensorFlow a *strategy* does it. The variable `TF_CONFIG` tells each process who the others are and which of
# them it is, all of them run the same program, and in it these lines are new:
#
# ```python
# strategy = tf.distribute.MultiWorkerMirroredStrategy()  # first of all, before anything else is computed
# with strategy.scope():
#     network, optimiser = build()  # as before; every worker gets the same weights
#
# def step(x, y):  # x and y are this worker's share of a batch
#     with tf.GradientTape() as tape:
#         losses = keras.losses.sparse_categorical_crossentropy(y, network(x, training=True))
#         loss = tf.reduce_sum(losses) / BATCH  # the whole batch, all workers' shares together
#     variables = network.trainable_variables
#     optimiser.apply(tape.gradient(loss, [v.value for v in variables]), variables)  # adds up, then moves
#     return loss
#
# @tf.function
# def everywhere(x, y):
#     return strategy.reduce("SUM", strategy.run(step, args=(x, y)), axis=None)
# ```
#
# `GradientTape` notes what is computed, so that gradients can be had from it, and `@tf.function` compiles a
# function; `build` and `BATCH` are yours. Why not `model.fit`? Under Keras 3 it does not work with this strategy: it stops with an error about values
# of the kind `PerReplica`, and older tutorials that promise otherwise were written for Keras 2 ([the question
# in Keras's tracker](https://github.com/keras-team/keras/issues/20585)). With `MirroredStrategy`, for several
# devices in *one* machine, `fit` does work. A step of one's own, as above, works with both.
#
# The batch as a whole stays as large as it was, and its loss is divided by its whole size. So the same is
# learned, whoever computes it. If each worker took a full batch instead, the batch would have grown, and the
# learning rate would have to be chosen again.
#
# A notebook is no place to start a cluster, so `benchmarks/scaling.py` did it beforehand: one worker held to
# one core against two of them, and against one ordinary process that may use both cores, taking turns in
# several rounds. **Efficiency** is the share of the workers' time that is not lost: the speed-up divided by
# their number. The network and the blocks are those of the beginning of this lesson; the files are the stamps, over and over.

# %%
from tlcourse.survey import scaling

measured = scaling.results()
two, both = scaling.WAYS[1:]
print("measured on:", ", ".join(f"{name} {value}" for name, value in measured.machine.items()))
for task in scaling.TASKS:
    for amount, gain in measured.speed_ups(task).items():
        efficiency = measure.interval(gain.values / 2)
        print(f"{task}, {amount:5} pictures: {gain} times as fast, efficiency {efficiency}")

# %% [markdown]
# For fine-tuning the pictures are those of a batch, for feature extraction those of the whole job. Now as a figure,
# with the rival, and for feature extraction also with the time that it takes to start the cluster and to load
# the network on each worker:

# %%
from matplotlib import pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(11, 5.5), layout="constrained")
tuning, extraction = scaling.TASKS
lines = {name: measured.speed_ups(tuning, name) for name in (two, both)}
plots.speed_ups(lines, "pictures in a batch", ax=axes[0]).set_title(tuning)
lines = {name: measured.speed_ups(extraction, name) for name in (two, both)}
lines["two workers, start included"] = measured.speed_ups(extraction, start=True)
ax = plots.speed_ups(lines, "pictures", ax=axes[1])
ax.set_title(extraction)

# %% [markdown]
# *Figure 4. How many times as fast as one core the same work was done, fine-tuning by pictures in a batch and
# feature extraction by pictures in all; 95 % intervals over the rounds.*
#
# Did all ways come to the same? And where does it stop paying? (A gradient is four bytes for each trained
# weight. The start is earned back once the seconds saved, picture by picture, add up to it.)

# %%
weights = sum(int(np.prod(weight.shape)) for weight in once.tail.trainable_weights)
most = max(measured.seconds[extraction])
one_core, shared = (np.median(measured.seconds[extraction][most][way]) for way in scaling.WAYS[:2])
start = np.median(measured.starts)
for what, difference in measured.differences.items():
    print(f"largest difference in {what}: {difference:.1e}")
print(f"passed on in every step, from each worker: {4 * weights / 1e6:.0f} MB of gradients")
earned_back = most * start / (one_core - shared)
print(f"start of the cluster: {start:.1f} s, earned back after {earned_back:,.0f} pictures")

# %% [markdown]
# The features are the same, and the losses as good as the same: the sums are only added up in another order.
# (The difference is a share of the loss, the largest of all steps in a pass; rounding errors grow as training
# goes on.)
#
# In fine-tuning, the gradients of all trained weights travel after every step, however few pictures were in
# the batch. With the smallest batch the workers wait for each other more than they compute, and two are *slower*
# than one. With a large one the same message is shared by more work. Here it went through a connection inside one
# machine; a network between machines is slower, and the batch must be larger still.
#
# In feature extraction nothing travels but names of files and finished features, and what is lost is the
# start. A cluster that is there already pays for any job of more than moments; one that is started for the job
# pays only for a large one.
#
# And mind the rival: an ordinary process on the same two cores gains more at every amount tried here, and most
# plainly with small batches, with no cluster at all.
# Divide the work among machines only when one machine, with all its cores, is not enough. Before that there
# are cheaper ways, all of them in this lesson: smaller pictures, fewer blocks, and frozen parts computed once.

# %% tags=["assert"]
few, many = min(measured.seconds[tuning]), max(measured.seconds[tuning])
assert measured.speed_ups(tuning)[few].high < 1 < measured.speed_ups(tuning)[many].low
assert measured.speed_ups(extraction)[most].mean > 1 and earned_back > 0
assert measured.speed_ups(extraction, start=True)[min(measured.seconds[extraction])].high < 0.5
assert measured.speed_ups(tuning, both)[many].mean > measured.speed_ups(tuning)[many].mean
assert measured.differences["features"] <= 1e-4 and measured.differences["loss"] <= 1e-3

# %% [markdown]
# ## Results
#
# The lesson in numbers:

# %%
measure.headline(
    "06",
    "Digits, 10 labels a class: ImageNet network fine-tuned",
    far["fine-tuned"],
    ("head alone", far["head alone"]),
)
measure.headline(
    "06",
    "Stamps, 10 labels a class: fine-tuned",
    near["fine-tuned"],
    ("linear probe", near["linear probe"]),
)
measure.table({f"digits, {name}": score for name, score in far.items()})

# %% [markdown]
# ## Take-aways
#
# - Fine-tuning trains a new head first, then some top blocks with it at a low rate, with batch normalisation
#   in inference mode and the best validation weights kept.
# - Depth and rate are choices: make them on validation pictures, and look at the test pictures once.
# - Near the source it may gain nothing over a linear probe. Far from it, it brought the network from a par
#   with raw pixels to a lead over them.
# - Give the rivals their due first: a head stopped too early makes fine-tuning look better than it is.
# - Its mistakes are silent. Count what is trainable, check what moved, and watch the validation curve.
#
# ## Limits
#
# - Three draws make a rough interval: it holds the true mean about seven times in ten. Read the signs and the
#   sizes, not the second digit.
# - The pictures were small and the passes few, so that the lesson takes minutes. Nothing here says how the
#   comparison would end at the full size and with more passes.
# - Fine-tuning also looked at the validation pictures, to stop and to choose its setting, and there were more
#   of them than training pictures. The probes and the network from scratch did not use them. Labels for
#   validation cost as much as others; whoever has them may learn from them instead.
# - One network was tried, with one optimiser (Adam) and one size of batch. Which rate is best depends on all
#   of them; that the best one must be searched for does not.
# - Early stopping and choice used the same validation pictures, so the validation figures are a little
#   flattered; the test figures are not.
#
# ## Check yourself
#
# Choose an answer in your mind, then open it: each says why it is right or wrong.

# %%
exercises.quiz("06")

# %% [markdown]
# ## Your turn
#
# **Exercise 06.1** Four learners report what they saw. Name the mistake of each: give a dictionary from the
# letter to one of `"frozen"`, `"rate"`, `"preprocessing"`, `"validation"`.
#
# - (a) Validation accuracy fell to that of guessing in the first pass with the blocks and came back slowly.
# - (b) The accuracy after "fine-tuning twelve blocks" is exactly that of the head alone, to the last digit.
# - (c) Everything looked fine in training, but in the finished program the network names hardly a picture
#   right.
# - (d) Validation accuracy changes from one evaluation to the next although the weights stay the same.

# %% tags=["exercise"]
mistakes = ...  # for example {"a": "validation", "b": …}

exercises.check("06.1", mistakes)

# %% tags=["solution"]
mistakes = {"a": "rate", "b": "frozen", "c": "preprocessing", "d": "validation"}

exercises.check("06.1", mistakes)

# %% [markdown]
# **Exercise 06.2** *Discriminative* rates let each block learn more slowly than the one above it
# (`Schedule(decay=…)`). Write the function that gives the rate of every block, from the lowest to the
# topmost: `blocks` is their number, the topmost learns at `rate`, and each one below at `decay` times the
# rate of the one above.


# %% tags=["exercise"]
def block_rates(blocks, rate, decay):
    return ...


exercises.check("06.2", block_rates)


# %% tags=["solution"]
def block_rates(blocks, rate, decay):
    return [rate * decay ** (blocks - 1 - block) for block in range(blocks)]


exercises.check("06.2", block_rates)

# %% [markdown]
# **Exercise 06.3** Write the function that chooses a setting. It gets a dictionary from each setting to a
# pair: its validation accuracies over the draws, and its test accuracies. It returns the setting to use,
# judged by the mean over the draws.


# %% tags=["exercise"]
def choose(results):
    return ...


exercises.check("06.3", choose)


# %% tags=["solution"]
def choose(results):
    return max(results, key=lambda setting: np.mean(results[setting][0]))


exercises.check("06.3", choose)

# %% [markdown]
# **Exercise 06.4** How many weights does a fine-tuning train? Write a function that gets the layers from the
# lowest to the topmost, each a tuple `(name, kind, weights)`, and the name of the lowest layer to train.
# Layers of the kind `"BatchNormalization"` stay frozen.


# %% tags=["exercise"]
def trained_weights(layers, lowest):
    return ...


exercises.check("06.4", trained_weights)


# %% tags=["solution"]
def trained_weights(layers, lowest):
    names = [name for name, _, _ in layers]
    above = layers[names.index(lowest) :]
    return sum(weights for _, kind, weights in above if kind != "BatchNormalization")


exercises.check("06.4", trained_weights)

# %% [markdown]
# ## References
#
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, [*How transferable are features in deep neural
#   networks?*](https://arxiv.org/abs/1411.1792), NeurIPS 2014: which layers to keep, and that fine-tuning
#   recovers what a cut in the middle breaks.
# - J. Howard and S. Ruder, [*Universal Language Model Fine-tuning for Text
#   Classification*](https://arxiv.org/abs/1801.06146), ACL 2018: discriminative rates and gradual unfreezing.
# - S. Kornblith, J. Shlens and Q. V. Le, [*Do Better ImageNet Models Transfer
#   Better?*](https://arxiv.org/abs/1805.08974), CVPR 2019: probes, fine-tuning and training from scratch on
#   twelve data sets.
# - A. Kumar and others, [*Fine-Tuning can Distort Pretrained Features and Underperform
#   Out-of-Distribution*](https://arxiv.org/abs/2202.10054), ICLR 2022: why the head comes first.
# - J. Kirkpatrick and others, [*Overcoming catastrophic forgetting in neural
#   networks*](https://arxiv.org/abs/1612.00796), PNAS 2017.
# - F. Chollet, [*Transfer learning and fine-tuning*](https://keras.io/guides/transfer_learning/), Keras
#   guide: freezing, batch normalisation and compiling again.
