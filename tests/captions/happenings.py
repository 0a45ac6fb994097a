"""How a line of captions comes to be told."""

from accounts.person import Person
from captions import services


def somebody_writes(session, guest, host):
    for number in range(4):
        services.add_line(actor=Person(user=host), session=session, text=f"Line {number}", language="en")


HAPPENINGS = {"caption.line": (True, somebody_writes)}
