from django.apps import AppConfig
from django.conf import settings


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        """Recordings get the captions of their session. With Centrifugo, changes of rights end connections it holds."""
        from live.services import transcripts
        from recordings.replay import when_completed

        when_completed(transcripts.make_tracks)
        if settings.REALTIME_BROKER == "centrifugo":
            from live.centrifugo import rights
            from realtime.brokers import get_broker
            from realtime.brokers.centrifugo import CentrifugoBroker

            broker = get_broker()
            assert isinstance(broker, CentrifugoBroker)
            rights.listen(broker)
