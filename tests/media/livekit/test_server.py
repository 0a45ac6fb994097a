"""What LiveKit is configured with, and how its addresses are found."""

import stat

import pytest

from media.livekit.server import NoAddress, Ports, livekit_config, node_address, write_config

PORTS = Ports(7880, 7881, 7882)


def config(address, webhook_url=None):
    return livekit_config(
        ports=PORTS, address=address, api_key="key", api_secret="secret", webhook_url=webhook_url, level="warn"
    )


def test_on_this_machine_only_media_stays_on_loopback():
    assert config("127.0.0.1")["rtc"] == {
        "tcp_port": 7881,
        "udp_port": 7882,
        "use_external_ip": False,
        "node_ip": "127.0.0.1",
        "stun_servers": ["127.0.0.1:3478"],
        "enable_loopback_candidate": True,
        "interfaces": {"includes": ["lo"]},
        "ips": {"includes": ["127.0.0.1/32"]},
    }


def test_in_public_media_uses_the_machines_own_interfaces():
    assert config("203.0.113.7")["rtc"] == {
        "tcp_port": 7881,
        "udp_port": 7882,
        "use_external_ip": False,
        "node_ip": "203.0.113.7",
        "stun_servers": ["127.0.0.1:3478"],
    }


def test_rooms_are_made_by_us_and_outlive_an_absence():
    assert config("127.0.0.1")["room"] == {"auto_create": False, "empty_timeout": 3600, "departure_timeout": 3600}


def test_signalling_listens_on_loopback_whatever_the_address():
    assert config("203.0.113.7")["bind_addresses"] == ["127.0.0.1"]


def test_webhooks_go_to_the_given_address_only():
    url = "http://127.0.0.1:9000/v1/webinar/webhooks/livekit"
    assert config("127.0.0.1", url)["webhook"] == {"api_key": "key", "urls": [url]}
    assert "webhook" not in config("127.0.0.1")


def test_the_file_with_the_secret_is_readable_by_its_owner_alone(tmp_path):
    path = tmp_path / "livekit.yaml"
    write_config(path, {"keys": {"key": "one"}})
    write_config(path, {"keys": {"key": "two"}})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert '"two"' in path.read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["livekit.yaml"]


def test_a_given_node_address_counts_before_the_public_url():
    assert node_address("https://localhost:8443", "203.0.113.7") == "203.0.113.7"


def test_without_a_given_one_the_public_urls_host_is_resolved():
    assert node_address("https://localhost:8443", "") == "127.0.0.1"
    assert node_address("https://203.0.113.9", "") == "203.0.113.9"
    assert node_address("", "") == "127.0.0.1"


def test_a_host_without_an_address_says_which_setting_helps():
    with pytest.raises(NoAddress, match="LIVEKIT_NODE_IP"):
        node_address("https://webinar.invalid", "")
