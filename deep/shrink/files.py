"""A smaller network in a file: its tensors, and the name of the network that it was, as text. No pickled code.

The file is safetensors, or without that package torch's own format, read under its safe default. Loading builds the original
network by name, gives each layer the size of its tensors, and puts an index in front of the layers that have one.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx, nn

from deep.models import build
from deep.shrink.graph import LAYERS, NORMS
from deep.shrink.layers import resized, resized_norm, selecting
from verify.files import write_whole

FORMAT = "proxproof shrunk network 2"
WITHOUT_DIGEST = "proxproof shrunk network 1"
NEEDED = ("model", "shape", "classes")
SAFE, TORCH = ".safetensors", ".pt"


def has_safetensors() -> bool:
    """Whether the package is there."""
    try:
        import safetensors  # noqa: F401
    except ImportError:
        return False
    return True


def save(model: nn.Module, path: Path | str, architecture: Mapping[str, Any] | None = None) -> Path:
    """Write a network of :func:`deep.shrink.shrink`; returns the file, which ends in .safetensors, or .pt without that package.

    ``architecture`` is what :func:`deep.models.build` needs to make the original: {"model": name, "shape": (channels, height,
    width), "classes": n}. Without it :func:`load` must be given the original network. ValueError for another ending, and for an
    architecture that says less.
    """
    path = Path(path)
    if path.suffix not in (SAFE, TORCH):
        raise ValueError(f"{path}: the file must end in {SAFE} or {TORCH}")
    given = None if architecture is None else dict(architecture)
    if missing := _lacking(given):
        raise ValueError(f"architecture lacks {', '.join(missing)}; it must say {', '.join(NEEDED)}")
    path = path if has_safetensors() else path.with_suffix(TORCH)
    whole = torch.contiguous_format
    tensors = {name: x.detach().cpu().clone(memory_format=whole) for name, x in model.state_dict().items()}  # tied ones twice
    about = {"format": FORMAT, "architecture": json.dumps(given)}
    about["sha256"] = _digest(about["architecture"], tensors)
    if path.suffix == SAFE:
        from safetensors.torch import save as as_bytes

        write_whole(path, as_bytes(tensors, metadata=about))
    else:
        buffer = io.BytesIO()
        torch.save({"about": about, "tensors": tensors}, buffer)
        write_whole(path, buffer.getvalue())
    return path


def load(path: Path | str, model: nn.Module | None = None) -> fx.GraphModule:
    """The network in a file, on the CPU, in evaluation mode.

    ``model`` is the original network, with any weights, for a file that does not name one of :mod:`deep.models`; dtypes are
    the file's. ValueError for a file that is damaged or of another kind, or whose tensors do not fit the network.
    """
    architecture, tensors = _read(Path(path))
    if model is None:
        if architecture is None:
            raise ValueError(f"{path} does not name its network: give the original, load(path, model=...)")
        with torch.random.fork_rng(devices=[]):  # new weights are drawn, and then replaced
            model = build(architecture["model"], shape=tuple(architecture["shape"]), classes=architecture["classes"])
    module = fx.symbolic_trace(copy.deepcopy(model).cpu().eval())
    for name, layer in list(module.named_modules()):
        smaller = _shaped(name, layer, tensors)
        if smaller is not None:
            module.set_submodule(name, smaller)
    for name, own in (*module.named_parameters(), *module.named_buffers()):
        own.data = own.data.to(tensors[name].dtype) if name in tensors else own.data
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        raise ValueError(f"{path} does not fit the network {architecture or type(model).__name__}: {error}") from None
    return module.eval()


def _shaped(name: str, layer: Any, tensors: Mapping[str, Tensor]) -> nn.Module | None:
    """A layer of the size of its tensors in the file, None for one that has its size or no tensors."""
    index = tensors.get(f"{name}.select.index")
    inner = name if index is None else f"{name}.layer"
    if type(layer) in NORMS and f"{name}.running_mean" in tensors:
        return resized_norm(layer, len(tensors[f"{name}.running_mean"]))
    if type(layer) not in LAYERS or f"{inner}.weight" not in tensors:
        return None
    shape = tensors[f"{inner}.weight"].shape
    if index is None and shape == layer.weight.shape and (layer.bias is None) == (f"{inner}.bias" not in tensors):
        return None
    smaller = resized(layer, shape[0], shape[1], f"{inner}.bias" in tensors)
    return smaller if index is None else selecting(torch.zeros_like(index), smaller)


def _lacking(architecture: Mapping[str, Any] | None) -> list[str]:
    return [] if architecture is None else [name for name in NEEDED if name not in architecture]


def _digest(architecture: str, tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of all that a file holds."""
    found = hashlib.sha256(architecture.encode())
    for name, x in sorted(tensors.items()):
        found.update(f"{name} {x.dtype} {tuple(x.shape)}".encode())
        found.update(x.reshape(-1).view(torch.uint8).numpy().data)
    return found.hexdigest()


def _read(path: Path) -> tuple[Any, dict[str, Tensor]]:
    """The architecture (None: not named) and the tensors."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        if path.suffix == SAFE:
            from safetensors import safe_open

            with safe_open(path, "pt") as file:
                about, tensors = file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        else:
            whole = torch.load(path, map_location="cpu", weights_only=True)
            about, tensors = whole["about"], whole["tensors"]
    except ImportError:
        raise ValueError(f"{path} is a safetensors file: pip install safetensors, or save it again as {TORCH}") from None
    except Exception as error:  # each format has errors of its own
        raise ValueError(f"{path} is damaged or no network of deep.shrink ({type(error).__name__}: {error})") from None
    if about.get("format") not in (FORMAT, WITHOUT_DIGEST):
        raise ValueError(f"{path} is no network of deep.shrink: its format is {about.get('format')!r}, not {FORMAT!r}")
    if about["format"] == FORMAT and about.get("sha256") != _digest(about.get("architecture", ""), tensors):
        raise ValueError(f"{path} is damaged: its content has another SHA-256 than when it was saved")
    try:
        architecture = json.loads(about["architecture"])
        if missing := _lacking(architecture):
            raise ValueError(f"it lacks {', '.join(missing)}")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: its architecture cannot be read ({error})") from None
    return architecture, tensors
