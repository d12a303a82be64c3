"""The mathematics: values and pure functions, NumPy only.

The letters, here and on screen: n examples of d inputs, k outputs, p parameters in
one flat vector θ, b examples in a mini-batch, t the step.
"""
