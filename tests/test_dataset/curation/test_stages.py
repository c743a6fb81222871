"""Protects the four stages and the reading of images: what each region is told, faults that stay where they are.

The defects of the published pipeline (findings of the curation), and the test that keeps each of them away:

resume skips a done node without queueing its children   test_curation_journal: killed_at_random_points
keys are int live and str after reload                   test_ids_are_text_live_and_after_reload
the whole JSON is rewritten after every caption          test_curation_journal: a_caption_costs_its_own_line
a half-done image is skipped on resume, captions None    test_curation_journal: killed_at_random_points
set() order depends on the hash seed                     test_curation_shards: hash_seed
refined captions are never exported                      test_curation_shards: the_refined_caption_is_exported
similarity rows are misaligned when a crop is missing    test_look_alikes_stay_with_their_regions_when_a_view_fails
colours wrap at 20, mix RGB and BGR                      test_curation_views: colours_neither_repeat, numbered_contours
an array sent to the server becomes a blank image        test_curation_server: the_request_holds_the_picture
"38B" contains "8B" and loads twice                      test_model_names_are_compared_as_a_whole
verification restarts at 0 and appends                   test_curation_journal: verification_goes_on_where_it_was
"True." is not "true"                                    test_true_with_a_full_stop_is_true
pools without error isolation                            test_curation_shards: a_failing_shard_harms_no_other
"""

from __future__ import annotations

import asyncio
import json
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from dataset.curation.images import read_annotated_image
from dataset.curation.records import Ledger, Record
from dataset.curation.region_tree import build_region_tree
from dataset.curation.rehearsal import RehearsalDescriber, write_rehearsal_images
from dataset.curation.run_options import CurationOptions, start_run
from dataset.curation.stages import ImageCuration, ServerUnavailableError
from dataset.errors import InvalidInputError
from dataset.masks.rle import encode_mask
from dataset.prompting.describer import Answer, Failure
from dataset.prompting.journal import Journal
from dataset.prompting.views import RegionViews

OPTIONS = CurationOptions("test", threshold=0.8, levels=1, smallest=0, view_size=64)
ALL = ("short", "detailed", "unique", "verification")


class Scripted:
    """Says the stage and the region; faults and delays by region."""

    name = "scripted"

    def __init__(self, answers=None, delays=None) -> None:
        self.answers, self.delays = answers or {}, delays
        self.asked = []

    async def answer(self, prompt, *, seed=0):
        self.asked.append((prompt.stage, prompt.context.region_id))
        if self.delays:
            await asyncio.sleep(self.delays.random() / 100)
        number = prompt.context.region_id.rpartition("/")[2]
        told = "True" if prompt.stage == "verification" else f"{prompt.stage} {number}"
        answer = self.answers.get((prompt.stage, number), told)
        return answer if isinstance(answer, Answer) else Answer(answer)


class ByShade:
    """An encoder for which all crops look alike."""

    name, input_size = "by-shade", 32

    def encode(self, crops):
        return np.ones((len(crops), 4), np.float32) / 2


