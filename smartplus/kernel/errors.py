"""How a service says no."""


class Refused(Exception):
    """A rule of the product forbids the change; nothing was written.

    `message` is for the person (what is wrong and the way out), `field` names the form field
    it belongs to (None: the whole form), `code` is for tests and the API.
    """

    def __init__(self, message: str, *, field: str | None = None, code: str = "refused") -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field
        self.code = code


class RefusedMany(Refused):
    """Several rows of one plural call were refused: `rows` maps the row's index to its refusal."""

    def __init__(self, rows: dict[int, Refused]) -> None:
        first = next(iter(rows.values()))
        super().__init__(first.message, field=first.field, code=first.code)
        self.rows = rows
