"""Settings, typed environment, URLs and the WSGI entry."""
