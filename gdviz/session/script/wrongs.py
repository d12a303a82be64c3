"""The wrong recipes in a network with hidden layers."""

from __future__ import annotations

from gdviz.session.script.linear import LOSS_AS_ERROR
from gdviz.session.script.pieces import Piece

SENT_BACK = '''
def sent_back(theta, delta, activations, slopes):
    """Return Σ δ aᵀ of every layer, with any activations and any slopes.

    Parameters: δ of the outputs, what goes into every layer, and what takes the place
    of f′(z) in every hidden layer; a column for each way back.
    """
    matrices, blocks = layers(theta), []
    for i in range(len(matrices) - 1, -1, -1):
        blocks.insert(0, (delta @ activations[i].T).ravel())
        if i:
            delta = (matrices[i]$left.T @ delta) * slopes[i - 1]
    return np.concatenate(blocks)


def mean(columns):
    """Return the mean over the examples, as one column."""
    return columns.mean(axis=1, keepdims=True)
'''
_MEAN_ERROR = '''
def mean_error(theta, x, y):
    """Send the mean error back through mean activations and mean slopes: WRONG.

    The mean of the products is not the product of the means.
    """
    activations, z = forward(theta, x)
    error = mean(output_deltas(z, y))
    slopes = [mean(slope(a$top)) for a in activations[1:]]
    gradient = sent_back(theta, error, [mean(a) for a in activations], slopes)
    return losses(z, y).mean(), gradient
'''
_MEAN_ERROR_SLOPE = '''
def mean_error_slope(theta, x, y):
    """Send the mean error back through the slopes at the mean weighted sums: WRONG.

    The slope at the mean is not even the mean of the slopes.
    """
    activations, z = forward(theta, x)
    error, means = mean(output_deltas(z, y)), [mean(a) for a in activations]
    slopes = [slope(f(w @ a)) for w, a in zip(layers(theta)[:-1], means)]
    return losses(z, y).mean(), sent_back(theta, error, means, slopes)
'''
_LAST = '''
def last_example(theta, x, y):
    """Send the mean error back through the last example's activations: WRONG.

    The errors of all examples meet the activations of one.
    """
    _, z = forward(theta, x)
    error = mean(output_deltas(z, y))
    activations, _ = forward(theta, x[:, [-1]])
    slopes = [slope(a$top) for a in activations[1:]]
    return losses(z, y).mean(), sent_back(theta, error, activations, slopes)
'''
_MEAN_EXAMPLE = '''
def mean_example(theta, x, y):
    """Return the gradient of one example, made of mean input and mean target: WRONG.

    All that makes the examples differ is averaged away first.
    """
    _, z = forward(theta, x)
    activations, mean_z = forward(theta, mean(x))
    delta = deltas_at_mean(mean_z, mean(y))
    slopes = [slope(a$top) for a in activations[1:]]
    return losses(z, y).mean(), sent_back(theta, delta, activations, slopes)
'''
_SIGNED = '''
def signed_error(theta, x, y):
    """Return the gradient of the mean of output minus target: WRONG.

    The targets drop out of it: it only lowers the outputs.
    """
    activations, z = forward(theta, x)
    slopes = [slope(a$top) for a in activations[1:]]
    gradient = sent_back(theta, np.ones_like(z), activations, slopes) / x.shape[1]
    return losses(z, y).mean(), gradient
'''
WRONGS = {
    "mean_error": Piece(_MEAN_ERROR, function="mean_error"),
    "mean_error_slope": Piece(_MEAN_ERROR_SLOPE, function="mean_error_slope"),
    "last_example": Piece(_LAST, function="last_example"),
    "mean_example": Piece(_MEAN_EXAMPLE, function="mean_example"),
    "signed_error": Piece(_SIGNED, function="signed_error"),
    "loss_as_error": Piece(LOSS_AS_ERROR, function="loss_as_error"),
}
