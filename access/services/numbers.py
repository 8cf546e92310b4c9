"""Numbers of the one sequence behind subjects, schedules and the `want` of rights."""

from access.statements import fetch


def draw(count: int) -> list[int]:
    """`count` new numbers, each higher than all drawn before it in this transaction; never used again."""
    return [row[0] for row in fetch("SELECT nextval('access_number') FROM generate_series(1, %s)", [count])]
