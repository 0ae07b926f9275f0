"""Which claims a command line means."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click

from verify.evidence.claim import CLAIMS, Claim
from verify.evidence.run import in_one_line
from verify.names import hint
from verify.user_files import import_file


def choose(targets: Sequence[str], paper: str | None = None) -> list[Claim]:
    """The claims named by ids, globs and claim files (``*.py``), all if there are none, of one paper if given; in order.

    Raises click.UsageError for an unknown id or paper, a glob that matches nothing, and a file that cannot be imported.
    """
    chosen: dict[str, Claim] = {}
    if any(not _is_file(target) for target in targets) or not targets:
        _load()
    catalogue = dict(CLAIMS)
    for target in targets:
        found = _from_file(Path(target)) if _is_file(target) else _from_ids(target, catalogue)
        chosen.update({claim.id: claim for claim in found})
    _check_fixes(list(chosen.values()))
    return _of_paper(list(chosen.values()) if targets else sorted(catalogue.values(), key=lambda c: c.id), paper)


def _load() -> None:
    from verify.claims import load

    try:
        load()
    except Exception as error:
        raise click.UsageError(f"the claims cannot be imported: {in_one_line(error)}") from error


def _is_file(target: str) -> bool:
    return target.endswith(".py")


def _from_ids(target: str, catalogue: dict[str, Claim]) -> list[Claim]:
    if any(c in target for c in "*?["):
        found = [catalogue[i] for i in sorted(catalogue) if fnmatchcase(i, target)]
        if not found:
            raise click.UsageError(f"no claim matches {target!r}; proxproof list claims shows all {len(catalogue)}")
        return found
    if target in catalogue:
        return [catalogue[target]]
    raise click.UsageError(f"unknown claim {target!r}; {hint(target, catalogue) or 'proxproof list claims shows all'}")


def _from_file(path: Path) -> list[Claim]:
    if not path.is_file():
        raise click.UsageError(f"no such claim file: {path}")
    try:
        module = import_file(path)
    except (Exception, SystemExit) as error:
        raise click.UsageError(f"cannot import {path}: {in_one_line(error, str(path.resolve()))}") from error
    found = [claim for claim in CLAIMS.values() if type(claim).__module__ == module]
    if not found:
        raise click.UsageError(f"{path} defines no claim; decorate a class with @claim(...) of verify.evidence")
    return found


def _check_fixes(claims: Sequence[Claim]) -> None:
    """Raises click.UsageError where a claim is corrected by one that does not exist."""
    if any(claim.fix not in (None, *CLAIMS) for claim in claims):
        _load()
    for claim in claims:
        if claim.fix not in (None, *CLAIMS):
            near = hint(str(claim.fix), CLAIMS)
            what = near or "where it is in another file, give that file too"
            raise click.UsageError(f"{claim.id}: fix={claim.fix!r} names no claim; {what}")


def target(claim: Claim) -> str:
    """What a command line calls the claim by: its id, or the file of the user's own that defines it."""
    file = inspect.getfile(claim.made_from or type(claim))
    return claim.id if type(claim).__module__.startswith("verify.") else file


def _of_paper(claims: list[Claim], paper: str | None) -> list[Claim]:
    if paper is None:
        return claims
    found = [claim for claim in claims if claim.paper.casefold() == paper.casefold()]
    if not found:
        known = ", ".join(sorted({claim.paper for claim in claims})) or "none"
        raise click.UsageError(f"no claim of the paper {paper!r} among those chosen; papers: {known}")
    return found
