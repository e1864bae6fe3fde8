# ---
# jupyter:
#   lesson:
#     minutes: 1
#     memory_mb: 300
#     prerequisites: nothing
# ---

# %% [markdown]
# # Start here
#
# After this lesson you will be able to read a network's answer.

# %% [markdown]
# These numbers may be changed.

# %% tags=["parameters"]
SEED = 0

# %% [markdown]
# A network answers with one probability for each class.

# %%
import numpy as np

from tlcourse import exercises

probabilities = np.random.default_rng(SEED).dirichlet(np.ones(5))
print(probabilities.round(2))

# %% tags=["assert"]
assert abs(probabilities.sum() - 1) < 1e-6

# %% [markdown]
# ## Take-aways
#
# - The class with the highest probability is the network's answer.
#
# ## Limits
#
# A probability is not a promise.
#
# ## Your turn
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
# ## References
#
# - [NumPy's argmax](https://numpy.org/doc/stable/reference/generated/numpy.argmax.html)
