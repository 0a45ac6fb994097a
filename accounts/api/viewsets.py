"""The base of every API view: its caller is a person of `accounts`."""

from accounts.person import Person
from core.api.views import OperationViewSet


class ApiViewSet(OperationViewSet):
    """Operations of a known caller, unless they are public."""

    @property
    def person(self) -> Person:
        """The caller; ANONYMOUS without credentials."""
        return self.caller  # type: ignore[return-value]  # our authentication classes give nothing else
