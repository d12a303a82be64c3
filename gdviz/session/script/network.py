"""A network with hidden layers, and what each right recipe makes of a batch."""

from __future__ import annotations

from gdviz.session.script.pieces import Piece
from gdviz.session.script.recipes import ANY
from gdviz.session.script.wrongs import WRONGS

MODEL = '''
# Of each layer: how many units, and how much goes into one$and_bias.
SHAPES = $shapes


def layers(theta):
    """Return the matrix $matrix of each layer: views into θ, one after the other."""
    matrices, start = [], 0
    for units, entering in SHAPES:
        end = start + units * entering
        matrices.append(theta[start:end].reshape(units, entering))
        start = end
    return matrices


def forward(theta, x):
    """Return what goes into every layer, and the outputs z; a column an example."""
    activations = [x]
    *hidden, last = layers(theta)
    for w in hidden:
        a = f(w.dot(activations[-1]))
        activations.append($a_and_one)
    return activations, last.dot(activations[-1])
'''
BACKWARD = '''
def backward(theta, activations, delta):
    """Return δ of every layer, sent back from δ of the outputs.

    Every example has a column of its own: its own activations, its own slopes.
    """
    deltas, matrices = [delta], layers(theta)
    for w, a in zip(matrices[:0:-1], activations[:0:-1]):
        deltas.insert(0, w$left.T.dot(deltas[0]) * slope(a$top))
    return deltas
'''
EXAMPLES = '''
def example_gradients(theta, x, y):
    """Return the gradient of each example's loss, one row an example."""
    activations, z = forward(theta, x)
    deltas = backward(theta, activations, output_deltas(z, y))
    blocks = [
        (delta[:, None, :] * a[None, :, :]).reshape(-1, x.shape[1])
        for delta, a in zip(deltas, activations)
    ]
    return np.concatenate(blocks).T
'''
MEAN = '''
def $function(theta, x, y$weighted):
    """$says

    $what
    adding up δ times a over the examples is one product of matrices a layer.
    """
$weight    activations, z = forward(theta, x)
    deltas = backward(theta, activations, output_deltas(z, y) * weight)
    gradient = [delta.dot(a.T).ravel() for delta, a in zip(deltas, activations)]
    return losses(z, y).sum() * weight, np.concatenate(gradient)
'''
_MEAN_LOSS = '''
def gradient_of_mean_loss(theta, x, y):
    """Return the mean loss of a batch, and its derivative as one function of θ.

    Here examples are rows, weights and biases are apart, and 1/b goes in at the top.
    """
    y, matrices = np.asfortranarray(y), layers(theta)
    inputs = [np.ascontiguousarray(x$top.T)]
    for layer in matrices:
        inputs.append(inputs[-1] @ layer$left.T$plus_bias)
        if layer is not matrices[-1]:
            inputs[-1] = f(inputs[-1])
    z = inputs.pop()
    by_z, blocks = 1 / len(z) * output_deltas(z.T, y).T, []
    for i in range(len(matrices) - 1, -1, -1):
        by_layer = $by_layer
        blocks.insert(0, by_layer.ravel())
        if i:
            by_z = by_z @ matrices[i]$left * slope(inputs[i])
    return losses(z.T, y).mean(), np.concatenate(blocks)
'''
RECIPES = (
    ANY
    | {
        "mean": Piece(MEAN, function="mean_of_gradients"),
        "mean_loss": Piece(_MEAN_LOSS, function="gradient_of_mean_loss"),
    }
    | WRONGS
)
