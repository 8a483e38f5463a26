"""Calls to copy, with the installation's own address in them: they are of no language."""

from __future__ import annotations

FIRST_CALL = 'curl -H "Authorization: Bearer $TOKEN" "@/api/v1/projects"'
COMMAND_LINE = """\
export ADDRESS=@ TOKEN=imp_1_…
curl -H "Authorization: Bearer $TOKEN" "$ADDRESS/api/v1/projects?status=ongoing"
curl -H "Authorization: Bearer $TOKEN" "$ADDRESS/api/v1/series?project=klockaretorpet&since=2015-01-01"
"""
PYTHON = """\
import json
import os
import urllib.request

request = urllib.request.Request(
    "@/api/v1/series?project=klockaretorpet",
    headers={"Authorization": "Bearer " + os.environ["TOKEN"]},
)
with urllib.request.urlopen(request) as answer:
    for series in json.load(answer)["series"]:
        for each in series["measurements"]:
            print(series["definition"], each["period"], each["value"])
"""
EXCEL = """\
let
    Answer = Json.Document(Web.Contents("@", [
        RelativePath = "api/v1/series", Query = [project = "klockaretorpet", limit = "1000"],
        Headers = [Authorization = "Bearer imp_1_…"]])),
    Series = Table.FromRecords(Answer[series]),
    Rows = Table.ExpandListColumn(Series, "measurements"),
    Values = Table.ExpandRecordColumn(
        Rows, "measurements", {"period", "value", "missing", "status", "comment"})
in
    Values
"""


def recipes(address: str) -> dict[str, str]:
    """The recipes by name, for an installation at this address."""
    texts = {"first": FIRST_CALL, "command_line": COMMAND_LINE, "python": PYTHON, "excel": EXCEL}
    return {name: text.replace("@", address).rstrip() for name, text in texts.items()}
