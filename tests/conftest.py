"""Tests side by side: what is made once for a file, or for one entry's drills, is made by one worker alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more of what else the machine does than of us.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

DRILLS = "tests/test_steps.py"
"""Its tests take too long for one worker; those of an entry stay together, and the entry is the first parameter."""


def scope(nodeid: str) -> str:
    """What is run by one worker: a file, or in `DRILLS` the tests of one entry."""
    path, _, name = nodeid.partition("::")
    key = name.partition("[")[2].rstrip("]").partition("-")[0]
    return f"{path}::{key}" if path == DRILLS and key else path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The small pieces last, so that no worker has nothing to do while another is in the middle of a long file.
    items.sort(key=lambda item: scope(item.nodeid).startswith(f"{DRILLS}::"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    # Groups of `xdist_group` go by a name written into the test's own, which not every pytest lets be done.
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    return Together(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--new-golden", action="store_true", help="make what is drawn now the golden pictures")
    parser.addoption("--golden-page", metavar="FOLDER", help="write them, new ones and differences as a page")
