"""deploy/centrifugo.json is made from the code and closed unless a line opens it."""

import json
from pathlib import Path

from django.core.management import call_command

from sockets.centrifugo.configuration import SECRET_HEADER, configuration

ROOT = Path(__file__).parents[2]


def every(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from every(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from every(value, (*path, str(index)))
    else:
        yield path, node


def test_the_file_in_the_tree_is_what_the_code_makes():
    made = configuration(origin="http://localhost:8000", port=8000)
    assert json.loads((ROOT / "deploy" / "centrifugo.json").read_text()) == made


def test_nothing_is_allowed_to_clients_but_what_our_proxies_allow():
    found = dict(every(configuration(origin="https://webinar.example", port=8000)))
    assert [path for path, value in found.items() if path[-1].startswith("allow_") and value is not False] == []
    assert [path for path, value in found.items() if "insecure" in path[-1] and value is not False] == []
    for section in ("admin", "swagger", "debug"):
        assert found[section, "enabled"] is False
    assert found["usage_stats", "disabled"] is True
    assert found["client", "allowed_origins", "0"] == "https://webinar.example"
    assert found["client", "proxy", "connect", "enabled"] is True


def test_every_namespace_asks_us_and_keeps_history_for_recovery():
    channel = configuration(origin="https://webinar.example", port=8000)["channel"]
    assert [namespace["name"] for namespace in channel["namespaces"]] == ["session", "user"]
    for namespace in channel["namespaces"]:
        assert namespace["subscribe_proxy_enabled"] is True
        assert namespace["history_size"] > 0
        assert (namespace["force_recovery"], namespace["force_positioning"]) == (True, True)
        assert (namespace["join_leave"], namespace["force_push_join_leave"], namespace["presence"]) == (False,) * 3
    assert "subscribe_proxy_enabled" not in channel["without_namespace"]


def test_no_header_of_clients_and_no_secret_is_in_it():
    text = json.dumps(configuration(origin="https://webinar.example", port=8000))
    made = json.loads(text)
    for proxy in (made["client"]["proxy"]["connect"], made["channel"]["proxy"]["subscribe"]):
        assert proxy["http_headers"] == []
        assert proxy["http"]["static_headers"] == {SECRET_HEADER: "${CENTRIFUGO_VAR_PROXY_SECRET}"}
    assert made["channel"]["proxy"]["subscribe"]["include_connection_meta"] is True
    assert "key" not in made["http_api"]


def test_the_command_prints_it_for_the_present_settings(capsys, settings):
    settings.BASE_URL, settings.PORT = "https://webinar.example", 9000
    call_command("centrifugo_configuration")
    assert json.loads(capsys.readouterr().out) == configuration(origin="https://webinar.example", port=9000)
