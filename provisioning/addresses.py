"""How a MAC stands in an address."""


class MacConverter:
    """12 characters; small letters are taken too, because people type addresses into devices."""

    regex = "[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value
