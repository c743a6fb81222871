"""The exported folder as a dataset repository of the Hugging Face Hub."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ..._version import __version__
from ...errors import DataUnavailableError, InvalidInputError, NotAllowedError

__all__ = ["check_repository", "push_folder"]

_NAME: Final = re.compile(r"[\w.-]+/[\w.-]+")


def check_repository(name: str) -> None:
    """See that a name can be one of a repository, and that the Hub lets the user's token in, before data are made.

    Raises:
        InvalidInputError: the name has not the form ORGANISATION/NAME.
        NotAllowedError: there is no token, or the Hub refuses it.
        DataUnavailableError: the Hub cannot be reached.
    """
    from huggingface_hub import HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError

    if not _NAME.fullmatch(name):
        raise InvalidInputError("--push", [f"expected ORGANISATION/NAME, found {name!r}"])
    if get_token() is None:
        raise NotAllowedError("--push needs a token that may write: run `hf auth login`, or set HF_TOKEN.")
    try:
        HfApi().whoami()
    except HfHubHTTPError as error:
        raise _refusal(name, error) from error
    except OSError as error:
        raise DataUnavailableError(f"{name}: the Hub cannot be reached ({error})") from error


def push_folder(folder: Path, name: str) -> str:
    """Upload an exported folder in one commit; the repository is made if it does not exist. Returns its address.

    Raises:
        NotAllowedError: the Hub refuses the token.
        DataUnavailableError: the upload failed; the repository is as it was before.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi()
    try:
        repository = api.create_repo(name, repo_type="dataset", exist_ok=True)
        message = f"ureca {__version__}"
        api.upload_folder(repo_id=name, repo_type="dataset", folder_path=folder, commit_message=message)
    except HfHubHTTPError as error:
        raise _refusal(name, error) from error
    except OSError as error:
        raise DataUnavailableError(f"{name}: the upload failed ({error}). The same command tries again.") from error
    return str(repository)


def _refusal(name: str, error: Exception) -> DataUnavailableError | NotAllowedError:
    status = getattr(getattr(error, "response", None), "status_code", None)
    reason = " ".join(str(error).split())
    if status in (401, 403):
        return NotAllowedError(f"{name}: the Hub refuses the token ({reason}). It has to be one that may write.")
    return DataUnavailableError(f"{name}: the Hub answered with an error ({reason})")
