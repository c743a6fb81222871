"""Small hidden tests, submissions to them, and the texts that nobody may see."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dataset.schema import Region
from leaderboard.boards.board import challenge_folder
from leaderboard.boards.challenge_files import challenge_data
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.settings import get_settings
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor

SECRET = bytes(range(100, 132))
SMALL = {"images": 4, "resolution": 80}
ANA = Actor("token:ana", 100)


def make_store(folder: Path) -> Store:
    """An empty leaderboard without public boards."""
    metrics = ("bleu", "duplicate_rate", "listener")
    return Store(
        get_settings(
            data_dir=folder,
            database_url="",
            boards={},
            metrics=metrics,
            resamples=20,
            free_mib=1,
            requests_per_minute=10_000,
        )
    )


def regions_of(store: Store, name: str = "winter") -> list[Region]:
    return challenge_data(challenge_folder(store, name)).regions


def write(path: Path, captions: dict[str, str]) -> Path:
    path.write_text(json.dumps(captions))
    return path


def submit_words(store: Store, path: Path, words: str, name: str = "winter", actor: Actor = ANA) -> str:
    file = write(path, {region.region_id: words for region in regions_of(store, name)})
    return submit(store, file, name, SystemCard(name="Plain"), actor=actor).submission_id


def telling(store: Store, name: str = "winter") -> list[str]:
    """Texts that nobody may see: the secret, references of three words and more, worlds, edges of the mask tree."""
    folder = challenge_folder(store, name)
    regions = regions_of(store, name)
    captions = {text for region in regions for text in region.captions if len(text.split()) > 2}
    worlds = re.findall(r'"box":\[[^]]+\]', (folder / "worlds.jsonl").read_text())
    secret = (folder / "secret").read_text().strip()
    assert len(captions) > 50
    assert len(worlds) > 50
    return [secret, bytes.fromhex(secret).decode("latin1"), *captions, *worlds]
