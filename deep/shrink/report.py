"""What shrinking did to each layer and to the whole, as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from torch import nn

from deep.shrink.latency import Latency


@dataclass(frozen=True)
class Size:
    """Parameters of a network or layer, and the bytes of its tensors as a file holds them: buffers too, tied ones each."""

    parameters: int
    bytes: int

    @classmethod
    def of(cls, module: nn.Module) -> Size:
        tensors = module.state_dict().values()
        return cls(sum(p.numel() for p in module.parameters()), sum(x.numel() * x.element_size() for x in tensors))


@dataclass(frozen=True)
class Row:
    """One layer: the shape of its weight and its size before and after; ``picked`` is how many inputs it picks of those that
    arrive, None where it takes all."""

    name: str
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    before: Size
    after: Size
    picked: int | None


@dataclass(frozen=True)
class Report:
    """Rows by layer, the whole network before and after, latencies. ``difference`` is the largest change of an output on the
    example over the largest output, itself where all of them are 0; of several outputs it is the worst. ``held`` channels are
    constants other than 0 that stay because a padded convolution reads them."""

    rows: list[Row]
    before: Size
    after: Size
    difference: float
    held: int
    latency: list[Latency]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    def __str__(self) -> str:
        lines: list[tuple[str, ...]] = [("layer", "weight", "smaller", "picks", "parameters", "smaller", "left")]
        for row in self.rows:
            shapes = ["x".join(map(str, shape)) for shape in row.shapes]
            picks = "" if row.picked is None else str(row.picked)
            lines.append((row.name, *shapes, picks, *_left(row.before.parameters, row.after.parameters)))
        lines.append(("all", "", "", "", *_left(self.before.parameters, self.after.parameters)))
        lines.append(("bytes", "", "", "", *_left(self.before.bytes, self.after.bytes)))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = ["  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines]
        if any(row.picked is not None for row in self.rows):
            text.append("picks: inputs selected by an index in front of the layer")
        if self.held:
            text.append(f"{self.held} constant channels stay: a padded convolution reads them, and at the border they end")
        text += map(str, self.latency)
        text.append(f"largest difference of the outputs: {self.difference:.1e} of the largest")
        return "\n".join(text)


def _left(before: int, after: int) -> tuple[str, str, str]:
    return f"{before:,}", f"{after:,}", f"{100 * after / max(before, 1):.1f} %"
