"""What a command that refuses leaves: status 2, and one line on standard error."""

from __future__ import annotations

from click.testing import Result


def refusal(done: Result) -> str:
    """The one line of a call that was refused."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr
