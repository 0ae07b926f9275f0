"""What recipes of several papers choose alike, a sentence each."""

PIXELS = (
    "pixels are standardised with the data set's own mean and deviation: the paper does not say (other: --set normalise=False)"
)
DEVIATION = (
    "pixels are standardised with their own deviation, for CIFAR-10 (0.2470, 0.2435, 0.2616), where the authors' code has "
    "(0.2023, 0.1994, 0.2010); the paper does not say"
)
FREE = "biases and batch norm have no penalty: the paper does not say which parameters have one"
VGG = (
    "VGG with batch norm and one linear layer, 512 -> classes, the usual form for CIFAR: the paper gives no more than its name"
)
DECAY = "without the decoupled weight decay of 0.01 that {}authors' code has and the paper does not name"
