"""How tests are dealt out to several processes (`make test JOBS=3`).

What starts programs of its own stays together, so that each is started once; all else goes wherever
there is room. (xdist's own way, `--dist loadgroup`, marks tests by changing their names, which
pytest 9.2 no longer lets it do.)
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

# One running product for all tests of such a folder; below the others, one module is one piece of work.
ON_THE_STACK = {"live", "browser"}
BY_MODULE = {"broker", "mosquitto", "runtime", "simulator"}


class Dealer(LoadScopeScheduling):
    """Hands out pieces of work, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        """The piece of work a test belongs to."""
        return piece_of(nodeid)


def piece_of(nodeid: str) -> str:
    """`nodeid` itself when the test may run anywhere, else what it must stay together with."""
    module = PurePosixPath(nodeid.partition("::")[0])
    if folder := ON_THE_STACK & set(module.parts):
        return folder.pop()
    return str(module) if BY_MODULE & set(module.parts) else nodeid
