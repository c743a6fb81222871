"""Croissant: what the exported files are, for programs that look for data sets, with the fields of responsible AI.

Croissant 1.1 and its RAI vocabulary 1.0 (MLCommons). A record set for each config reads the parquet files as they are;
``tests`` hold the result to ``mlcroissant``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ..._version import __released__, __version__
from ...schema import features
from ..sources import CONFIGS

__all__ = ["CROISSANT", "PublishedFile", "croissant", "croissant_text"]

CROISSANT: Final = "croissant.json"

_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "conformsTo": "dct:conformsTo",
    **{
        name: f"cr:{name}"
        for name in (
            "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
            "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
            "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        )
    },
}  # fmt: skip
_TYPES: Final = {
    "string": "sc:Text",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "float32": "cr:Float32",
}
_APACHE: Final = "https://www.apache.org/licenses/LICENSE-2.0"
_LICENCES: Final = {
    "scenes": (_APACHE,),
    "rooms": (
        _APACHE,
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "https://creativecommons.org/licenses/by/3.0/",
        "https://creativecommons.org/licenses/by/3.0/us/",
    ),
    "photos": (
        _APACHE,
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "https://creativecommons.org/licenses/by/2.0/",
        "https://creativecommons.org/publicdomain/mark/1.0/",
    ),
    "sa1b": ("https://ai.meta.com/datasets/segment-anything/",),
    "refcocog": ("https://cocodataset.org/#termsofuse",),
    "visual_genome": ("https://creativecommons.org/licenses/by/4.0/",),
    "instances": ("https://cocodataset.org/#termsofuse",),
    "region_lists": (),
    "refoi": (),
    "folder": (),
}
"""Config -> licences or terms of its images and captions, where they are the same for all that it reads."""
_CITATION: Final = (
    "Lim, Kim, Yoon, Jung, Kim: URECA: Unique Region Caption Anything. arXiv preprint arXiv:2504.05305, 2025."
)


@dataclass(frozen=True)
class PublishedFile:
    """One parquet file of the folder.

    Attributes:
        path: below the folder, with slashes.
        size: bytes.
        sha256: digest of its content, hex.
    """

    path: str
    size: int
    sha256: str


def croissant(splits: Mapping[str, Sequence[str]], files: Sequence[PublishedFile] = ()) -> dict[str, Any]:
    """The description of some configs as JSON-LD.

    Args:
        splits: config -> its splits.
        files: their parquet files, named with size and digest; without them the description fits any export.
    """
    licences = dict.fromkeys(licence for config in splits for licence in _LICENCES[config])
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": "URECA",
        "description": "Unique multi-granularity region captions: one row is one region of an image with a caption "
        "that holds for it and for no other region. " + " ".join(CONFIGS[config].description for config in splits),
        "url": "https://arxiv.org/abs/2504.05305",
        "version": __version__,
        "datePublished": __released__,
        "license": list(licences),
        "citeAs": _CITATION,
        "creator": {"@type": "sc:Organization", "name": "The contributors of URECA"},
        "inLanguage": "en",
        "isLiveDataset": False,
        "keywords": ["region captioning", "referring expressions", "segmentation", "evaluation"],
        **_responsible(tuple(splits)),
        "distribution": [
            *map(_file, files),
            *(_file_set(config, split) for config, names in splits.items() for split in names),
        ],
        "recordSet": [
            *(_split_names(config, names) for config, names in splits.items()),
            *(_records(config, split) for config, names in splits.items() for split in names),
        ],
    }


def croissant_text(splits: Mapping[str, Sequence[str]], files: Sequence[PublishedFile] = ()) -> str:
    """`croissant` as the text of a file."""
    return json.dumps(croissant(splits, files), indent=1, ensure_ascii=False) + "\n"


@cache
def _facts() -> dict[str, dict[str, str]]:
    return json.loads(Path(__file__).with_name("responsible.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _responsible(configs: Sequence[str]) -> dict[str, str]:
    """Every RAI property, each config's text after its name."""
    return {
        f"rai:{name}": " ".join(f"{config}: {texts[config]}" for config in configs) for name, texts in _facts().items()
    }


def _file(file: PublishedFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _file_set(config: str, split: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"files-{config}-{split}",
        "name": f"{config}/{split}",
        "description": f"The parquet files of {config}/{split}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{config}/{split}-*.parquet",
    }


def _split_names(config: str, splits: Sequence[str]) -> dict[str, Any]:
    name = f"{config}_splits"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The splits of {config}.",
        "dataType": "cr:Split",
        "key": {"@id": f"{name}/name"},
        "field": [{"@type": "cr:Field", "@id": f"{name}/name", "dataType": "sc:Text"}],
        "data": [{f"{name}/name": split} for split in splits],
    }


def _records(config: str, split: str) -> dict[str, Any]:
    name = f"{config}-{split}"
    files = f"files-{config}-{split}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{CONFIGS[config].description} Split {split}; one record for each region.",
        "key": {"@id": f"{name}/region_id"},
        "field": [_field(f"{name}/{column}", files, [column], kind) for column, kind in features().items()],
    }


def _field(place: str, files: str, path: Sequence[str], kind: Any) -> dict[str, Any]:
    """A column, or a part of a column that is a struct; `path` leads to it."""
    from datasets import Image

    field = {"@type": "cr:Field", "@id": place, "name": path[-1]}
    if isinstance(kind, Mapping):
        parts = [_field(f"{place}/{part}", files, [*path, part], of) for part, of in kind.items()]
        return {**field, "subField": parts}
    is_image = isinstance(kind, Image)
    inside = [*path[1:], *(["bytes"] if is_image else [])]
    source: dict[str, Any] = {"fileSet": {"@id": files}, "extract": {"column": path[0]}}
    if inside:
        source["transform"] = {"jsonPath": ".".join(inside)}
    if is_image:
        return {**field, "dataType": "sc:ImageObject", "source": source}
    item = getattr(kind, "feature", None)
    shape = {} if item is None else {"isArray": True, "arrayShape": str(kind.length)}
    return {**field, "dataType": _TYPES[(kind if item is None else item).dtype], **shape, "source": source}
