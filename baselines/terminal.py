"""How a command ends: an error of ours is a message and exit code 2, never a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from dataset.errors import UrecaError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["ending_with_a_message"]


@contextmanager
def ending_with_a_message(terminal: Console, stopped: str = "stopped") -> Iterator[None]:
    """End the command with code 2 after an error of ours, with 130 after Ctrl-C.

    Args:
        terminal: where the message goes.
        stopped: what is said after Ctrl-C.
    """
    try:
        yield
    except UrecaError as error:
        # Text, not markup: a message may hold brackets, of lists or of what a server said.
        terminal.print(Text.assemble(("error", "bold red"), f": {error}"), soft_wrap=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        terminal.print(Text(stopped), soft_wrap=True)
        raise typer.Exit(130) from None
