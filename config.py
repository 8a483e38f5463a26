"""Settings of one deployment: what the environment says.

A deployment may override here, for instance ``dataclasses.replace(settings, session_hours=8)``.
"""

from impact.settings import Settings

settings = Settings.from_environment()
