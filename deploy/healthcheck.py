"""Exit code 0 if the leaderboard of this container answers, 1 if it does not; without imports that take long."""

import json
import os
import sys
from urllib.request import urlopen

port = os.environ.get("URECA_LEADERBOARD_PORT", "8501")
prefix = os.environ.get("URECA_LEADERBOARD_PATH_PREFIX", "").strip("/")
url = f"http://127.0.0.1:{port}/{prefix}{'/' if prefix else ''}api/v1/health"
try:
    with urlopen(url, timeout=8) as answer:
        state = json.load(answer)["status"]
except (OSError, ValueError, KeyError) as error:
    sys.exit(f"{url}: {error}")
sys.exit(0 if state == "ok" else f"{url}: {state}")
