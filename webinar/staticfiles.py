"""Static files under hashed names, so that browsers may keep them for ever; what pages load is bundled before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from pages.bundles import bundle

_VISITED = ("bundles/", "vendor/")  # what every visitor loads some of
_PLAIN = "css/"  # bare.html names some of these without hashes


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports between bundles to hashed names."""

    support_js_module_import_aggregation = True
    _with_brotli = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Bundle what was collected, and leave out the modules: no page loads them from here."""
        if not dry_run:
            bundles = bundle(Path(self.location))
            for name in [name for name in paths if name.startswith("js/")]:
                del paths[name]
                self.delete(name)
            paths |= {name: (self, name) for name in bundles}
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: set[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages ask for. Brotli takes seconds for a large file: only what visitors load gets it."""
        hashed = set(self.hashed_files.values())
        asked = {name for name in paths if name in hashed or name.startswith(_PLAIN)}
        visited = {name for name in asked if name.startswith(_VISITED)}
        for self._with_brotli, names in ((True, visited), (False, asked - visited)):
            yield from super().compress_files(names)

    def create_compressor(self, **options: Any) -> Compressor:
        """One for the files at hand."""
        return super().create_compressor(**options, use_brotli=self._with_brotli)
