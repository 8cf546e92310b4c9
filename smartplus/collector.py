"""When Python's collector of cycles looks: seldom while a program is loaded, never again at what stays."""

import gc

USUAL = gc.get_threshold()


def load() -> None:
    """Everything is imported now, hundreds of thousands of objects: looking through them again after each 700
    takes a tenth of the start."""
    gc.set_threshold(5_000, 20, 20)


def keep() -> None:
    """What is loaded lives as long as the process: it is kept out of the collector's sight."""
    gc.freeze()
    gc.set_threshold(*USUAL)


def keep_pages() -> None:
    """All pages are loaded as well. What a request makes goes with it: looking seldom spares some request the
    tens of milliseconds that a look through everything takes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
