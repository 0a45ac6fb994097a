from django.apps import AppConfig
from django.conf import settings


class SocketsConfig(AppConfig):
    name = "sockets"

    def ready(self) -> None:
        """With Centrifugo: connect changes of rights to the connections that it holds."""
        if settings.REALTIME_BROKER == "centrifugo":
            from realtime.brokers import get_broker
            from realtime.brokers.centrifugo import CentrifugoBroker
            from sockets.centrifugo import rights

            broker = get_broker()
            assert isinstance(broker, CentrifugoBroker)
            rights.listen(broker)
