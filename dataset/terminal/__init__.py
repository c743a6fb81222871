"""The ground floor of all command lines: how a command ends, where it prints, NAME=VALUE, and the script ``ureca``."""

from __future__ import annotations

from .command_line import CommandLine
from .consoles import output, quiet_terminal, table_output, terminal
from .data_flags import DATA_OPTION, DataConfig, DataPairs, DataSplit, FirstImages
from .outputs import check_outputs
from .pairs import config_options, read_pairs

__all__ = [
    "DATA_OPTION",
    "CommandLine",
    "DataConfig",
    "DataPairs",
    "DataSplit",
    "FirstImages",
    "check_outputs",
    "config_options",
    "output",
    "quiet_terminal",
    "read_pairs",
    "table_output",
    "terminal",
]
