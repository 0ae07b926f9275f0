"""ProxGEN, Fig. 2: sparse VGG16 on CIFAR-10."""

from deep.recipes.proxgen.settings import sparse_network

RECIPES = sparse_network("fig2", "vgg16", "VGG16")
