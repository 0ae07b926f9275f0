"""ProxGEN, Fig. 3: sparse ResNet-34 on CIFAR-10."""

from deep.recipes.proxgen.settings import sparse_network

RECIPES = sparse_network("fig3", "resnet34", "ResNet-34")
