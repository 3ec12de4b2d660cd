"""Threshold Schnorr signatures on edwards25519, wire-compatible with vs_schnorr (spec/schnorr-wire.md)."""
