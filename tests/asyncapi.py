"""The AsyncAPI file as tests use it: every frame that a server sends is compared with it."""

from functools import cache

from jsonschema import Draft202012Validator

from webinar.asyncapi import asyncapi


@cache
def document():
    return asyncapi()


@cache
def _validator(name):
    components = {"components": {"schemas": document()["components"]["schemas"]}}
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", **components})


def faults(name, value):
    """What is wrong with ``value`` as the schema ``name``."""
    return [f"{fault.json_path}: {fault.message}" for fault in _validator(name).iter_errors(value)]


def assert_matches_frame(frame):
    """``frame``, from the server, is one that the file describes."""
    if "events" in frame:
        for event in frame["events"]:
            if event["type"] in document()["components"]["schemas"]:  # tests have events of their own
                assert faults(event["type"], event) == []
        return
    kind = "Reset" if "reset" in frame else "Reply" if frame.get("ok") else "Refusal"
    if kind == "Reply" and isinstance(frame["data"], dict) and "heartbeat" in frame["data"]:
        kind = "Welcome"
    assert faults(kind, frame) == []
