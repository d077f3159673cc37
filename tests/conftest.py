"""Tests side by side: what shares a danced motion goes to one worker, everything else of a file stays together."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        shared = next((mark.args[0] for mark in item.iter_markers("shares")), None)
        item.add_marker(pytest.mark.xdist_group(str(shared or item.path.stem)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--new-golden", action="store_true", help="make what is drawn now the golden pictures")
    parser.addoption("--golden-page", metavar="FOLDER", help="write them, new ones and differences as a page")
