"""The cache of this installation: Django's own, which keeps its client of the server."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):  # type: ignore[misc]
    """Makes one client a server, which is safe to share; Django makes one for each command, and that takes
    longer than the command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: object = None, *, write: bool = False) -> Any:
        """The client for commands of this kind."""
        index = self._get_connection_pool_index(write)
        if index not in self._kept:
            self._kept[index] = super().get_client(key, write=write)
        return self._kept[index]


class Cache(RedisCache):  # type: ignore[misc]
    """Valkey, by a client that is kept."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
