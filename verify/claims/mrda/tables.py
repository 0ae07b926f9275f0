"""Section 4: the tables against each other, and what the text says of them."""

from __future__ import annotations

from fractions import Fraction

from verify.claims.mrda.table_numbers import (
    LAMBDAS,
    SETTINGS_4,
    SETTINGS_5,
    SETTINGS_6,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    TABLE_5,
    TABLE_6,
    Row,
    above,
)
from verify.evidence import Fact, claim


def shown(*numbers: Fraction | None) -> str:
    return ", ".join("N/A" if n is None else f"{float(n):.2f}" for n in numbers)


def accuracy(row: Row) -> Fraction:
    return row[0] or Fraction(0)


def sparsity(row: Row) -> Fraction:
    return row[1] or Fraction(0)


@claim(
    "MRDA.S4.tables",
    place="Tables 4, 5 and 6",
    kind="text",
    expected="refuted",
    why="SGD on CIFAR-10/ResNet18: Tables 4 and 5 have 89.27 and 99.57, Table 6 has 89.50 and 99.21",
    erratum="misprint",
    fix="MRDA.S4.tables.agree",
    falls="RDA is 1.40 points above SGD there, not 1.17; nothing else",
)
class Brackets:
    r"""The tables agree with each other where they report the same run: SGD with momentum on CIFAR-10 and ResNet18. (Table 6's
    pair is RDA's own for VGG19 in Table 5: copied from there.)"""

    def facts(self) -> list[Fact]:
        five, six, four = TABLE_5["ResNet18"], TABLE_6["CIFAR-10"], TABLE_4["SGD"]
        return [
            Fact("SGD in Tables 4 and 5 is the same", five[2:] == four, f"{five[2:]}, {four}"),
            Fact(
                "SGD in Tables 5 and 6 is the same",
                five[2:] == six[2:],
                f"{five[2:]}, {six[2:]}; RDA on VGG19: {TABLE_5['VGG19'][:2]}",
            ),
        ]


@claim(
    "MRDA.S4.tables.agree",
    place="Tables 1 to 6",
    kind="text",
    form="fix",
    expected="proved",
    why="Table 6's bracket breaks it",
)
class Agree:
    r"""All other numbers that appear twice agree, with their $\sigma$, $\lambda$ and $\gamma$: the columns $\gamma = 1$ of
    Tables 2 and 3 with Table 1, RDA in Tables 1, 4, 5, 6, SGD in Tables 4 and 5, prox-SGD and $\sqrt t$ in Table 4 with Tables
    3 and 1; and Table 6's bracket is Table 5's row for RDA on VGG19."""

    def facts(self) -> list[Fact]:
        two = [k for k in TABLE_2 if TABLE_2[k]["1.0"] != TABLE_1["RDA"][k]]
        three = [k for k in TABLE_3 if TABLE_3[k]["1.0"] != TABLE_1["prox-SGD"][k]]
        rda = {TABLE_4["RDA"], TABLE_5["ResNet18"][:2], TABLE_6["CIFAR-10"][:2]}
        runs = {SETTINGS_4["RDA"], SETTINGS_5["ResNet18"], SETTINGS_6["CIFAR-10"]}
        by_gamma: dict[tuple[str, ...], Row] = {("RDA", k, g): r for k, t in TABLE_2.items() for g, r in t.items()}
        by_gamma |= {("prox-SGD", k, g): r for k, t in TABLE_3.items() for g, r in t.items()}
        by_gamma |= {("sqrt(t)", k, "1.0"): r for k, r in TABLE_1["sqrt(t)"].items()}
        taken = [
            n for n, (sparse, *run) in SETTINGS_4.items() if by_gamma[n, *run] != (Fraction(TABLE_4[n][0]), Fraction(sparse))
        ]
        return [
            Fact("Table 2 at gamma = 1 is RDA in Table 1", not two, "three values of lambda"),
            Fact("Table 3 at gamma = 1 is prox-SGD in Table 1", not three, "two values of lambda"),
            Fact("RDA on CIFAR-10/ResNet18 in Tables 4, 5, 6", len(rda) == len(runs) == 1, f"{rda}, {runs}"),
            Fact("SGD on it in Tables 4 and 5", TABLE_4["SGD"] == TABLE_5["ResNet18"][2:], str(TABLE_4["SGD"])),
            Fact("Table 4 takes its rows from Tables 1 to 3", not taken, "90.67, 89.80, 82.47"),
            Fact("Table 6's bracket is RDA's VGG19 row", TABLE_6["CIFAR-10"][2:] == TABLE_5["VGG19"][:2], "89.50, 99.21"),
        ]


