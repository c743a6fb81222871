"""Published ways of evaluating region captions: how each reads its regions and keys its results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset.errors import InvalidInputError
from dataset.schema import Region
from dataset.user_files import (
    read_glamm,
    read_google_refexp,
    read_grit,
    read_llava,
    read_mdvp,
    read_opengvlab,
    read_osprey,
    read_refcocog,
    read_refer,
    read_visual_genome,
)
from dataset.user_files.benchmarks.region_lists import read_gar_bench
from dataset.user_files.coco import image_sizes, other_questions
from dataset.user_files.data_options import RegionListOptions
from dataset.user_files.refcocog import other_objects, refcocog_protocol
from dataset.user_files.visual_genome import visual_genome_protocol

__all__ = ["PROTOCOLS", "Files", "Protocol"]


@dataclass(frozen=True)
class Files:
    """The files and options that a protocol may need."""

    annotations: Path
    refs: Path | None = None
    splits: Path | None = None
    split: str | None = None


def _all_regions(name: str, files: Files, regions: Sequence[Region]) -> str:
    """All of a file; how many of each image tells Visual Genome's two test sets apart, whose files have like names."""
    images = len({region.image_id for region in regions})
    one = "one region" if len(regions) == images else "several regions"
    return f"{name}, all regions of {files.annotations.name}: {one} of each of {images:,} images"


@dataclass(frozen=True)
class Protocol:
    """A published way of evaluating region captions.

    Attributes:
        reader: see `read`; its second argument says where lines about unusable rows go.
        needs: which options must be given besides ``--annotations``.
        result_keys: fields of a result that name the region, the first that is there counts.
        result_texts: fields of a result that hold the caption, likewise.
        about: one line for the help.
        elsewhere: names of regions that the annotations have outside of the split: results for them are left out.
        sizes: image_id -> (width, height), where the annotations say.
        rules: which regions and references the numbers are of, as `UserDataOptions.protocol` says it, of the
            protocol's name, files and regions: the same data set has several test sets.
        by_position: whether results without an id are in the order of the regions and repeat the reference as ``gt``.
    """

    reader: Callable[[Files, list[str] | None], list[Region]]
    needs: tuple[str, ...]
    result_keys: tuple[str, ...]
    result_texts: tuple[str, ...]
    about: str
    elsewhere: Callable[[Files], Collection[str]] = lambda _: ()
    sizes: Callable[[Files], Mapping[str, tuple[int, int]]] = lambda _: {}
    by_position: bool = False
    rules: Callable[[str, Files, Sequence[Region]], str] = _all_regions

    def read(self, files: Files, left_out: list[str] | None = None) -> list[Region]:
        """The regions, keyed as the protocol keys them.

        Args:
            files: the benchmark's own files.
            left_out: where a line goes for each row that cannot be used, which is then left out; None raises instead.

        Raises:
            UnknownNameError: no such split or category.
            InvalidInputError: files that cannot be read, no region, and without `left_out` rows that do not fit.
        """
        regions = self.reader(files, left_out)
        if not regions:
            raise InvalidInputError(str(files.annotations), left_out or ["no captioned region in it"])
        return regions

    @property
    def result_key(self) -> str:
        """The field that names the region, as the protocol's own program writes it."""
        return self.result_keys[0]

    @property
    def result_text(self) -> str:
        """The field that holds the caption, as the protocol's own program writes it."""
        return self.result_texts[0]


_ANNOTATION = ("ann_id", "annotation_id", "image_id", "id")
_TEXTS = ("caption", "text", "generated_refexp", "sent")
_QUESTION = ("question_id", "image_id", "id")
_ANSWER = ("text", "caption", "answer")


def _given(path: Path | None) -> Path:
    if path is None:
        raise InvalidInputError("--refs", ["is needed"])
    return path


def _outside_of_split(files: Files) -> Collection[str]:
    if files.splits is None:
        return ()
    regions = read_visual_genome(files.annotations, left_out=[])
    return {region.region_id[len(region.image_id) + 1 :] for region in regions}


def _genome_set_rules(name: str, files: Files, regions: Sequence[Region]) -> str:
    """Which of Visual Genome's test sets a file in COCO's form can be."""
    several = len(regions) > len({region.image_id for region in regions})
    like = (
        "GRiT's test set of Visual Genome, not GLaMM's" if several else "GLaMM's test set of Visual Genome, not GRiT's"
    )
    return f"{_all_regions(name, files, regions)}, as {like}"


def _coco_form_rules(name: str, files: Files, regions: Sequence[Region]) -> str:
    """GLaMM's form is that of RefCOCOg's files too, whose names say which they are."""
    return (_all_regions if "refcoco" in files.annotations.name.lower() else _genome_set_rules)(name, files, regions)


def _refcocog_rules(_name: str, files: Files, _: Sequence[Region]) -> str:
    """Which of RefCOCOg's two partitions: their val sets are of different objects."""
    return refcocog_protocol(_given(files.refs).name, files.split)


