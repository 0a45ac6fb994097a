from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "stage"