@claim(
    "MRDA.S4.tables.best",
    place="caption of Table 1",
    kind="text",
    form="printed",
    expected="refuted",
    why="at lambda = 1e-4 prox-SGD has 88.74 to RDA's 74.04; at 1e-6 sqrt(t) has sparsity 1.00 to 0.94",
    erratum="gap",
    fix="MRDA.S4.tables.best.fix",
    falls="only the reading at equal lambda, which the caption does not print; for each method's best accuracy it is so",
)
class BestOfAll:
    r"""In Table 1 RDA gives the best result, on both the top-1 accuracy and the sparsity: at each $\lambda$."""

    def facts(self) -> list[Fact]:
        found = []
        for lam in LAMBDAS:
            row = [TABLE_1[m][lam] for m in ("RDA", "sqrt(t)", "prox-SGD")]
            first = all(accuracy(row[0]) >= accuracy(r) for r in row)
            second = all(sparsity(row[0]) >= sparsity(r) for r in row)
            found.append(Fact(f"lambda = {lam}: RDA's accuracy is the best", first, shown(*[r[0] for r in row])))
            found.append(Fact(f"lambda = {lam}: RDA's sparsity is the best", second, shown(*[r[1] for r in row])))
        return found


@claim(
    "MRDA.S4.tables.best.fix",
    place="caption of Table 1",
    kind="text",
    expected="proved",
    why="Table 2 would break its last part for accuracy alone: 92.25 at lambda = 1e-8, gamma = 0.4, sparsity 0.12",
)
class BestPoints:
    r"""In Table 1 RDA's most accurate run (90.67, sparsity 0.94) is more accurate and sparser than those of the two others,
    and no run of Tables 1 to 3 is at least as accurate and as sparse."""

    def facts(self) -> list[Fact]:
        best = {m: max(t.values(), key=accuracy) for m, t in TABLE_1.items()}
        rda = best["RDA"]
        others = [best["sqrt(t)"], best["prox-SGD"]]
        runs = [r for t in (*TABLE_1.values(), *TABLE_2.values(), *TABLE_3.values()) for r in t.values()]
        over = {r for r in runs if accuracy(r) >= accuracy(rda) and sparsity(r) >= sparsity(rda)}
        return [
            Fact(
                "the most accurate run is RDA's",
                all(accuracy(rda) > accuracy(r) for r in others),
                shown(*[r[0] for r in best.values()]),
            ),
            Fact(
                "it is the sparsest of the three",
                all(sparsity(rda) > sparsity(r) for r in others),
                shown(*[r[1] for r in best.values()]),
            ),
            Fact("no other run is as good in both", over == {rda}, f"{len(runs)} runs"),
        ]


@claim(
    "MRDA.S4.tables.sparser",
    place="Section 3.3, below Eq. 26, on Tables 1 to 3",
    kind="text",
    form="printed",
    expected="proved",
    why="exchanging the two methods' rows breaks it",
)
class SparserInTables:
    r"""RDA is sparser than prox-SGD: in Table 1 for all seven $\lambda$ (a tie, 1.00, at $10^{-2}$), and for all ten $\gamma$
    at $\lambda = 10^{-6}$ in Tables 2 and 3, where it is also more accurate."""

    def facts(self) -> list[Fact]:
        pairs = [(TABLE_1["RDA"][k], TABLE_1["prox-SGD"][k]) for k in LAMBDAS]
        more = [(TABLE_2["1e-6"][k], TABLE_3["1e-6"][k]) for k in TABLE_3["1e-6"]]
        weak = all(sparsity(a) >= sparsity(b) for a, b in pairs)
        strict = sum(sparsity(a) > sparsity(b) for a, b in pairs)
        sparse = sum(sparsity(a) > sparsity(b) for a, b in more)
        better = sum(accuracy(a) > accuracy(b) for a, b in more)
        return [
            Fact("Table 1, every lambda", weak and strict == 6, f"{strict} of {len(pairs)} strictly"),
            Fact("Tables 2 and 3, every gamma", sparse == len(more), f"{sparse} of {len(more)}"),
            Fact("and more accurate", better == len(more), f"{better} of {len(more)}"),
        ]


