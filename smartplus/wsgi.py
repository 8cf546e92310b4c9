"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from smartplus import collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus.settings")

application = get_wsgi_application()

get_resolver().url_patterns  # noqa: B018 - loads all pages
collector.keep_pages()
