"""Pictures of SR2: steps over the objective, sigma along the run, and one step under the lens."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm

from synthetic.explore.picture import Picture, legend_below, panels
from synthetic.explore.regularisation import Run, Wavy, crate, follow, ripple, rules
from verify.colours import BLACK, BLUE, GREEN, GREY, ORANGE

OUTCOMES = (("rejected: σ grows", ORANGE, "X"), ("accepted: σ stays", GREEN, "D"), ("very successful: σ may fall", BLUE, "o"))


def _outcome(run: Run) -> Any:
    """0, 1, 2 as in OUTCOMES; -1 for a zero step."""
    failed, taken, very = run.of("failed"), run.of("taken"), run.of("very")
    return np.where(failed, 0, np.where(very, 2, np.where(taken, 1, -1)))


def descent(
    x: float = -2.4,
    y: float = 2.2,
    sigma0: float = 0.5,
    lam: float = 0.5,
    wave: float = 0.25,
    noise: float = 0.0,
    eta2: float = 0.75,
) -> Picture:
    """A run over the landscape of F, rejected trials included, and sigma and F along it."""
    run = follow(crate(lam, wave), (x, y), rules(sigma0, eta2=eta2), noise=noise)
    with panels(2, 2, size=(7.8, 4.3), width_ratios=(1.25, 1)) as (picture, axes):
        grid = axes[0, 0].get_gridspec()
        axes[0, 0].remove()
        axes[1, 0].remove()
        plane = picture.figure.add_subplot(grid[:, 0])
        _landscape(plane, run.problem)
        _tried(plane, run)
        _sigma(axes[0, 1], run)
        axes[1, 1].plot([run.problem.objective(i.x) for i in run.iterations], ".-", color=BLACK, markersize=4)
        axes[1, 1].set(xlabel="iteration", ylabel="F")
        legend_below(picture, 3)
    return picture


def _landscape(axis: Any, problem: Wavy, reach: float = 3.0) -> None:
    line = np.linspace(-reach, reach, 241)
    height = problem.objective(np.stack(np.meshgrid(line, line), axis=-1))
    levels = np.unique(np.quantile(height, np.linspace(0, 1, 19) ** 1.5))
    axis.contourf(line, line, height, levels, cmap="GnBu_r", norm=BoundaryNorm(levels, 256), antialiased=False)
    axis.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach), xlabel="$x_1$", ylabel="$x_2$")
    axis.grid(visible=False)


def _tried(axis: Any, run: Run) -> None:
    outcome = _outcome(run)
    for iteration, became in zip(run.iterations, outcome, strict=True):
        if became == -1:
            continue
        colour = BLACK if became else ORANGE
        ends = np.stack([iteration.x, iteration.y]).T
        axis.plot(*ends, color=colour, linewidth=1.1 if became else 0.7, linestyle="-" if became else (0, (3, 2)))
        axis.plot(*iteration.y, OUTCOMES[became][2], color=OUTCOMES[became][1], markeredgecolor=BLACK, markersize=5)
    axis.plot(*run.iterations[0].x, "s", color="white", markeredgecolor=BLACK, markersize=6, label="start")


def _sigma(axis: Any, run: Run) -> None:
    sigma, outcome, t = run.of("sigma"), _outcome(run), np.arange(len(run.iterations))
    axis.plot(t, sigma, color=GREY, linewidth=0.8)
    for kind, (label, colour, marker) in enumerate(OUTCOMES):
        of_kind = outcome == kind
        axis.plot(t[of_kind], sigma[of_kind], marker, color=colour, markeredgecolor=BLACK, markersize=5, label=label)
    bound = run.rules.gamma2 * run.sigma_succ
    axis.axhline(max(run.rules.sigma0, bound), color=BLUE, linewidth=1, label="max(σ₀, γ₂σ_succ)")
    axis.axhline(min(run.rules.sigma0, bound), color=ORANGE, linewidth=1, linestyle="--", label="min(σ₀, γ₂σ_succ), as printed")
    axis.set(yscale="log", ylabel="σ")


def lens(x: float = -2.0, lam: float = 0.5, wave: float = 0.4, sigmas: tuple[float, ...] = (0.4, 0.8, 4.0)) -> Picture:
    """One step in one dimension for several sigma: F, the model at x, and where each is least."""
    problem = ripple(lam, wave)
    line = np.linspace(-3, 5, 1601)
    with panels(1, len(sigmas), size=(7.8, 2.9), sharey=True) as (picture, axes):
        for axis, sigma in zip(axes[0], sigmas, strict=True):
            (step,) = follow(problem, [x], rules(sigma), steps=1).iterations
            here, slope = problem.loss(step.x), problem.gradient(step.x)[0]
            model = here + slope * (line - x) + sigma / 2 * (line - x) ** 2 + problem.penalty.value(line, axis=())
            axis.plot(line, problem.objective(line[:, None]), color=BLACK, label="F")
            axis.plot(line, model, color=BLUE, linestyle="--", label="the model at x: f linear, σ/2 |s|², R as it is")
            top = problem.objective(np.array([x]))
            (y,) = step.y
            axis.plot([x, y], [top, top], color=GREY, linewidth=0.8)
            axis.plot(
                [y, y], [top, top - step.predicted], color=BLUE, linewidth=2, label="decrease predicted, without σ/2 |s|²"
            )
            axis.plot([y + 0.07] * 2, [top, top - step.actual], color=ORANGE, linewidth=2, label="decrease found")
            axis.plot(x, top, "s", color="white", markeredgecolor=BLACK, markersize=6)
            axis.plot(y, top - step.actual, "o", color=ORANGE, markeredgecolor=BLACK)
            became = "accepted" if step.taken else "rejected"
            axis.set(title=f"σ = {sigma:g}: ρ = {step.rho:.2f}, {became}", xlabel="x", xlim=(-3, 5), ylim=(-5, 9))
        legend_below(picture, 4)
    return picture


def one_lens(x: float = -2.0, sigma: float = 0.8, lam: float = 0.5, wave: float = 0.4) -> Picture:
    """:func:`lens` for one sigma."""
    return lens(x, lam, wave, (sigma,))


def noisy(noise: float = 1.0, x: float = 3.0, steps: int = 40, seed: int = 0) -> Picture:
    """f = x^2/2, R = 0, samples f +- noise x: with rho from the full F and from the sampled one."""
    from verify.penalties import Zero

    bowl = Wavy(np.eye(1), np.zeros(1), Zero())
    with panels(1, 2, size=(7.8, 2.7)) as (picture, axes):
        points, sigma = axes[0]
        for objective, colour, marker in (("full", BLUE, "o"), ("sampled", ORANGE, "s")):
            run = follow(bowl, [x], rules(1.0, 0.25, 0.25, gamma3=1.0), steps, noise, objective, seed)  # type: ignore[arg-type]
            label = f"ρ from the {objective} F"
            points.plot(run.of("x")[:, 0], color=colour, marker=marker, markersize=3, linewidth=0.7, label=label)
            sigma.plot(run.of("sigma"), color=colour, marker=marker, markersize=3, linewidth=0.9)
        points.set(xlabel="iteration", ylabel="x")
        sigma.set(xlabel="iteration", ylabel="σ", yscale="log")
        legend_below(picture, 2)
    return picture
