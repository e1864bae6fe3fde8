"""What can go wrong with vectors and encoders: one class for each mistake."""


class WordsError(ValueError):
    """Anything that stops words or texts from becoming vectors."""


class UnknownVectors(WordsError):
    """No vectors, encoder or policy have the name given, and no file has it either."""


class UnknownSynset(WordsError):
    """No noun of WordNet has this id."""


class UnreadableVectors(WordsError):
    """A file does not hold word vectors in any form that is known."""


class UnsafePickle(WordsError):
    """A file would, when opened, run something that word vectors have no need of."""


class UnusableCorpus(WordsError):
    """What was given as texts cannot be learned from or encoded."""
