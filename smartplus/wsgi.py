"""What the web server calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartplus.settings")

application = get_wsgi_application()

# All pages are loaded now and live as long as the process. Kept out of the collector's sight, they do
# not cost some request tens of milliseconds each time everything is looked through.
get_resolver().url_patterns  # noqa: B018 - loads them
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