def curate(folder: Path, journal: Path, describer, *, options=OPTIONS, encoder=None, stages=ALL) -> list[Record]:
    """The records of the first image of the folder, in the order of the journal."""
    image = read_annotated_image(folder / "image-00000.png")
    tree = build_region_tree(image.image_id, image.annotations, image.height * image.width, options)
    with Journal(journal) as opened:
        ledger = Ledger(opened)
        asyncio.run(ImageCuration(image, tree, ledger, describer, lambda: encoder, options).run(stages))
        ledger.release()
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    return [Record.from_dict(line) for line in lines if "stage" in line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One image: rectangles 0 and 1, in them 2 3 and 4 5, in these 6 7 8 9 10 11 12 13."""
    write_rehearsal_images(tmp_path / "images", 1)
    return tmp_path / "images"


def by_key(records: list[Record]) -> dict[tuple[str, str], Record]:
    return {(record.stage, record.region_id.rpartition("/")[2]): record for record in records}


def test_a_region_is_told_what_its_place_in_the_tree_says(folder, tmp_path):
    records = by_key(curate(folder, tmp_path / "journal", Scripted(), encoder=ByShade()))
    assert records["short", "0"].parent_caption is None
    assert records["short", "1"].sibling_captions == ("short 0",)
    parents = {number: records["short", number].parent_caption for number in ("2", "3", "4", "6")}
    assert parents == {"2": "short 0", "3": "short 0", "4": "short 1", "6": "short 2"}
    assert records["short", "3"].sibling_captions == ("short 2",)
    assert records["detailed", "6"].child_captions == ()
    assert sorted(records["detailed", "2"].child_captions) == ["detailed 6", "detailed 7"]
    assert records["detailed", "2"].given_caption == "short 2"
    assert records["unique", "5"].given_caption == "detailed 5"
    assert len(records["unique", "5"].look_alikes) == 12
    assert records["verification", "5"].given_caption == "unique 5"
    assert {record.model for record in records.values()} == {"scripted"}
    assert len({record.prompt for record in records.values()}) == len(records) == 4 * 14


def test_any_order_of_events_gives_the_same_captions(folder, tmp_path):
    runs = [
        curate(folder, tmp_path / f"{seed}", Scripted(delays=random.Random(seed)), encoder=ByShade())
        for seed in range(3)
    ]
    orders = {tuple((record.stage, record.region_id) for record in run) for run in runs}
    assert len(orders) > 1, "the delays changed nothing: the test is void"
    assert by_key(runs[0]) == by_key(runs[1]) == by_key(runs[2])


def test_without_look_alikes_the_detailed_caption_stays_and_nobody_is_asked(folder, tmp_path):
    describer = Scripted()
    records = by_key(curate(folder, tmp_path / "journal", describer))
    assert records["unique", "3"].caption == "detailed 3"
    assert (records["unique", "3"].prompt, records["unique", "3"].model) == (None, None)
    assert "unique" not in {stage for stage, _ in describer.asked}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(failure=Failure("status", "HTTP 500", 5)), "status"),
        (Answer(failure=Failure("truncated")), "truncated"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("   \n", "empty"),
        ("word " * 1000, "malformed"),
        ("half a pair \ud800", "malformed"),
    ],
)
def test_a_bad_answer_costs_its_region_alone(folder, tmp_path, answer, kind):
    records = by_key(curate(folder, tmp_path / "journal", Scripted({("short", "2"): answer}), encoder=ByShade()))
    assert records["short", "2"].failure_kind == kind
    assert records["short", "2"].caption is None
    assert records["short", "3"].sibling_captions == ()
    assert records["short", "6"].parent_caption == "short 0", "the nearest region above that has a caption"
    assert {number for stage, number in records if stage == "detailed"} == {str(each) for each in range(14)} - {"2"}
    assert "detailed 6" not in records["detailed", "0"].child_captions
    assert sum(record.failure is not None for record in records.values()) == 1


def test_true_with_a_full_stop_is_true(folder, tmp_path):
    says = {("verification", "0"): "True.", ("verification", "1"): "**FALSE**", ("verification", "2"): "I think so"}
    records = by_key(curate(folder, tmp_path / "journal", Scripted(says)))
    verdicts = [records["verification", number].verdict for number in ("0", "1", "2")]
    assert verdicts == ["true", "false", "unclear"]


def test_a_server_that_is_down_ends_the_run_and_fails_nothing(folder, tmp_path):
    class Down(Scripted):
        async def answer(self, prompt, *, seed=0):
            if len(self.asked) < 5:
                return await super().answer(prompt, seed=seed)
            return Answer(failure=Failure("connection"))

    journal = tmp_path / "journal"
    with pytest.raises(ServerUnavailableError, match="in a row"):
        curate(folder, journal, Down())
    whole = curate(folder, tmp_path / "whole", Scripted())
    assert by_key(curate(folder, journal, Scripted())) == by_key(whole)


def test_ids_are_text_live_and_after_reload(folder, tmp_path):
    live = curate(folder, tmp_path / "journal", Scripted(), stages=("short",))
    again = Scripted()
    assert curate(folder, tmp_path / "journal", again, stages=("short",)) == live
    assert again.asked == [], "a number that became text would be asked again"
    assert all(type(record.region_id) is str for record in live)


def test_look_alikes_stay_with_their_regions_when_a_view_fails(folder, tmp_path, monkeypatch):
    draw = RegionViews.contour

    def failing(self, mask):
        if mask == bad:
            raise InvalidInputError("view", ["this one cannot be drawn"])
        return draw(self, mask)

    image = read_annotated_image(folder / "image-00000.png")
    bad = next(each["segmentation"] for each in image.annotations if each["id"] == "3")
    monkeypatch.setattr(RegionViews, "contour", failing)
    records = by_key(curate(folder, tmp_path / "journal", Scripted(), encoder=ByShade()))
    assert records["detailed", "3"].failure_kind == "view"
    assert ("unique", "3") not in records
    for number in ("0", "5", "13"):
        alike = records["unique", number].look_alikes
        assert f"image-00000/{number}" not in alike
        assert "image-00000/3" not in alike
        assert len(alike) == len(set(alike)) >= 11


def test_model_names_are_compared_as_a_whole(tmp_path):
    start_run(tmp_path, CurationOptions("InternVL-38B"))
    start_run(tmp_path, CurationOptions("InternVL-38B"))
    with pytest.raises(InvalidInputError, match="'InternVL-38B' then, 'InternVL-8B' now"):
        start_run(tmp_path, CurationOptions("InternVL-8B"))


def good(folder: Path) -> dict:
    return json.loads((folder / "image-00000.json").read_text())


def unreadable_images(folder: Path) -> dict[str, bytes]:
    whole = (folder / "image-00000.png").read_bytes()
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + whole[33:]
    return {"half": whole[: len(whole) // 2], "nothing": b"", "text": b"<html>", "bomb": bomb}


@pytest.mark.parametrize("kind", ["half", "nothing", "text", "bomb"])
def test_a_bad_image_is_named_and_never_opened_whole(folder, kind):
    path = folder / "image-00000.png"
    path.write_bytes(unreadable_images(folder)[kind])
    with pytest.raises(InvalidInputError, match=r"image-00000\.png"):
        read_annotated_image(path).read_pixels()


HOSTILE_JSON = {
    "truncated": '{"annotations": [{"id": 1, "segmen',
    "deep": "[" * 100_000,
    "digits": '{"annotations": [{"id": ' + "9" * 10_000 + "}]}",
    "no list": '{"annotations": {"id": 1}}',
    "nothing": "",
    "not text": "\udcff\udcfe",
}


@pytest.mark.parametrize("kind", HOSTILE_JSON)
def test_a_bad_json_file_is_named(folder, kind):
    (folder / "image-00000.json").write_bytes(HOSTILE_JSON[kind].encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidInputError, match=r"image-00000\.json"):
        read_annotated_image(folder / "image-00000.png")


def mask_of(size, counts) -> dict:
    return {"id": 99, "segmentation": {"size": size, "counts": counts}}


BAD_MASKS = {
    "overruns": mask_of([64, 96], encode_mask(np.ones((200, 200), np.bool_))["counts"]),
    "does not sum": mask_of([64, 96], encode_mask(np.ones((8, 8), np.bool_))["counts"]),
    "list does not sum": mask_of([64, 96], [10, 10]),
    "list of negatives": mask_of([64, 96], [-1, 6145]),
    "other size": mask_of([96, 64], encode_mask(np.ones((96, 64), np.bool_))["counts"]),
    "not its alphabet": mask_of([64, 96], "\x7f\x7f"),
    "ends in a number": mask_of([64, 96], "`"),
    "counts a number": mask_of([64, 96], 5),
    "no size": {"id": 99, "segmentation": {"counts": "x"}},
    "no mask": {"id": 99},
    "duplicate id": {"id": "3", "segmentation": {"size": [64, 96], "counts": [6144]}},
    "path in the id": {"id": "../../etc/passwd", "segmentation": {"size": [64, 96], "counts": [6144]}},
    "id true": {"id": True, "segmentation": {"size": [64, 96], "counts": [6144]}},
    "no object": 7,
}


@pytest.mark.parametrize("kind", BAD_MASKS)
def test_a_bad_mask_costs_that_mask_alone(folder, kind):
    document = good(folder)
    document["annotations"].append(BAD_MASKS[kind])
    (folder / "image-00000.json").write_text(json.dumps(document))
    image = read_annotated_image(folder / "image-00000.png")
    assert [each["id"] for each in image.annotations] == [str(number) for number in range(14)]
    assert len(image.problems) == 1
    assert any(word in image.problems[0] for word in ("99", "'3'", "passwd", "True", "int", "counts"))


def test_run_lengths_as_a_list_are_read(folder):
    document = good(folder)
    document["annotations"].append(mask_of([64, 96], [64, 640, 5440]))
    (folder / "image-00000.json").write_text(json.dumps(document))
    image = read_annotated_image(folder / "image-00000.png")
    assert image.problems == []
    tree = build_region_tree("image", image.annotations, 6144, OPTIONS)
    assert 640 in {node.area for node in tree.nodes}


def test_given_parents_are_taken_and_cycles_are_named(folder):
    image = read_annotated_image(folder / "image-00000.png")
    options = CurationOptions("test", tree="given", levels=1, smallest=0)
    flat = build_region_tree("image", image.annotations, 6144, options)
    assert len(flat.tops) == 14
    for own, up in (("4", 5), ("5", "4")):
        image.annotations[int(own)]["parent_id"] = up
    with pytest.raises(InvalidInputError, match="cycle"):
        build_region_tree("image", image.annotations, 6144, options)
    image.annotations[5]["parent_id"] = "77"
    with pytest.raises(InvalidInputError, match="'77' is not a mask"):
        build_region_tree("image", image.annotations, 6144, options)


def test_regions_are_chosen_by_size_and_by_levels(folder):
    image = read_annotated_image(folder / "image-00000.png")

    def tree(**changed):
        options = CurationOptions("test", **{"levels": 1, "smallest": 0.0, "largest": 1.0, **changed})
        return build_region_tree("image", image.annotations, 6144, options)

    assert len(tree(levels=3).nodes) == 14
    assert tree(levels=4).left_out == {"in a tree of 3 levels": 14}
    risen = tree(largest=0.4)
    assert risen.left_out == {"too large": 2}
    assert [risen.nodes[index].depth for index in risen.tops] == [1] * 4
    assert len(tree(smallest=0.15).nodes) == 6


def test_the_rehearsal_answers_the_same_prompt_alike(folder, tmp_path):
    first = curate(folder, tmp_path / "1", RehearsalDescriber(), encoder=ByShade())
    second = curate(folder, tmp_path / "2", RehearsalDescriber(0.001), encoder=ByShade())
    assert by_key(first) == by_key(second)
