"""Amounts in human units: exact decimal text, never scientific notation, no rounding."""


def human(units: int, decimals: int) -> str:
    """`units` base units as decimal text with trailing zeros cut, for example 1500000000000000000, 18 → 1.5."""
    if decimals <= 0:
        return str(units)
    whole, part = divmod(units, 10**decimals)
    digits = str(part).rjust(decimals, "0").rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
