"""Which test set and which rules a number follows, in words: the literature has several of one name.

A protocol is a name, a colon and what it means: "refcocog, val of refs(umd).p: UMD's split by images; ...". Reports
print all of it, signatures its name.
"""

from __future__ import annotations

from typing import Final

__all__ = ["MOST_CHARACTERS", "PROTOCOL_KEY", "protocol_name", "refcocog_protocol", "visual_genome_protocol"]

MOST_CHARACTERS: Final = 500
"""Of a protocol."""

PROTOCOL_KEY: Final = "ureca.protocol"
"""Of the metadata of a parquet file of rows."""

_PARTITIONS: Final = {"refs(umd).p": "UMD's split by images", "refs(google).p": "Google's split by objects"}
"""RefCOCOg's files -> how each is split: the two have different objects under the same names of splits."""


def protocol_name(protocol: str) -> str:
    """A protocol's name: what stands before the colon."""
    return protocol.partition(": ")[0]


def refcocog_protocol(refs: str, split: str | None, unit: str = "object") -> str:
    """Of RefCOCOg.

    Args:
        refs: name of the refs file.
        split: as in it.
        unit: "object", or "ref" where each ref is a region, as REFER's own evaluation has it.
    """
    name = "refcocog" if unit == "object" else "refer"
    partition = _PARTITIONS.get(refs, "a split of its own")
    references = "all sentences of an object" if unit == "object" else "the sentences of a ref"
    return f"{name}, {split} of {refs}: {partition}; {references} are its references"


def visual_genome_protocol(descriptions: str, splits: str | None, split: str | None) -> str:
    """Of Visual Genome's region descriptions.

    Args:
        descriptions: name of their file.
        splits: name of the file that lists the images of each split, None if all are taken.
        split: as in it.
    """
    if splits is None:
        return f"visual-genome, all regions of {descriptions}: no paper's test set"
    return f"visual-genome, {split} of {splits}: whole images; every phrase is a region with one reference"
