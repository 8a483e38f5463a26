"""The web of this deployment, for any WSGI server: ``gunicorn wsgi:app``."""

from config import settings
from impact import create_app

app = create_app(settings)
