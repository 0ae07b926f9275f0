from __future__ import annotations

import threading
from collections import Counter

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


def test_every_thread_does_one_operation_in_its_turn():
    begun = []

    def three_lines(me):
        begun.append(me)
        begun.append(me)
        begun.append(me)

    ran(three_lines, 4)
    order = begun[:4]
    assert sorted(order) == [0, 1, 2, 3]
    assert begun == 3 * order


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
