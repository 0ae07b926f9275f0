"""MRDA, Table 5: three networks on CIFAR-10, the modified method and SGD with momentum (in brackets there)."""

from deep.recipes.mrda.settings import numbers, run

Row = tuple[float, float | None, float]

NETWORKS: dict[str, tuple[float, Row, Row]] = {
    "resnet18": (1e-6, (90.67, 0.94, 99.53), (89.27, None, 99.57)),
    "vgg16": (1e-6, (89.01, 0.76, 99.36), (93.42, None, 99.79)),
    "vgg19": (1e-5, (89.50, 0.97, 99.21), (91.70, None, 99.40)),
}

RECIPES = [
    run(
        f"table5.{model}.{kind}",
        f"MRDA, Table 5, {model.replace('vgg', 'VGG').replace('resnet', 'ResNet')} on CIFAR-10",
        kind,
        weight,
        1.0,
        model=model,
        reported=numbers(*printed),
    )
    for model, (lam, mrda, sgd) in NETWORKS.items()
    for kind, weight, printed in (("mrda", lam, mrda), ("sgd", None, sgd))
]
