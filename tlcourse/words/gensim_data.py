"""The word vectors that gensim's downloader offers, fetched and verified; nothing fetched is imported.

gensim's own ``downloader.load`` also downloads a Python file for each, and runs it.
"""

import hashlib
import os
from pathlib import Path

from tlcourse import assets
from tlcourse.assets import carriers
from tlcourse.assets.errors import HashMismatch

_URL = "https://github.com/piskvorky/gensim-data/releases/download/{name}/{name}.gz"

# MD5, which is what the publisher's list has, and bytes.
RELEASES = {
    "fasttext-wiki-news-subwords-300": ("de2bb3a20c46ce65c9c131e1ad9a77af", 1_005_007_116),
    "glove-wiki-gigaword-50": ("c289bc5d7f2f02c6dc9f2f9b67641813", 69_182_535),
    "glove-wiki-gigaword-100": ("40ec481866001177b8cd4cb0df92924f", 134_300_434),
    "glove-wiki-gigaword-200": ("59652db361b7a87ee73834a6c391dfc1", 264_336_934),
    "glove-wiki-gigaword-300": ("29e9329ac2241937d55b852e8284e89b", 394_362_229),
    "word2vec-google-news-300": ("a5e5354d40acb95f9ec66d5977d140ef", 1_743_563_840),
}


def download(name: str, scratch: Path) -> Path:
    """Return a release's verified file: the one gensim has downloaded already, else one in `scratch`."""
    checksum, size = RELEASES[name]
    file = f"{name}.gz"
    own = Path(os.environ.get("GENSIM_DATA_DIR", "~/gensim-data")).expanduser() / name / file
    if own.is_file() and _md5(own) == checksum:
        return own
    network = assets.network()
    network.require(name)
    carriers.require_room(scratch, size)
    url = _URL.format(name=name)
    carriers.download(url, scratch / file, network)
    if (got := _md5(scratch / file)) != checksum:
        raise HashMismatch(f"{url} has MD5 {got} where {checksum} was expected; its bytes were thrown away.")
    return scratch / file


def _md5(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
