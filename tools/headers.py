"""Reads C prototypes and writes them as the signature table of tools/shims/ctypes_ffi.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.place import Refused

SCALARS = {
    "void": "v",
    "int": "i",
    "unsigned int": "u",
    "uint32_t": "u",
    "size_t": "z",
    "unsigned char": "b",
    "unsigned long long": "Q",
    "uint64_t": "Q",
}
NOISE = re.compile(r"\bSECP256K1_(API|WARN_UNUSED_RESULT|ARG_NONNULL\s*\(\s*\d+\s*\)|DEPRECATED\s*\(.*?\))|\bextern\b")
PROTOTYPE = re.compile(r"(?P<result>[\w\s]*?[\s*]+)(?P<name>\w+)\s*\((?P<arguments>.*)\)", re.DOTALL)


def bare(text: str) -> str:
    """Without comments and preprocessor lines."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*#(?:[^\n]*\\\n)*[^\n]*", " ", text, flags=re.MULTILINE)
    return re.sub(r'extern\s+"C"\s*\{', " ", text)


def split(arguments: str) -> Iterator[str]:
    """The arguments at the commas that stand in no parentheses."""
    depth, current = 0, ""
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            yield current
            current = ""
        else:
            current += character
    if current.strip():
        yield current


def code(declaration: str, functions: set[str]) -> str:
    """The one-letter code of a type, with or without an argument's name."""
    plain = re.sub(r"\bconst\b", " ", declaration)
    if "(" in plain:
        return "p"
    if re.search(r"\*\s*const\s*\*", declaration):
        return "l"
    if re.match(r"\s*char\s*\*", plain):
        return "c"
    if "*" in plain or "[" in plain:
        return "p"
    words = plain.split()
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        if name in SCALARS:
            return SCALARS[name]
        if name in functions:
            return "p"
    raise Refused(f"unknown C type in a header: {declaration.strip()}")


def signatures(texts: list[str], prefix: str) -> dict[str, str]:
    """Every function whose name starts with `prefix`, as result code and argument codes."""
    found: dict[str, str] = {}
    functions = set(re.findall(r"typedef\s+[\w\s*]+\(\s*\*\s*(\w+)\s*\)", "".join(texts)))
    for text in texts:
        for statement in bare(text).split(";"):
            statement = NOISE.sub(" ", statement).strip().lstrip("}").strip()
            if statement.startswith("typedef"):
                continue
            match = PROTOTYPE.fullmatch(statement)
            if match and match["name"].startswith(prefix):
                arguments = [] if match["arguments"].strip() in ("", "void") else split(match["arguments"])
                found[match["name"]] = code(match["result"], functions) + "".join(code(a, functions) for a in arguments)
    return found


def sizes(texts: list[str]) -> dict[str, int]:
    """Opaque structs that are one byte array."""
    pattern = re.compile(r"typedef\s+struct\s+\w*\s*\{\s*unsigned\s+char\s+data\[(\d+)\];\s*\}\s*(\w+)\s*;")
    return {name: int(size) for text in texts for size, name in pattern.findall(bare(text))}


def table(texts: list[str], prefix: str) -> str:
    """The Python source of `_signatures.py`."""
    lines = ['"""Written by the build from the C headers: exact types of the functions (see _ctypes_ffi.py)."""', ""]
    lines.append("SIGNATURES = {")
    known = signatures(texts, prefix)
    lines += [f'    "{name}": "{known[name]}",' for name in sorted(known)]
    lines += ["}", "", "SIZES = {"]
    lines += [f'    "{name}": {size},' for name, size in sorted(sizes(texts).items())]
    return "\n".join([*lines, "}", ""])