@claim(
    "MRDA.S4.tables.convergent",
    place="caption of Table 1 against Section 3.3",
    kind="text",
    form="printed",
    expected="refuted",
    why="Section 3.3: 'this iteration will converge to w = 0'; the caption: 'it is not convergent'",
    erratum="gap",
    fix="MRDA.E26.fix",
    falls="nothing: neither sentence names the limit that the other means. For bounded gradients the method ends at 0; the "
    "caption may mean that it does not converge to a solution of (3)",
)
class Convergent:
    r"""Table 1's caption and Section 3.3, if both mean the same convergence, agree on whether the $\sqrt t$ method
    converges."""

    def facts(self) -> list[Fact]:
        says = {"Section 3.3": True, "caption of Table 1": False}
        return [Fact("they say the same", len(set(says.values())) == 1, "'will converge to w = 0'; 'it is not convergent'")]


@claim(
    "MRDA.S4.tables.accuracy",
    place="Section 1, on Table 4",
    kind="text",
    form="printed",
    expected="proved",
    why="SGD's row for RDA's would break it: sparsity 0.00",
)
class BesideProxSGD:
    r"""MRDA is sparser than prox-SGD while keeping the accuracy, on CIFAR-10: in Table 4 with sparsity 0.94 to 0.03 and top-1
    accuracy 90.67 to 89.80, of prox-SGD's runs in Tables 1 and 3 the most accurate."""

    def facts(self) -> list[Fact]:
        (ours, _), (other, _) = TABLE_4["RDA"], TABLE_4["prox-SGD"]
        sparse, most = SETTINGS_4["RDA"][0], SETTINGS_4["prox-SGD"][0]
        runs = [accuracy(r) for t in (TABLE_1["prox-SGD"], *TABLE_3.values()) for r in t.values()]
        return [
            Fact("sparser", Fraction(sparse) > Fraction(most), f"{sparse}, {most}"),
            Fact("at least as accurate", Fraction(ours) >= Fraction(other), f"{ours}, {other}"),
            Fact("prox-SGD's most accurate run", Fraction(other) == max(runs), f"of {len(runs)}"),
        ]


@claim(
    "MRDA.S4.tables.baselines",
    place="Sections 1 and 4.2, on Tables 1 to 6",
    kind="text",
    form="printed",
    expected="refuted",
    why="Tables 1, 3 and 4 have prox-SGD and sqrt(t) on CIFAR-10; Table 6 has RDA and SGD with momentum only",
    erratum="gap",
    fix="MRDA.S4.tables.accuracy",
    falls="what is said of MNIST, CIFAR-100 and ImageNet beside prox-SGD has no number; on CIFAR-10 it stands",
)
class Baselines:
    r"""prox-SGD is compared with MRDA on MNIST and CIFAR-10 (Section 1), and RDA with prox-SGD and $\sqrt t$-SGD on MNIST,
    CIFAR-10, CIFAR-100 and ImageNet (Section 4.2): each data set has a number for each method."""

    def facts(self) -> list[Fact]:
        columns = {"RDA", "SGD"}  # of Table 6, and of Table 5
        found = {name: set(TABLE_4) if name == "CIFAR-10" else columns for name in TABLE_6}
        return [
            Fact(f"{name}: all four", methods == set(TABLE_4), ", ".join(sorted(methods))) for name, methods in found.items()
        ]


@claim(
    "MRDA.S4.tables.momentum",
    place="abstract and Section 5, on Tables 5 and 6",
    kind="text",
    form="printed",
    expected="proved",
    why="Table 6's bracket for CIFAR-10 would make it +1.17",
)
class CertainDatasets:
    r"""RDA has almost the same accuracy as SGD with momentum on certain data sets: within 1 point, or above, in two of the six
    rows: ResNet18 on CIFAR-10 (+1.40) and MNIST (-0.02); on the same CIFAR-10 with VGG16 and VGG19 it is 4.41 and 2.20 points
    below, on ImageNet 7.45. (No training accuracy is given, so that this is poor generalisation, as the text says, cannot be
    told from the tables.)"""

    def facts(self) -> list[Fact]:
        pairs = TABLE_5 | {k: r for k, r in TABLE_6.items() if k != "CIFAR-10"}
        far = {"ResNet18": "1.40", "VGG16": "-4.41", "VGG19": "-2.20", "MNIST": "-0.02", "ImageNet": "-7.45"}
        close = [name for name, r in pairs.items() if above(r[0], r[2]) >= -1]
        found = [Fact("two rows are close or above", close == ["ResNet18", "MNIST"], f"{close} of {len(pairs)}")]
        for name, points in far.items():
            ours, other = pairs[name][0], pairs[name][2]
            found.append(Fact(f"{name}: {points}", above(ours, other) == Fraction(points), f"{ours} - {other}"))
        return found
