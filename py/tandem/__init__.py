"""Tandem: a self-custodial wallet whose key exists only as shares. See docs/architecture.md for the layers."""
