"""Which process computes which job, on a folder that several processes or machines share.

A lease on a job is a small file beside its result, a hard link to one that is written already: of two processes exactly one
succeeds, on network file systems too. It names the machine and the process, from its first moment on, so that whoever is killed
leaves none that names nobody; and its holder touches it every few seconds. A lease is dead when its process
is gone (seen from the same machine) or when a waiting process has seen it untouched for ``STALE`` seconds of its own
clock, so that clocks need not agree. A dead lease is not removed, which two processes might do at once and one of them to its
successor: it is outbid by a lease of the next generation, made in the same way. When the result is there, the leases go.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from verify.files import temporary_of

BEAT = 5.0  # seconds between touches
STALE = 60.0  # seconds without a touch after which a lease is dead; longer than a network file system caches attributes
_own: set[Path] = set()  # what this process holds: another lease with its number is of an earlier process


def newest(result: Path) -> Path | None:
    """The lease in force on a result file, if there is one."""
    found = sorted(result.parent.glob(f"{result.stem}.lease.*"), key=_generation)
    return found[-1] if found else None


def take(result: Path, dead: Path | None = None) -> Path | None:
    """A lease on the result file, or None while another holds it; ``dead`` is one that the caller saw untouched too long."""
    held = newest(result)
    if held is not None and held != dead and not _abandoned(held):
        return None
    mine = result.parent / f"{result.stem}.lease.{_generation(held) + 1 if held else 0}"
    mine.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(result)
    try:
        temporary.write_text(json.dumps({"host": socket.gethostname(), "pid": os.getpid()}), encoding="utf-8")
        _own.add(mine.absolute())  # before it is there: another thread would take it for one of an earlier process
        _link(temporary, mine)
    except (FileExistsError, FileNotFoundError):  # one is there, or the result is and all beside it was swept up
        return None
    finally:
        temporary.unlink(missing_ok=True)
    return mine


def _link(written: Path, name: Path) -> None:
    """Give the file that other name. FileExistsError where there is one of that name; a copy where there are no hard links."""
    try:
        os.link(written, name)
    except FileExistsError:
        raise
    except OSError:
        content = written.read_text(encoding="utf-8")
        with name.open("x", encoding="utf-8") as file:
            try:
                file.write(content)
                file.flush()
            except BaseException:  # a full disk, say: no lease rather than one that names nobody
                name.unlink(missing_ok=True)
                raise


def outlive(result: Path, say: Callable[[str], None]) -> Path | None:
    """A lease on a result that has one, once that has been seen untouched for ``STALE`` seconds; None if its holder lives."""
    held = newest(result)
    if held is None or abs(time.time() - _touched(held) / 1e9) < 2 * BEAT:
        return None
    say(f"{held} is not touched any more: waiting {STALE:.0f} s for a sign of life of the process that holds it")
    watch, before = Watch(), _touched(held)
    while not watch.free(result):
        if newest(result) != held or _touched(held) != before:
            return None
        time.sleep(STALE / 100)
    return take(result, watch.dead(result))


class Watch:
    """Leases as a waiting process sees them, and since when each has not been touched."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[int, float]] = {}

    def free(self, result: Path) -> bool:
        """No living process holds a lease on the result."""
        held = newest(result)
        return held is None or _abandoned(held) or self._untouched(held) > STALE

    def dead(self, result: Path) -> Path | None:
        """The lease in force, if it has been seen untouched too long."""
        held = newest(result)
        return held if held is not None and self._untouched(held) > STALE else None

    def _untouched(self, lease: Path) -> float:
        touched, now = _touched(lease), time.monotonic()
        if self._seen.get(lease, (None, now))[0] != touched:
            self._seen[lease] = (touched, now)
        return now - self._seen[lease][1]


@contextmanager
def beating(lease: Path) -> Iterator[None]:
    """Keep the lease alive inside, and give it up at the end."""
    stop = Event()

    def beat() -> None:
        while not stop.wait(BEAT):
            try:
                os.utime(lease)
            except OSError:  # the folder is away for a moment: the next touch will do
                continue

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        lease.unlink(missing_ok=True)
        _own.discard(lease.absolute())


def sweep_up(result: Path) -> None:
    """Remove what computing a result left beside it: dead leases and temporary files. The result must be there."""
    for stray in result.parent.glob(f"{result.stem}.*"):
        if stray != result:
            stray.unlink(missing_ok=True)


def _generation(lease: Path) -> int:
    return int(lease.suffix[1:])


def _touched(lease: Path) -> int:
    """When, in nanoseconds; now for one that was given up just now."""
    try:
        return lease.stat().st_mtime_ns
    except FileNotFoundError:
        return time.time_ns()


def _abandoned(lease: Path) -> bool:
    """The lease is of a process of this machine that has ended."""
    try:
        holder = json.loads(lease.read_text(encoding="utf-8"))
        earlier = int(holder["pid"]) == os.getpid() and lease.absolute() not in _own
        return holder["host"] == socket.gethostname() and (earlier or not _runs(int(holder["pid"])))
    except (OSError, ValueError, KeyError, TypeError):  # given up just now, or its content is still on the way
        return False


def _runs(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except (OSError, IndexError):  # another user's process, or a system without /proc
        return True
