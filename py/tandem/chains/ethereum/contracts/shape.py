"""Functions and what reads them: each file of this folder is a table of these."""

from collections.abc import Callable
from typing import TypeAlias

from tandem.chains.ethereum.abi import Args, Function
from tandem.chains.ethereum.contracts.step import Call, Step

Decode: TypeAlias = Callable[[Call], Step]
Reader: TypeAlias = Callable[[Call, Args, Decode], Step]
"""A reader is given the call, its arguments, and the way to read a call inside it. It raises WireError for arguments
that mean nothing it knows."""
Table: TypeAlias = tuple[tuple[Function, Reader], ...]
