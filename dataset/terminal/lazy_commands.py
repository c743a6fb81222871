"""A group of commands that are imported when they are called: its help imports none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from typer.core import TyperCommand
from typer.main import get_command

from ..errors import MissingDependencyError, UrecaError
from ..runtime.namesakes import check_packages
from .command_line import Group

__all__ = ["LazyCommand", "LazyGroup", "imported"]


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command is, and what the help says of it.

    Attributes:
        home: "module:app", the Typer application.
        about: one line.
        panel: heading it stands under.
        inside: name of the command within an application that has several; None, to take all of it.
        extra: of this project's package, that holds what the command imports.
    """

    home: str
    about: str
    panel: str
    inside: str | None = None
    extra: str | None = None


class LazyGroup(Group):
    """Commands by name; a subclass says which.

    Attributes:
        table: name -> command, in the order of the help.
    """

    table: ClassVar[Mapping[str, LazyCommand]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {
            name: TyperCommand(name=name, help=command.about, rich_help_panel=command.panel)
            for name, command in self.table.items()
        }  # what the help and completion list

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is called, and import it; see `imported` for what it raises."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else imported(name, self.table[name]), rest


def imported(name: str, command: LazyCommand) -> Any:
    """Import a command.

    Args:
        name: as typed, for messages.
        command: where it is.

    Raises:
        MissingDependencyError: the extra it needs is not installed.
        UrecaError: its package's name imports something else.
    """
    module, _, attribute = command.home.partition(":")
    try:
        check_packages(module.partition(".")[0])
    except ImportError as error:
        raise UrecaError(str(error)) from error
    try:
        application = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if command.extra is None or error.name is None:
            raise
        raise MissingDependencyError(error.name, name, f"pip install 'ureca[{command.extra}]'") from error
    whole: Any = get_command(application)
    return whole if command.inside is None else whole.commands[command.inside]
