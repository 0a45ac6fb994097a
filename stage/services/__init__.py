"""Use cases of the stage; what they are made of is in ``stage.places`` and ``stage.requests``."""

from stage.services.emergency import hide, show
from stage.services.layout import change_layout
from stage.services.places import add, change_permissions, leave, mute_all, remove, stage_token
from stage.services.requests import approve, lower_hand, raise_hand, reject, request_to_join

__all__ = [
    "add",
    "approve",
    "change_layout",
    "change_permissions",
    "hide",
    "leave",
    "lower_hand",
    "mute_all",
    "raise_hand",
    "reject",
    "remove",
    "request_to_join",
    "show",
    "stage_token",
]
