"""torchao: the prox maps of its pruning optimizers (``torchao.prototype.pat``: ``apply_`` changes a tensor in place, gamma is
the step) and of its quantisation (``torchao.prototype.parq``). They have no value functions: the values here are those whose
thresholds the classes document, reg_lambda tau(p) times the norm, and the indicators of the sets that they project on."""

from __future__ import annotations

from functools import partial

from verify.audit.survey.peer import Map, Peer

WEIGHTS = {"reg_lambda": (0.5, 2.0)}
IN_PLACE = "x = z.clone(); R.apply_(x, t)"
SINGULAR = "x = z.clone()\nwith group.SVDGrouper(x) as grouper: R.apply_(grouper.p, t)"
LEVELS = "torch.tensor([-1.0, 0.0, 0.5, 2.0], dtype=x.dtype)"

documented = partial(Map, documented=True)
quantised = partial(documented, imports="import torch; from torchao.prototype.parq import optim")

PRUNING = (
    documented("ProxLasso", "optim.ProxLasso(reg_lambda)", WEIGHTS, prox=IN_PLACE, value="reg_lambda * x.abs().sum()"),
    documented(
        "ProxLasso, reg_lambda = 0",
        "optim.ProxLasso(0.0)",
        prox=IN_PLACE,
        value="0.0 * x.sum()",
        why="reg_lambda = 0, the default of PruneOptimizer, makes 0/0 of a weight that is zero, and the weight NaN; "
        "ProxGroupLasso does the same to a group of zeros",
    ),
    documented(
        "ProxGroupLasso",
        "optim.ProxGroupLasso(reg_lambda)",
        WEIGHTS,
        shape=(4,),
        prox=IN_PLACE,
        value="reg_lambda * 2 * torch.linalg.vector_norm(x)",
    ),
    documented(
        "ProxGroupLassoVectorized",
        "optim.ProxGroupLassoVectorized(reg_lambda, reduce_dim=1)",
        WEIGHTS,
        shape=(2, 4),
        prox=IN_PLACE,
        value="reg_lambda * 2 * torch.linalg.vector_norm(x, dim=1).sum()",
    ),
    documented(
        "ProxNuclearNorm in SVDGrouper",
        "optim.ProxNuclearNorm(reg_lambda)",
        WEIGHTS,
        shape=(3, 2),
        prox=SINGULAR,
        value="reg_lambda * torch.linalg.svdvals(x).sum()",
    ),
    documented(
        "MinSparsityConstraint",
        "optim.MinSparsityConstraint(1.0, min_sparsity=0.5)",
        shape=(4, 2),
        prox=IN_PLACE,
        value="0.0 if (x != 0).any(dim=1).sum() <= 2 else torch.inf",
    ),
    documented(
        "NMSparseConstraint",
        "optim.NMSparseConstraint(1.0, n_nonzero=2)",
        shape=(4,),
        prox=IN_PLACE,
        value="0.0 if torch.count_nonzero(x) <= 2 else torch.inf",
    ),
    documented(
        "MinRankConstraint in SVDGrouper",
        "optim.MinRankConstraint(1.0, min_sparsity=0.5)",
        shape=(3, 2),
        prox=SINGULAR,
        value="0.0 if torch.linalg.svdvals(x)[1] <= 1e4 * torch.finfo(x.dtype).eps * torch.linalg.svdvals(x)[0] else torch.inf",
    ),
)

QUANTISATION = (
    quantised(
        "ProxHardQuant",
        "optim.ProxHardQuant()",
        prox=f"x = z.clone(); R.apply_(x, None, {LEVELS}, 0)",
        value=f"0.0 if torch.isin(x, {LEVELS}).all() else torch.inf",
    ),
    quantised(
        "ProxBinaryRelax",
        "optim.ProxBinaryRelax(0, 10)",
        t=(1.0,),
        prox=f"x = z.clone(); R.apply_(x, None, {LEVELS}, 3)",
        value=f"3 / 7 * ((x[..., None] - {LEVELS}).abs().amin(dim=-1) ** 2).sum() / 2",
        note="at step 3 of 10 it moves 3/10 of the way to the nearest level: the prox of 3/7 dist(x, Q)^2/2 for t = 1",
    ),
)

PEER = Peer(
    package="torchao",
    imports="import torch; from torchao.prototype.pat import group, optim",
    arrays="torch",
    dtypes=("float64", "float32"),
    others=("torch",),
    maps=(*PRUNING, *QUANTISATION),
    left_out={
        "ProxPARQ": "a map of its own with annealed slopes; no function that it is the prox of is documented",
        "GlobalMinSparsityConstraint": "a ranking over several tensors of different group sizes, not a projection",
        "PackedSVDGrouper and the other groupers": "they choose the groups; the maps are the same",
    },
)
