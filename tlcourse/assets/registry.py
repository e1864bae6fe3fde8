"""The registry: what each asset is, whose it is, which bytes it has and where they come from.

One text file, ``registry.toml``, lists the assets; reading it touches neither the network nor the cache.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Self

from tlcourse.assets.errors import RegistryError, UnknownAsset, suggest
from tlcourse.assets.sources import SOURCES, Source

_HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True, repr=False)
class Card:
    """What to know and what to cite before using something.

    Examples
    --------
    >>> Card("toy", "A toy", licence="CC0-1.0")
    toy: A toy
      licence   CC0-1.0
    """

    name: str
    title: str
    kind: str = ""
    licence: str = ""
    citation: str = ""
    homepage: str = ""
    version: str = ""
    notes: str = ""

    def _lines(self) -> list[tuple[str, str]]:
        pairs = [(field.name, getattr(self, field.name)) for field in fields(self)[2:]]
        return [(label, value) for label, value in pairs if value]

    def __repr__(self) -> str:
        lines = self._lines()
        width = max([9, *(len(label) for label, _ in lines)])
        return "\n".join([f"{self.name}: {self.title}", *(f"  {k:{width}} {v}" for k, v in lines)])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<tr><th>{k}</th><td>{escape(v)}</td></tr>" for k, v in self._lines())
        return f"<table><caption><b>{escape(self.name)}</b>: {escape(self.title)}</caption>{rows}</table>"


@dataclass(frozen=True)
class Asset:
    """One entry of the registry: a card, the files with their SHA-256, and the sources in order.

    Examples
    --------
    >>> digits = Registry.packaged().get("digits")
    >>> list(digits.files), digits.size
    (['digits.csv.gz'], 57523)
    """

    card: Card
    files: Mapping[str, str]
    sources: tuple[Source, ...]
    size: int

    @property
    def name(self) -> str:
        return self.card.name


class Registry:
    """The assets, in the order of the file.

    Examples
    --------
    >>> registry = Registry.parse(f'''
    ... [toy]
    ... title = "A toy"
    ... kind = "images"
    ... licence = "CC0-1.0"
    ... size = 3
    ... files = {{ "toy.txt" = "{"0" * 64}" }}
    ... [[toy.sources]]
    ... kind = "url"
    ... url = "https://example.org/toy.txt"
    ... ''')
    >>> registry.get("toy").sources[0].url
    'https://example.org/toy.txt'
    >>> registry.get("tot")
    Traceback (most recent call last):
    tlcourse.assets.errors.UnknownAsset: No asset is called 'tot'. Did you mean 'toy'?
    """

    def __init__(self, assets: Iterable[Asset]):
        self._assets = {asset.name: asset for asset in assets}

    def __iter__(self) -> Iterator[Asset]:
        return iter(self._assets.values())

    def get(self, name: str) -> Asset:
        """Return the asset called `name`, or say which names were probably meant."""
        try:
            return self._assets[name]
        except KeyError:
            raise UnknownAsset(f"No asset is called {name!r}.{suggest(str(name), self._assets)}") from None

    @classmethod
    def parse(cls, text: str, folder: Path = _HERE) -> Self:
        """Read a registry from TOML; `folder` holds the manifests it names."""
        import tomllib

        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise RegistryError(f"The registry is not valid TOML: {error}.") from error
        return cls(_asset(name, table, folder) for name, table in tables.items())

    @classmethod
    @cache
    def packaged(cls) -> Self:
        """Return the course's own registry, read once."""
        return cls.parse((_HERE / "registry.toml").read_text("utf-8"))


def parse_manifest(text: str, where: str = "manifest") -> dict[str, str]:
    """Read the lines ``sha256sum`` writes: 64 hexadecimal digits, two spaces, a relative path.

    Examples
    --------
    >>> parse_manifest("0" * 64 + "  fish/cod.png")["fish/cod.png"][:4]
    '0000'
    >>> parse_manifest("cod.png")
    Traceback (most recent call last):
    tlcourse.assets.errors.RegistryError: manifest, line 1: expected a SHA-256 and a path, got 'cod.png'.
    """
    files: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _MANIFEST_LINE.fullmatch(line)
        if not match:
            raise RegistryError(f"{where}, line {number}: expected a SHA-256 and a path, got {line!r}.")
        if match[2] in files:
            raise RegistryError(f"{where}, line {number}: {match[2]!r} is listed twice.")
        files[match[2]] = match[1]
    return files


def _asset(name: str, table: object, folder: Path) -> Asset:
    where = f"Registry entry {name!r}"
    if not _NAME.fullmatch(name):
        raise RegistryError(f"{where}: a name is lower-case words joined by hyphens or dots.")
    _require_table(where, table)
    if "manifest" in table:
        manifest = folder / _take(where, table, "manifest", str)
        table["files"] = parse_manifest(manifest.read_text("utf-8"), manifest.name)
    files = _take(where, table, "files", dict)
    sources = _take(where, table, "sources", list)
    size = _take(where, table, "size", int)
    for path, sha256 in files.items():
        if not {"", ".", ".."}.isdisjoint(path.split("/")) or "\\" in path:
            raise RegistryError(f"{where}: {path!r} is not a plain relative path.")
        if not _SHA256.fullmatch(str(sha256)):
            raise RegistryError(f"{where}: {path!r} needs a SHA-256 (lower-case), got {sha256!r}.")
    card = _build(where, Card, {"name": name, **table})
    return Asset(card, files, tuple(_source(where, source) for source in sources), size)


def _source(where: str, table: object) -> Source:
    _require_table(where, table)
    kind = _take(where, table, "kind", str)
    if kind not in SOURCES:
        raise RegistryError(f"{where}: {kind!r} is not a kind of source.{suggest(kind, SOURCES)}")
    return _build(f"{where}, source {kind!r}", SOURCES[kind], table)


def _require_table(where: str, value: object) -> None:
    if not isinstance(value, dict):
        raise RegistryError(f"{where}: expected a table, got {value!r}.")


def _take(where: str, table: dict, key: str, expected: type) -> Any:
    value = table.pop(key, None)
    if not isinstance(value, expected):
        raise RegistryError(f"{where}: {key!r} should be of type {expected.__name__}, got {value!r}.")
    return value


def _build(where: str, cls: type, table: dict) -> Any:
    types = {"size": int, "members": dict}
    values = {key: _take(where, table, key, types.get(key, str)) for key in [*table]}
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise RegistryError(f"{where}: {error}.") from error
