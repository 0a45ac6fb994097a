"""Settings: Django's own, read from the table of environment variables in ``variables.py``."""

from webinar.settings.api import *
from webinar.settings.core import *
from webinar.settings.logs import *
from webinar.settings.product import *
from webinar.settings.security import *
