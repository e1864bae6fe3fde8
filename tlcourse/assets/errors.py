"""What can go wrong with an asset: one class for each refusal, one sentence in each message."""

from collections.abc import Iterable


class AssetError(Exception):
    """Anything that stops an asset from being used."""


class RegistryError(AssetError):
    """The registry, or a manifest it names, says something that makes no sense."""


class UnknownAsset(AssetError, LookupError):
    """No asset has this name."""


class HashMismatch(AssetError):
    """A file's bytes are not the ones the registry expects."""


class UnsafeArchive(AssetError):
    """An archive holds a member that would land outside the cache."""


class SourceFailed(AssetError):
    """One source could not give the asset; another may."""


class Offline(AssetError):
    """The network would be needed, and ``TLCOURSE_OFFLINE`` forbids it."""


class NoSourceReachable(AssetError):
    """Every source was tried in vain."""


class DiskFull(AssetError):
    """The disk has no room for the asset."""


class ReadOnlyCache(AssetError):
    """The cache cannot be written to, and does not hold what was asked for."""


class LockTimeout(AssetError):
    """Another process has been busy with the same asset for too long."""


def suggest(name: str, valid: Iterable[str]) -> str:
    """Say what a mistyped name was probably meant to be, as the end of an error message.

    Examples
    --------
    >>> suggest("stmaps", ["digits", "stamps", "stamps-rare"])
    " Did you mean 'stamps'?"
    >>> suggest("zebra", ["digits", "stamps"])
    " Valid names are 'digits' and 'stamps'."
    >>> suggest("zebra", [])
    ' There are none yet.'
    """
    import difflib

    valid = sorted(valid)
    # Case is the commonest slip; difflib alone would call "STAMPS" and "stamps" unrelated.
    spelling = {known.casefold(): known for known in reversed(valid)}
    near = [spelling[key] for key in difflib.get_close_matches(name.casefold(), spelling, n=3)]
    if near:
        return f" Did you mean {_join(near, 'or')}?"
    return f" Valid names are {_join(valid, 'and')}." if valid else " There are none yet."


def _join(names: list[str], word: str) -> str:
    quoted = [repr(name) for name in names]
    return f" {word} ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
