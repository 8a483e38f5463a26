"""Files of evidence through the API: attached, handed out as downloads, taken away."""

import pytest

from tests.api.problems import assert_problem

PDF = b"%PDF-1.7 survey"


@pytest.fixture
def path(placed):
    return f"/series/{placed.series_id}/evidence/2024"


@pytest.fixture
def measurement(placed):
    return f"/series/{placed.series_id}/measurements/2024"


def attach(caller, path, tag, name="survey.pdf", content=PDF, reason="The report came"):
    asked = {"name": name, "reason": reason}
    headers = {"If-Match": tag, "Content-Type": "application/octet-stream"}
    return caller.call("PUT", path, query_string=asked, data=content, headers=headers)


def test_hands_out_what_was_attached_and_keeps_it_when_the_value_is_replaced(caller, path, measurement):
    """The file stays while the value is put anew, until it is taken away with a reason."""
    analyst = caller("analyst")
    tag = analyst.get(measurement).headers["ETag"]
    made = attach(analyst, path, tag)
    assert (made.status_code, made.json["evidence_file"], made.json["revision"]) == (200, "survey.pdf", 2)
    got = caller("viewer").get(path)
    assert (got.status_code, got.data, got.mimetype) == (200, PDF, "application/pdf")
    assert got.headers["Content-Disposition"] == "attachment; filename=survey.pdf"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    said = {"value": 60, "reason": "Fel rad"}
    put = analyst.put(measurement, said, headers={"If-Match": made.headers["ETag"]})
    assert (put.json["evidence_file"], put.json["value"]) == ("survey.pdf", 60)
    one = {"series_id": put.json["series_id"], "period": "2024", "value": 61, "etag": put.headers["ETag"]}
    assert analyst.post("/measurements", {"measurements": [one], "reason": "Fel"}).status_code == 200
    assert analyst.get(path).data == PDF
    tag = analyst.get(measurement).headers["ETag"]
    gone = analyst.call("DELETE", f"{path}?reason=Wrong", headers={"If-Match": tag})
    assert (gone.status_code, gone.json["evidence_file"], gone.json["value"]) == (200, None, 61)
    assert_problem(analyst.get(path), 404, "not_found")


def test_says_what_was_attached_when_the_history_is_read(caller, placed, path, measurement):
    """Name and size stand in the history, no checksum."""
    analyst = caller("analyst")
    attach(analyst, path, analyst.get(measurement).headers["ETag"])
    change = analyst.get(f"/indicators/{placed.indicator_id}/history").json["changes"][0]
    assert change["after"] == {"evidence_file": {"name": "survey.pdf", "n_bytes": len(PDF)}}


def test_refuses_when_the_file_the_version_or_the_reason_is_wrong(caller, path, measurement):
    """Each in its own words, and nothing is changed."""
    analyst = caller("analyst")
    tag = analyst.get(measurement).headers["ETag"]
    kind = attach(analyst, path, tag, name="page.html", content=b"<script>")
    assert_problem(kind, 422, "invalid", "file")
    assert_problem(attach(analyst, path, tag, content=b""), 422, "invalid", "file")
    assert_problem(attach(analyst, path, tag, reason=""), 422, "invalid", "reason")
    assert_problem(attach(analyst, path, '"1-9-approved"'), 412, "changed_in_between")
    assert_problem(analyst.call("PUT", f"{path}?name=a.pdf&reason=x", data=PDF), 428, "precondition_required")
    assert_problem(attach(caller("viewer"), path, tag), 403, "not_allowed")
    assert analyst.get(measurement).headers["ETag"] == tag
