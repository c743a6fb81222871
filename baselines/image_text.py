"""Captions from any image-text-to-text model of transformers, by its id: a frozen model that is shown the region.

The views and the words are those of `baselines.prompted`; only who answers differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from dataset.errors import CaptioningError, InvalidInputError, MissingDependencyError
from dataset.prompting.pointing import POINTINGS
from dataset.prompting.prompts import Prompt, parse_caption
from dataset.prompting.views import RegionViews
from dataset.runtime.arrays import BoolArray

from .captioner_options import ViewOptions
from .inputs import check_regions

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ImageTextCaptioner", "ImageTextOptions"]

SHOWN: Final = 80
"""Characters of an answer in an error."""


class ImageTextOptions(ViewOptions):
    """Options of a model of the hub that is not URECA's.

    Attributes:
        view: as for all, but "alpha": a processor drops it.
        batch_size: regions that are asked about at once.
        max_new_tokens: of an answer; one that is cut off there is taken as it is, as the model would say it again.
    """

    view: Literal["none", "crop", "contour", "blur"] = "contour"
    batch_size: int = Field(default=8, ge=1)
    max_new_tokens: int = Field(default=256, ge=1)


class ImageTextCaptioner:
    """A model of `transformers.AutoModelForImageTextToText` with its processor; greedy.

    Args:
        folder: of the checkpoint, with its processor and chat template.
        options: view, words and sizes.
        device: "cpu", "cuda", "cuda:1" ...

    Raises:
        InvalidInputError: the folder holds another kind of model, or its processor has no chat template.
        MissingDependencyError: its processor needs a package that is not installed.
    """

    def __init__(self, folder: Path, options: ImageTextOptions, *, device: str) -> None:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self.options = options
        try:
            self._processor = AutoProcessor.from_pretrained(folder)
            dtype = "float32" if device == "cpu" else "auto"
            self._model = AutoModelForImageTextToText.from_pretrained(folder, dtype=dtype).to(device).eval()
        except ImportError as error:
            reason = str(error).strip().partition("\n")[0].partition(" but ")[0]
            install = "pip install 'ureca[vision]'"
            raise MissingDependencyError(f"a package more ({reason})", str(folder), install) from error
        except (ValueError, KeyError, AttributeError, OSError) as error:
            problem = f"transformers cannot load it as an image-text-to-text model: {' '.join(str(error).split())}"
            hint = "Models that bring their own code run behind a server: --option url=..., captioner `prompted`."
            raise InvalidInputError(str(folder), [problem], hint) from error
        if not getattr(self._processor, "chat_template", None):
            raise InvalidInputError(str(folder), ["its processor has no chat template, so it cannot be asked"])
        self._processor.tokenizer.padding_side = "left"  # answers begin where the questions end

    def caption(self, image: Image, masks: Sequence[BoolArray]) -> list[str]:
        """One caption for each mask of shape (height, width), in order.

        Raises:
            InvalidInputError: see `baselines.check_regions`.
            CaptioningError: answers that hold no caption, "mask 0" and so on.
        """
        image, masks = check_regions(image, masks)
        pointing, views = POINTINGS[self.options.view], RegionViews(image, size=self.options.view_size)
        different = masks[:1] if pointing.same_for_all else masks
        prompts = [
            pointing.prompt(views, mask, f"mask {number}", self.options.ask) for number, mask in enumerate(different)
        ]
        size = self.options.batch_size
        answers = [
            answer for first in range(0, len(prompts), size) for answer in self._answers(prompts[first : first + size])
        ]
        captions = [parse_caption(answer) for answer in answers]
        failures = {
            f"mask {number}": f"there is no caption in the answer {answers[number][:SHOWN]!r}"
            for number, caption in enumerate(captions)
            if caption is None
        }
        if failures:
            hint = "The model is greedy and would answer the same again: --skip-failed leaves these regions out."
            raise CaptioningError("image", failures, hint)
        whole = [caption for caption in captions if caption is not None]
        return whole * len(masks) if pointing.same_for_all else whole

    def _answers(self, prompts: Sequence[Prompt]) -> list[str]:
        import torch

        inputs = self._processor.apply_chat_template(
            [_conversation(prompt) for prompt in prompts],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            processor_kwargs={"return_tensors": "pt", "padding": True},
        ).to(self._model.device, self._model.dtype)
        with torch.inference_mode():
            written = self._model.generate(**inputs, do_sample=False, max_new_tokens=self.options.max_new_tokens)
        answers: list[str] = self._processor.batch_decode(
            written[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True
        )
        return answers


def _conversation(prompt: Prompt) -> list[dict[str, Any]]:
    from PIL import Image as PillowImage

    pictures = [{"type": "image", "image": PillowImage.fromarray(picture)} for picture in prompt.images]
    return [{"role": "user", "content": [*pictures, {"type": "text", "text": prompt.text}]}]
