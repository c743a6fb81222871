"""The four stages on the mask tree of one image (arXiv 2504.05305, section 3).

short         root to leaf, siblings in order, each with the captions of the parent and the siblings before it
detailed      leaf to root, each with its short caption, the parent's, and its children's captions
unique        regions that look alike are drawn together with numbers, and caption 0 is rewritten
verification  True or False: does the caption hold for this region alone?

What is in a region's prompt depends on the tree alone, never on which answer came first, so that any order of events
gives the same captions. A region whose answer failed keeps its record; the others continue without it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property, partial
from typing import Any, Final

from ..errors import DataUnavailableError, UrecaError
from ..prompting.describer import FAILURES, Answer, Describer
from ..prompting.prompts import (
    Prompt,
    Stage,
    detailed_prompt,
    is_refusal,
    parse_caption,
    parse_verification,
    short_prompt,
    unique_prompt,
    verification_prompt,
)
from ..prompting.views import RegionViews
from ..runtime.arrays import ByteArray
from .images import AnnotatedImage
from .look_alikes.search import Encoder, look_alikes
from .records import Ledger, Record
from .region_tree import RegionNode, RegionTree
from .run_options import CurationOptions

__all__ = ["ImageCuration", "ServerUnavailableError"]

PATIENCE: Final = 8
"""Failures of the server in a row after which it is taken to be down."""
LONGEST_CAPTION: Final = 2000
"""Characters; what is longer is not a caption."""


class ServerUnavailableError(DataUnavailableError):
    """The server answers nothing; what is done is kept, and the run can be continued."""


class ImageCuration:
    """The captions of one image's regions, made stage by stage.

    Args:
        image: the image.
        tree: its regions.
        ledger: answers so far; new ones are added.
        describer: who answers.
        open_encoder: of the look-alikes; returns None if nothing is to look alike.
        options: of the run.
        on_answer: called after each new record.
    """

    def __init__(
        self,
        image: AnnotatedImage,
        tree: RegionTree,
        ledger: Ledger,
        describer: Describer,
        open_encoder: Callable[[], Encoder | None],
        options: CurationOptions,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self.image, self.nodes, self.tree = image, tree.nodes, tree
        self.ledger, self.describer, self.open_encoder, self.options = ledger, describer, open_encoder, options
        self.on_answer = on_answer

    @cached_property
    def pixels(self) -> ByteArray:
        """The image, decoded when the first picture of it is drawn."""
        return self.image.read_pixels()

    @cached_property
    def views(self) -> RegionViews:
        """What a model is shown of it."""
        return RegionViews(self.pixels, size=self.options.view_size)

    async def run(self, stages: Sequence[Stage]) -> None:
        """Run stages in their order; what has a record already is not requested again.

        Raises:
            ServerUnavailableError: the server seems to be down.
            InvalidInputError: the image cannot be decoded.
        """
        programs = {
            "short": self.name_top_down,
            "detailed": self.describe_bottom_up,
            "unique": self.refine_look_alikes,
            "verification": self.verify,
        }
        for stage, program in programs.items():
            if stage in stages:
                await program()

    async def name_top_down(self) -> None:
        """Short captions: level by level, the children of each region one after the other."""
        await self._name_one_by_one(self.tree.tops)
        for level in self.tree.levels:
            await _side_by_side([self._name_one_by_one(self.nodes[index].children) for index in level])

    async def _name_one_by_one(self, siblings: Sequence[int]) -> None:
        named: list[str] = []
        for index in siblings:
            record = await self._ask("short", index, partial(self._short_prompt, index, tuple(named)))
            if record.caption is not None:
                named.append(record.caption)

    def _short_prompt(self, index: int, siblings: tuple[str, ...]) -> Prompt:
        node = self.nodes[index]
        parent = None if node.parent < 0 else self.nodes[node.parent]
        return short_prompt(
            self.views.in_parent(node.mask, None if parent is None else parent.mask),
            self.views.crop(node.mask),
            image_id=self.image.image_id,
            region_id=node.region_id,
            parent_caption=self._caption_above(node),
            sibling_captions=siblings,
        )

    async def describe_bottom_up(self) -> None:
        """Detailed captions, the deepest level first; a region without a short caption has none."""
        for level in reversed(self.tree.levels):
            await _side_by_side(
                [
                    self._ask("detailed", index, partial(self._detailed_prompt, index, short))
                    for index in level
                    if (short := self._caption("short", index)) is not None
                ]
            )

    def _detailed_prompt(self, index: int, short: str) -> Prompt:
        node = self.nodes[index]
        below = [self._caption("detailed", child) or self._caption("short", child) for child in node.children]
        return detailed_prompt(
            self.views.contour(node.mask),
            image_id=self.image.image_id,
            region_id=node.region_id,
            short_caption=short,
            parent_caption=self._caption_above(node),
            child_captions=tuple(caption for caption in below if caption is not None),
        )

    async def refine_look_alikes(self) -> None:
        """Unique captions; a region without look-alikes keeps its caption."""
        described = [index for index in range(len(self.nodes)) if self._caption("detailed", index) is not None]
        if all(self.ledger.get("unique", self.nodes[index].region_id) for index in described):
            return
        alike = await self._look_alikes()
        place = {node.region_id: index for index, node in enumerate(self.nodes)}
        requests = []
        for index in described:
            region_id = self.nodes[index].region_id
            others = [place[other] for other in alike.get(region_id, ()) if place.get(other) in described]
            if others:
                requests.append(self._ask("unique", index, partial(self._unique_prompt, index, others)))
            elif self.ledger.get("unique", region_id) is None:
                caption = self._caption("detailed", index)
                self.ledger.add(Record("unique", self.image.image_id, region_id, caption, given_caption=caption))
        await _side_by_side(requests)

    async def _look_alikes(self) -> dict[str, list[str]]:
        """Region id -> region ids that look like it, the most similar first; kept, as the encoder is slow."""
        alike = self.ledger.look_alikes.get(self.image.image_id)
        if alike is not None:
            return alike
        rows = await asyncio.to_thread(self._find_look_alikes) if len(self.nodes) > 1 else []
        alike = {
            node.region_id: [self.nodes[other].region_id for other in row]
            for node, row in zip(self.nodes, rows, strict=False)
            if row
        }
        self.ledger.add_look_alikes(self.image.image_id, alike)
        return alike

    def _find_look_alikes(self) -> list[list[int]]:
        encoder = self.open_encoder()
        if encoder is None:
            return []
        masks = [node.mask for node in self.nodes]
        return look_alikes(self.pixels, masks, encoder, threshold=self.options.threshold)

    def _unique_prompt(self, index: int, others: Sequence[int]) -> Prompt:
        node = self.nodes[index]
        captions = {self.nodes[other].region_id: self._caption("detailed", other) or "" for other in others}
        return unique_prompt(
            self.views.numbered([self.nodes[member].mask for member in (index, *others)]),
            image_id=self.image.image_id,
            region_id=node.region_id,
            caption=self._caption("detailed", index) or "",
            look_alikes=captions,
        )

    async def verify(self) -> None:
        """True or False for the best caption of each region."""
        await _side_by_side(
            [
                self._ask("verification", index, partial(self._verification_prompt, index, best))
                for index in range(len(self.nodes))
                if (best := self._caption("unique", index) or self._caption("detailed", index)) is not None
            ]
        )

    def _verification_prompt(self, index: int, caption: str) -> Prompt:
        node = self.nodes[index]
        view = self.views.contour(node.mask)
        return verification_prompt(view, image_id=self.image.image_id, region_id=node.region_id, caption=caption)

    def _caption(self, stage: Stage, index: int) -> str | None:
        return self.ledger.caption(stage, self.nodes[index].region_id)

    def _caption_above(self, node: RegionNode) -> str | None:
        """Short caption of the nearest region above that has one."""
        while node.parent >= 0:
            caption = self._caption("short", node.parent)
            node = self.nodes[node.parent]
            if caption is not None:
                return caption
        return None

    async def _ask(self, stage: Stage, index: int, make_prompt: Callable[[], Prompt]) -> Record:
        region_id = self.nodes[index].region_id
        record = self.ledger.get(stage, region_id)
        if record is not None:
            return record
        _ = self.views  # an image that cannot be decoded is not a fault of this region
        try:
            prompt = make_prompt()
        except UrecaError as error:
            record = Record(stage, self.image.image_id, region_id, failure=f"view: {error}")
        else:
            answer = await self.describer.answer(prompt, seed=request_seed(self.options.seed, stage, region_id))
            record = record_of(prompt, answer, self.describer.name)
        self.ledger.add(record)
        self.on_answer()
        if self.ledger.failures_held_back >= PATIENCE:
            raise ServerUnavailableError(f"{PATIENCE} requests in a row failed; the last: {record.failure}")
        return record


def request_seed(seed: int, stage: str, region_id: str) -> int:
    """The 63-bit seed of a request: the same whenever and wherever it is made."""
    digest = hashlib.sha256(f"{seed}\n{stage}\n{region_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def record_of(prompt: Prompt, answer: Answer, model: str) -> Record:
    """Read an answer; what is not a caption or a verdict is a failure of this region at this stage."""
    context = prompt.context
    caption: str | None = None
    verdict: str | None = None
    failure: str | None = None
    if answer.failure is not None:  # the number of attempts is left out: it differs from run to run
        kind = answer.failure.kind
        failure = f"{kind}: {answer.failure.detail or FAILURES[kind]}"
    elif prompt.stage == "verification":
        caption, verdict = context.caption, parse_verification(answer.text)
    else:
        caption, failure = _read_caption(answer.text)
    return Record(
        prompt.stage,
        context.image_id,
        context.region_id,
        caption,
        verdict,
        failure,
        model,
        prompt.content_hash,
        context.caption,
        context.parent_caption,
        context.sibling_captions,
        context.child_captions,
        context.look_alikes,
    )


def _read_caption(answer: str) -> tuple[str | None, str | None]:
    """The caption in an answer, or why there is none."""
    caption = parse_caption(answer)
    if caption is None and is_refusal(answer):
        return None, f"refusal: {answer[:200]}"
    if caption is None:
        return None, "empty: no caption in the answer"
    if len(caption) > LONGEST_CAPTION or not _is_text(caption):
        return None, f"malformed: {len(caption):,} characters that are not a caption"
    return caption, None


def _is_text(caption: str) -> bool:
    """Whether it can be written as UTF-8: half of a surrogate pair cannot."""
    try:
        caption.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _side_by_side(requests: Sequence[Coroutine[Any, Any, object]]) -> None:
    """Await all; if one raises, the others are cancelled and its error is raised, not a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for request in requests:
                group.create_task(request)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
