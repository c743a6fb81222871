"""The same pictures drawn on a GPU, by the functions that the CPU runs: kernels, and what feeds them."""
