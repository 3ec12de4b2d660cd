"""Ethereum and its relatives, composed for the desk and the cosigner."""
