"""Static files of a platform: hashed and compressed, and our scripts that import each other find the hashed ones."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own rule, for our scripts alone: comments in others' look like imports to it.
_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]  # noqa: SLF001 — no other way


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("charts/*.js", _IMPORTS))
