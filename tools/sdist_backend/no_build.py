"""A build backend that builds nothing: it gives pip an sdist's own PKG-INFO for metadata.

`pip download` insists on running an sdist's build backend, which would mean running code nobody has verified yet
(coincurve's goes on to fetch a C library). The folders beside this file stand in for the backends' names, so that pip
gets its answer, the file lands in the cache, and its sha256 is checked before anything in it is used.
"""

from __future__ import annotations

from email.parser import HeaderParser
from pathlib import Path


class Backend:
    """A class, because electrum-ecc derives its own backend from the class of setuptools' functions."""

    def get_requires_for_build_wheel(self, _config_settings: object = None) -> list[str]:
        return []

    def prepare_metadata_for_build_wheel(self, metadata_directory: str, _config_settings: object = None) -> str:
        text = Path("PKG-INFO").read_text(encoding="utf-8")
        headers = HeaderParser().parsestr(text)
        folder = Path(metadata_directory, f"{headers['Name'].replace('-', '_')}-{headers['Version']}.dist-info")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "METADATA").write_text(text, encoding="utf-8")
        return folder.name

    def build_wheel(self, *_arguments: object) -> str:
        raise SystemExit("sdists are only downloaded here, never built by pip")


backend = Backend()
get_requires_for_build_wheel = backend.get_requires_for_build_wheel
prepare_metadata_for_build_wheel = backend.prepare_metadata_for_build_wheel
build_wheel = backend.build_wheel
