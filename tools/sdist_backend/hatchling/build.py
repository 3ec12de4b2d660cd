"""Stands in for this name: see ../no_build.py."""

from no_build import build_wheel, get_requires_for_build_wheel, prepare_metadata_for_build_wheel

__all__ = ["build_wheel", "get_requires_for_build_wheel", "prepare_metadata_for_build_wheel"]
