"""Texts that no database can hold end in a sentence, whatever page they are for."""

import pytest
from flask import Flask

from tests.people import People, signed_in_client

SAID = "Texten innehåller tecken som inte kan sparas."


@pytest.mark.parametrize("address", ["/people?q=%00", "/search?q=a%00b", "/projects?q=%00"])
def test_says_so_when_an_address_holds_nul(app: Flask, people: People, address: str) -> None:
    """Neither a broken page nor a silent change of what was asked for."""
    found = signed_in_client(app, people.administrator).get(address)
    assert found.status_code == 422
    assert SAID in found.text
