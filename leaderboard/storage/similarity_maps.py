"""How similar every caption of an image is to every region of it: kept with a run, so that pages need not compute it.

These are the similarities behind ``unique_and_correct``: tf-idf over the whole split, best of a region's references.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmark.metrics.uniqueness.similarity import LexicalSimilarity, best_of_references
from benchmark.metrics.uniqueness.thresholds import image_members
from benchmark.text.corpus import Corpus
from dataset.errors import DataUnavailableError

__all__ = ["FILE", "read_map", "write_maps"]

FILE = "similarity.npz"
"""Name in a run's folder."""

FloatArray = npt.NDArray[np.float32]


def write_maps(corpus: Corpus, path: Path) -> None:
    """Write one array for each image: float32 (captions, regions), both in the order of the data; no caption is 0."""
    vectors = LexicalSimilarity().vectors(corpus)
    ids: list[str] = []
    arrays: dict[str, Any] = {}
    for members in image_members(corpus):
        # An array's name in the archive is a file name, which an image id may not be fit for.
        arrays[f"map{len(ids)}"] = best_of_references(vectors, corpus, members, members).astype(np.float32)
        ids.append(corpus.regions[members[0]].image_id)
    with path.open("wb") as stream:
        np.savez_compressed(stream, ids=np.array(ids), **arrays)


def read_map(path: Path, image_id: str) -> FloatArray | None:
    """The array of one image, (captions, regions); None if the run has no such image.

    Raises:
        DataUnavailableError: the file cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            ids = stored["ids"].tolist()
            return stored[f"map{ids.index(image_id)}"] if image_id in ids else None
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataUnavailableError(f"{path} cannot be read ({error})") from error
