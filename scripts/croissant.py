"""Write croissant.json at the root, of the configs that come with the package: ``python scripts/croissant.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dataset.loading.publishing.croissant import CROISSANT, croissant_text  # noqa: E402
from dataset.loading.sources import EMBEDDED, open_source  # noqa: E402 - the checkout is not installed

if __name__ == "__main__":
    splits = {config: open_source(config).splits for config in EMBEDDED}
    (ROOT / CROISSANT).write_text(croissant_text(splits), encoding="utf-8")
