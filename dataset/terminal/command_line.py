"""A command line of the project: a Typer application whose commands all end in the same way.

    exit code 0    done
    exit code 1    done, with a negative answer: something differs, failed or is incomplete; the command says so
    exit code 2    a `UrecaError` or a wrong option: a message on standard error, never a traceback
    exit code 130  Ctrl-C: one line that says what becomes of the work
    a traceback    a bug of this project

Commands raise and return; they catch nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from ..errors import UrecaError
from .consoles import terminal

__all__ = ["Command", "CommandLine", "Group"]

_STOPPED = "stopped"


class CommandLine(typer.Typer):
    """A Typer application with the project's defaults and endings.

    Called with ``standalone_mode=False`` it raises a `UrecaError` instead of ending the process.

    Args:
        help: what a group of commands is for.
        settings: of `typer.Typer`.
    """

    def __init__(self, help: str | None = None, **settings: Any) -> None:  # noqa: A002 - Typer's name for it
        defaults: dict[str, Any] = {
            "cls": Group,
            "no_args_is_help": True,
            "add_completion": False,
            "pretty_exceptions_enable": False,
        }
        super().__init__(help=help, **{**defaults, **settings})

    def command(
        self, name: str | None = None, *, stopped: str = _STOPPED, **settings: Any
    ) -> Callable[[typer.models.CommandFunctionType], typer.models.CommandFunctionType]:
        """Add a command; see `typer.Typer.command`.

        Args:
            name: of the command; the function's if None.
            stopped: the line after Ctrl-C; ``{out}`` in it stands for the value of a parameter.
            settings: of `typer.Typer.command`.
        """
        kind = type("Command", (Command,), {"stopped": stopped})
        return super().command(name, cls=kind, **settings)


class Command(TyperCommand):
    """A command that ends as all do.

    Attributes:
        stopped: the line after Ctrl-C, a format of the parameters.
    """

    stopped = _STOPPED

    def main(self, *words: Any, **settings: Any) -> Any:
        """Run the command and end the process with its exit code."""
        with _ending(settings.get("standalone_mode", True)):
            return super().main(*words, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C ends it with code 130."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _stop(self.stopped.format_map(ctx.params)) from None


class Group(TyperGroup):
    """Commands that end as all do."""

    def main(self, *words: Any, **settings: Any) -> Any:
        """Run a command and end the process with its exit code."""
        with _ending(settings.get("standalone_mode", True)):
            return super().main(*words, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; Ctrl-C, while it is still being imported, ends it with code 130."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _stop(_STOPPED) from None


@contextmanager
def _ending(standalone_mode: bool) -> Iterator[None]:
    """Where the process ends with the command, make a `UrecaError` a message and exit code 2."""
    try:
        yield
    except UrecaError as error:
        if not standalone_mode:
            raise
        # Text, not markup: a message may hold brackets, of lists or of what a server said.
        terminal.print(Text.assemble(("error", "bold red"), f": {error}"), soft_wrap=True)
        raise SystemExit(2) from None


def _stop(line: str) -> typer.Exit:
    terminal.print(Text(line), soft_wrap=True)
    return typer.Exit(130)
