"""The page of the faults is what the registry is."""

from docs.content_faults import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/content-faults.md is not the registry: run `make docs`"
