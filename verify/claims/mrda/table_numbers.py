"""Tables 1 to 6 of the paper: (top-1 accuracy in percent, sparsity), transcribed; None is the paper's N/A."""

from __future__ import annotations

from fractions import Fraction

LAMBDAS = tuple(f"1e-{k}" for k in range(2, 9))
GAMMAS = tuple(f"{k / 10:.1f}" for k in range(1, 11))

Row = tuple[Fraction | None, Fraction | None]


def rows(keys: tuple[str, ...], accuracy: str, sparsity: str) -> dict[str, Row]:
    """By lambda or gamma; the numbers as the paper prints them."""

    def read(text: str) -> list[Fraction | None]:
        return [None if word == "N/A" else Fraction(word) for word in text.split()]

    return dict(zip(keys, zip(read(accuracy), read(sparsity), strict=True), strict=True))


# Table 1: ResNet18, CIFAR-10, gamma = 1, by lambda
TABLE_1 = {
    "RDA": rows(LAMBDAS, "10.00 38.73 74.04 86.39 90.67 90.14 88.38", "1.00 1.00 1.00 0.99 0.94 0.61 0.16"),
    "sqrt(t)": rows(LAMBDAS, "10.00 10.00 10.00 10.00 8.43 49.20 82.47", "1.00 1.00 1.00 1.00 1.00 0.99 0.72"),
    "prox-SGD": rows(LAMBDAS, "17.90 75.11 88.740 88.20 89.02 86.92 87.75", "1.00 0.97 0.52 0.01 0.00 0.00 0.00"),
}
# Tables 2 (RDA) and 3 (prox-SGD): ResNet18, CIFAR-10, by lambda and gamma
TABLE_2 = {
    "1e-6": rows(
        GAMMAS,
        "90.73 91.68 91.88 92.07 91.68 90.33 90.88 89.40 89.72 90.67",
        "0.78 0.81 0.82 0.84 0.89 0.83 0.92 0.94 0.94 0.94",
    ),
    "1e-7": rows(
        GAMMAS,
        "90.87 91.39 91.88 90.77 91.80 90.46 90.04 N/A 90.19 90.14",
        "0.41 0.45 0.49 0.55 0.53 0.55 0.60 N/A 0.61 0.61",
    ),
    "1e-8": rows(
        GAMMAS,
        "91.42 91.00 91.62 92.25 91.06 89.71 87.11 90.45 86.31 88.38",
        "0.09 0.12 0.14 0.12 0.13 0.14 0.13 0.15 0.16 0.16",
    ),
}
TABLE_3 = {
    "1e-5": rows(
        GAMMAS,
        "84.36 80.86 86.34 84.02 86.58 85.85 87.37 89.80 89.10 88.20",
        "0.64 0.36 0.15 0.06 0.02 0.03 0.02 0.03 0.01 0.01",
    ),
    "1e-6": rows(
        GAMMAS,
        "79.23 85.39 81.66 84.45 86.49 88.25 89.40 88.57 89.43 89.02",
        "0.13 0.02 0.02 0.00 0.00 0.00 0.00 0.00 0.00 0.00",
    ),
}
# Tables 4 to 6: top-1 and top-5 of RDA, then of SGD with momentum, as strings
TABLE_4 = {"RDA": ("90.67", "99.53"), "SGD": ("89.27", "99.57"), "prox-SGD": ("89.80", "99.40"), "sqrt(t)": ("82.47", "99.07")}
TABLE_5: dict[str, tuple[str | None, ...]] = {
    "ResNet18": ("90.67", "99.53", "89.27", "99.57"),
    "VGG16": ("89.01", "99.36", "93.42", "99.79"),
    "VGG19": ("89.50", "99.21", "91.70", "99.40"),
}
TABLE_6: dict[str, tuple[str | None, ...]] = {
    "MNIST": ("99.63", "100.00", "99.65", None),
    "CIFAR-10": ("90.67", "99.53", "89.50", "99.21"),
    "CIFAR-100": ("72.29", "89.94", "73.69", "92.43"),
    "ImageNet": ("63.13", "84.92", "70.58", "89.64"),
}
# and sigma, lambda, gamma, where a row of Tables 1 to 3 has the same run
SETTINGS_4 = {"RDA": ("0.94", "1e-6", "1.0"), "prox-SGD": ("0.03", "1e-5", "0.8"), "sqrt(t)": ("0.72", "1e-8", "1.0")}
SETTINGS_5 = {"ResNet18": ("0.94", "1e-6", "1.0")}
SETTINGS_6 = {"CIFAR-10": ("0.94", "1e-6", "1.0")}


def above(rda: str | None, sgd: str | None) -> Fraction:
    """RDA's top-1 accuracy less that of SGD, in percent points."""
    return Fraction(rda or 0) - Fraction(sgd or 0)
