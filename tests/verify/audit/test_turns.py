from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise

from verify.audit.turns import OFTEN, Turns


def ran(function, threads: int) -> None:
    turns = Turns(threads)

    def work(me: int) -> None:
        turns.call(me, function, me)
        turns.leave(me)

    workers = [threading.Thread(target=work, args=(me,)) for me in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_turns_end_within_a_function():
    begun = []

    def three_lines(me):
        begun.append(me)
        begun.append(me)
        begun.append(me)

    for _ in range(3):
        begun.clear()
        ran(three_lines, 4)
        assert Counter(begun) == Counter(3 * [0, 1, 2, 3])
        assert sum(a != b for a, b in pairwise(begun)) > 4


def test_a_generator_that_threads_share_raises_and_does_not_crash():
    def numbers():
        n = 0
        while True:
            n += 1
            yield n

    shared, raised = numbers(), []

    def draw(me):
        for _ in range(20):
            try:
                next(shared)
            except ValueError as error:
                raised.append(str(error))

    ran(draw, 4)
    assert set(raised) <= {"generator already executing"}


def test_a_thread_that_waits_for_another_does_not_stop_it():
    lock, done = threading.Lock(), []

    def locked(me):
        with lock:
            done.append(me)
            done.append(me)

    ran(locked, 3)
    assert Counter(done) == {0: 2, 1: 2, 2: 2}
    assert done[::2] == done[1::2]


def test_long_loops_end():
    total = Counter()

    def loop(me):
        for _ in range(100 * OFTEN):
            total[me] += 1

    ran(loop, 2)
    assert total == {0: 100 * OFTEN, 1: 100 * OFTEN}
