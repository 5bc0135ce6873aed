import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from portfolios.forms.imports import UploadForm
from portfolios.services.imports import LARGEST_FILE

pytestmark = pytest.mark.django_db


def test_a_file_that_is_too_large_or_empty_is_refused() -> None:
    large, empty = (
        UploadForm({}, MultiValueDict({"file": [SimpleUploadedFile("a.csv", content)]}))
        for content in (b"x" * (LARGEST_FILE + 1), b"")
    )

    assert large.errors["file"] == ["This file is larger than 4 MB. Split it."]
    assert empty.errors["file"] == ["The submitted file is empty."]
