"""Solana, composed for the desk and the cosigner."""
