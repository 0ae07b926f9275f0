"""Colours of Okabe and Ito (2008), told apart by colour-blind readers, and their relatives: those of all figures."""

from __future__ import annotations

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#AA4499"
GOLD, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "#777777"