def _refer_rules(_name: str, files: Files, _: Sequence[Region]) -> str:
    """The same, with refs for regions."""
    return refcocog_protocol(_given(files.refs).name, files.split, "ref")


def _visual_genome_rules(_name: str, files: Files, _: Sequence[Region]) -> str:
    """Which of Visual Genome's test sets: DenseCap's list of images, or whatever the file holds."""
    splits = None if files.splits is None else files.splits.name
    return visual_genome_protocol(files.annotations.name, splits, files.split or "test")


PROTOCOLS: Mapping[str, Protocol] = {
    "glamm": Protocol(
        lambda files, left_out: read_glamm(files.annotations, left_out=left_out),
        (),
        ("image_id", "ann_id", "annotation_id", "id"),
        _TEXTS,
        "COCO caption JSON, one entry per region",
        sizes=lambda files: image_sizes(files.annotations),
        rules=_coco_form_rules,
    ),
    "osprey": Protocol(
        lambda files, left_out: read_osprey(files.annotations, left_out=left_out),
        (),
        ("ann_id", "annotation_id", "image_id", "id"),
        _TEXTS,
        "RefCOCOg with masks, per annotation",
    ),
    "grit": Protocol(
        lambda files, left_out: read_grit(files.annotations, left_out=left_out),
        (),
        _ANNOTATION,
        _TEXTS,
        "Visual Genome, one caption per box; also vg_instances_results.json",
        sizes=lambda files: image_sizes(files.annotations),
        rules=_genome_set_rules,
    ),
    "opengvlab": Protocol(
        lambda files, left_out: read_opengvlab(files.annotations, str(files.split), left_out=left_out),
        ("split",),
        _QUESTION,
        _ANSWER,
        "All-Seeing, region_caption_eval.jsonl; --split is its category",
        elsewhere=lambda files: other_questions(files.annotations, str(files.split)),
        rules=lambda name, files, _: (
            f"{name}, category {files.split} of {files.annotations.name}: references of its COCO file"
        ),
    ),
    "vip-llava": Protocol(
        lambda files, left_out: read_llava(files.annotations, left_out=left_out),
        (),
        _QUESTION,
        _ANSWER,
        "ViP-LLaVA, questions with conversations; the first answer is the reference",
    ),
    "describe-anything": Protocol(
        lambda files, left_out: read_grit(files.annotations, left_out=left_out),
        (),
        _ANNOTATION,
        _TEXTS,
        "COCO JSON with a caption per annotation; results are an object annotation id -> caption",
    ),
    "grasp-any-region": Protocol(
        lambda files, left_out: read_mdvp(files.annotations, left_out=left_out),
        (),
        _ANNOTATION,
        _TEXTS,
        "the same, or MDVP-Bench's list of masks with captions",
        by_position=True,
    ),
    "gar-bench": Protocol(
        lambda files, left_out: read_gar_bench(files.annotations, left_out),
        (),
        ("image",),
        ("model_output",),
        "GAR-Bench-Caption-Simple.json or -Detailed.json, and their lists with model_output",
        rules=lambda _name, files, _: RegionListOptions(annotations=files.annotations.name).protocol("test"),
    ),
    "refcocog": Protocol(
        lambda files, left_out: read_refcocog(
            _given(files.refs), files.annotations, str(files.split), left_out=left_out
        ),
        ("refs", "split"),
        ("ann_id", "annotation_id", "image_id", "id"),
        _TEXTS,
        "refs(umd).p or refs(google).p with instances.json, all sentences per object",
        elsewhere=lambda files: other_objects(_given(files.refs), "ann_id", str(files.split)),
        rules=_refcocog_rules,
    ),
    "refer": Protocol(
        lambda files, left_out: read_refer(_given(files.refs), files.annotations, str(files.split), left_out=left_out),
        ("refs", "split"),
        ("ref_id",),
        ("sent", "caption", "text"),
        "the same files as refcocog, keyed by ref_id as REFER's evaluation does",
        elsewhere=lambda files: other_objects(_given(files.refs), "ref_id", str(files.split)),
        rules=_refer_rules,
    ),
    "google-refexp": Protocol(
        lambda files, left_out: read_google_refexp(files.annotations, left_out=left_out),
        (),
        ("annotation_id", "ann_id"),
        ("generated_refexp", "caption", "text"),
        "google_refexp_*_coco_aligned.json, all expressions per object",
    ),
    "visual-genome": Protocol(
        lambda files, left_out: read_visual_genome(files.annotations, files.splits, files.split, left_out=left_out),
        (),
        ("region_id", "annotation_id", "ann_id", "image_id", "id"),
        ("caption", "phrase", "text"),
        "region_descriptions.json, with densecap_splits.json if given",
        elsewhere=_outside_of_split,
        rules=_visual_genome_rules,
    ),
}
"""Name on the command line -> protocol."""
