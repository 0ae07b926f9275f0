"""What is watched of dual averaging, from the sums of all gradients and steps so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.claims.methods.averaging import Averaged, S, root
from verify.claims.methods.setting import STEPS, agree, total
from verify.evidence import Case, claim
from verify.methods.mda import Mixing
from verify.methods.rda import RDA
from verify.methods.rmda import RMDA
from verify.methods.sda import Weight
from verify.penalties import L1


class Watched(Averaged):
    """One model a case, as the quantities are asked for: 1,000 of them."""

    def each(self, case: Case, i: int, xp: Any) -> list[tuple[Any, Any]]:
        """(found, right) of one case after every step."""
        raise NotImplementedError

    def margin(self, case: Case, xp: Any) -> Any:
        rows = [self.each(case, i, xp) for i in range(len(case["w"]))]
        found, right = (np.array([[pair[k] for pair in row] for row in rows]) for k in (0, 1))
        return agree(xp, (found, right))


class WatchedMDA(Watched):
    newest = True

    def each(self, case: Case, i: int, xp: Any) -> list[tuple[Any, Any]]:
        pairs, method, penalty = [], RMDA(), L1._unchecked(lam=case["lam"][i])
        w, state = case["w"][i], method.restart(case["w"][i], xp)
        for t in range(STEPS):
            hyper = Mixing(case["eta"][i, t], case["c"][i, t])
            state, w = method.step(state, w, case["g"][i, t], hyper, penalty, xp)
            s = [case["eta"][i, r] * root(r + 1, xp) for r in range(t + 1)]
            found = method.newest(state, w, hyper) if self.newest else method.anchoring(state, w, hyper)
            pairs.append((found, (s[t] if self.newest else root(t + 1, xp)) / total(s)))
        return pairs


class WatchedAnchoring(WatchedMDA):
    newest = False


class WatchedRDA(Watched):
    def each(self, case: Case, i: int, xp: Any) -> list[tuple[Any, Any]]:
        pairs, method, penalty = [], RDA(), L1._unchecked(lam=case["lam"][i])
        w, state = case["w"][i], method.init(case["w"][i], Weight(1), penalty, xp)
        for t in range(STEPS):
            hyper = Weight(case["beta"][i, t])
            state, w = method.step(state, w, case["g"][i, t], hyper, penalty, xp)
            means = [sum(column) / (t + 1) for column in zip(*case["g"][i, : t + 1], strict=True)]
            pairs.append((method.largest_mean(state, w, hyper), max(max(m, -m) for m in means)))
        return pairs


for _id, _file, _class, _statement, _why in (
    (
        "MDA.newest",
        "mda",
        WatchedMDA,
        r"MDA.newest after step $t$ is $s_t / \sum_{k \le t} s_k$ with " + S,
        "t for its root, or eta alone",
    ),
    ("MDA.anchoring", "mda", WatchedAnchoring, r"MDA.anchoring is $\sqrt t/\sum_{k \le t} s_k$ with " + S, "t for its root"),
    (
        "RDA.largest_mean",
        "rda",
        WatchedRDA,
        r"RDA.largest_mean is $\max_i |\frac1t \sum_{s \le t} g_{s,i}|$",
        "the largest signed mean",
    ),
):
    claim(
        f"METHOD.{_id}",
        place=f"verify/methods/{_file}.py",
        expected="unrefuted",
        form="own",
        kind="run",
        why=f"{_why} disagrees",
    )(type(_class.__name__, (_class,), {"__doc__": f"{_statement}."}))
