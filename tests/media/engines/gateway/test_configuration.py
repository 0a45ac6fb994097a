import dataclasses

import pytest

from media.engines.gateway.configuration import Configuration, Limits
from media.ingests import port


def test_the_port_and_the_engine_mean_the_same():
    told = port.IngestConfiguration(port.Listen("::1", 0), port.Limits(connections=7), port.Reencode("fast", 1))
    assert dataclasses.asdict(Configuration.read(dataclasses.asdict(told))) == dataclasses.asdict(told)
    assert dataclasses.asdict(Limits()) == dataclasses.asdict(port.Limits())


def test_what_is_left_out_has_its_default():
    assert Configuration.read({}) == Configuration()


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"listen": {"port": "high"}}, "Listen.port"),
        ({"listen": {"port": True}}, "Listen.port"),
        ({"limits": {"connections": -1}}, "Limits.connections"),
        ({"limits": {"connections": 1.5}}, "Limits.connections"),
        ({"limits": {"patience": 1}}, "patience"),
        ({"reencode": []}, "Reencode"),
    ],
)
def test_what_is_not_right_is_named(values, wrong):
    with pytest.raises(ValueError, match=wrong):
        Configuration.read(values)
