"""Stands in for this name: see ../no_build.py."""
