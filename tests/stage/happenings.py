"""How each event about the stage comes to be told."""

from stage import requests, services
from stage.models import HandRaise, JoinRequest
from stage.places import confirm, put_on_stage, take_off
from tests.conftest import as_person


def raise_hand(session, guest, host):
    services.raise_hand(actor=as_person(guest), session=session, message="Why so fast?")


def lower_hand(session, guest, host):
    HandRaise.objects.create(session=session, user=guest)
    services.lower_hand(actor=as_person(guest), session=session)


def approve_hand(session, guest, host):
    hand = HandRaise.objects.create(session=session, user=guest)
    services.approve(actor=as_person(host), session=session, kind=HandRaise, request_id=hand.pk)


def reject_hand(session, guest, host):
    hand = HandRaise.objects.create(session=session, user=guest)
    services.reject(actor=as_person(host), session=session, kind=HandRaise, request_id=hand.pk)


def ask(session, guest, host):
    services.request_to_join(actor=as_person(guest), session=session)


def withdraw(session, guest, host):
    JoinRequest.objects.create(session=session, user=guest)
    requests.withdraw(session, guest.pk)


def approve_request(session, guest, host):
    asked = JoinRequest.objects.create(session=session, user=guest)
    services.approve(actor=as_person(host), session=session, kind=JoinRequest, request_id=asked.pk)


def reject_request(session, guest, host):
    asked = JoinRequest.objects.create(session=session, user=guest)
    services.reject(actor=as_person(host), session=session, kind=JoinRequest, request_id=asked.pk)


def bring_on(session, guest, host):
    put_on_stage(session, guest)


def confirm_place(session, guest, host):
    put_on_stage(session, guest)
    confirm(session)


def come_and_go(session, guest, host):
    put_on_stage(session, guest)
    confirm(session)
    take_off(session, guest.pk)


def mute(session, guest, host):
    put_on_stage(session, guest)
    confirm(session)
    identity = str(guest.pk)
    services.change_permissions(actor=as_person(host), session=session, identity=identity, can_publish_audio=False)


def arrange(session, guest, host):
    services.change_layout(actor=as_person(host), session=session, layout="spotlight", spotlight_identity=str(host.pk))


def hide(session, guest, host):
    services.hide(actor=as_person(host), session=session)


HAPPENINGS = {
    "hand.raised": (True, raise_hand),
    "hand.lowered": (True, lower_hand),
    "hand.approved": (True, approve_hand),
    "hand.rejected": (True, reject_hand),
    "join_request.created": (True, ask),
    "join_request.withdrawn": (True, withdraw),
    "join_request.approved": (True, approve_request),
    "join_request.rejected": (True, reject_request),
    "stage.waiting": (True, raise_hand),
    "stage.joined": (True, bring_on),
    "stage.left": (True, come_and_go),
    "stage.permissions": (True, mute),
    "stage.layout": (True, arrange),
    "stage.hidden": (True, hide),
    "you.on_stage": (True, confirm_place),
    "you.off_stage": (True, come_and_go),
}
