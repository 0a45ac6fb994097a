"""Grants say everything that they grant, and nothing else."""

from datetime import timedelta

import jwt
import pytest

from media.livekit.client import mint_token
from media.livekit.grants import CAMERA, MICROPHONE, Grant

AUDIENCE = Grant(
    can_publish=False, sources=(), can_subscribe=True, can_publish_data=False, hidden=True, room_admin=False
)
STUDIO = Grant(
    can_publish=True,
    sources=(CAMERA, MICROPHONE),
    can_subscribe=True,
    can_publish_data=False,
    hidden=False,
    room_admin=False,
)


def claims(token, settings):
    return jwt.decode(token, settings.LIVEKIT_API_SECRET, algorithms=["HS256"])


def test_an_audience_token_writes_every_right_explicitly(settings):
    token = mint_token(identity="ada:1", room="lecture", grant=AUDIENCE, lifetime=timedelta(minutes=10))
    read = claims(token, settings)
    assert read["video"] == {
        "roomCreate": False,
        "roomList": False,
        "roomRecord": False,
        "roomAdmin": False,
        "roomJoin": True,
        "room": "lecture",
        "canPublish": False,
        "canPublishSources": [],
        "canSubscribe": True,
        "canPublishData": False,
        "canUpdateOwnMetadata": False,
        "ingressAdmin": False,
        "hidden": True,
        "recorder": False,
        "agent": False,
        "canSubscribeMetrics": False,
        "canManageAgentSession": False,
    }
    assert read["sub"] == "ada:1"
    assert read["exp"] - read["nbf"] == 600


def test_a_studio_token_publishes_its_sources_only(settings):
    token = mint_token(identity="ada", room="lecture", grant=STUDIO, name="Ada", lifetime=timedelta(hours=12))
    read = claims(token, settings)
    assert read["video"]["canPublish"] is True
    assert read["video"]["canPublishSources"] == ["camera", "microphone"]
    assert read["video"]["canPublishData"] is False
    assert read["name"] == "Ada"
    assert read["exp"] - read["nbf"] == 12 * 3600


@pytest.mark.parametrize(("can_publish", "sources"), [(True, ()), (False, (CAMERA,)), (True, ("hologram",))])
def test_rights_that_contradict_each_other_are_refused(can_publish, sources):
    with pytest.raises(ValueError):
        Grant(can_publish, sources, can_subscribe=True, can_publish_data=False, hidden=False, room_admin=False)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(hours=25)])
def test_a_token_lives_for_a_while_and_at_most_a_day(lifetime):
    with pytest.raises(ValueError):
        mint_token(identity="ada", room="lecture", grant=AUDIENCE, lifetime=lifetime)
