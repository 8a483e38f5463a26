"""Searches for garbage wait for whoever makes many objects, and for nobody else."""

from __future__ import annotations

import gc

import pytest

from impact.collecting import without_collecting


@without_collecting()
def fail_within() -> None:
    with without_collecting():
        assert not gc.isenabled()
    assert not gc.isenabled()
    raise ValueError("stopped")


def test_searches_go_on_when_the_outermost_block_ends() -> None:
    """Neither a block within another nor an error leaves them off, nor ends the wait too early."""
    with pytest.raises(ValueError, match="stopped"):
        fail_within()
    assert gc.isenabled()
