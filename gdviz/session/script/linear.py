"""A linear model: its outputs, and what each recipe makes of a batch."""

from __future__ import annotations

from gdviz.session.script.pieces import Piece
from gdviz.session.script.recipes import ANY

MODEL = '''
def outputs(theta, x):
    """Return the outputs z: for each a row of θ holds its weights$then_bias."""
    return theta.reshape($k, $columns).dot(x)
'''
EXAMPLES = '''
def example_gradients(theta, x, y):
    """Return the gradient of each example's loss, one row an example."""
    deltas = output_deltas(outputs(theta, x), y)
    return (deltas[:, None, :] * x[None, :, :]).reshape(len(theta), -1).T
'''
MEAN = '''
def $function(theta, x, y$weighted):
    """$says

    $what
    adding up δ times x over the examples is one product of matrices.
    """
$weight    z = outputs(theta, x)
    gradient = (output_deltas(z, y) * weight).dot(x.T)
    return losses(z, y).sum() * weight, gradient.ravel()
'''
_MEAN_LOSS = '''
def gradient_of_mean_loss(theta, x, y):
    """Return the mean loss of a batch, and its derivative as one function of θ.

    Here examples are rows, weights and bias are apart, and 1/b goes in at the top.
    """
    inputs, y = np.ascontiguousarray(x$top.T), np.asfortranarray(y)
    layer = theta.reshape($k, $columns)
    z = inputs @ layer$left.T$plus_bias
    by_z = 1 / len(inputs) * output_deltas(z.T, y).T
    by_theta = $by_theta
    return losses(z.T, y).mean(), by_theta.ravel()
'''
_MEAN_ERROR = '''
def mean_error(theta, x, y):
    """Return the mean error times the mean input: WRONG.

    The mean of the products is not the product of the means.
    """
    z = outputs(theta, x)
    error = output_deltas(z, y).mean(axis=1, keepdims=True)
    gradient = error @ x.mean(axis=1, keepdims=True).T
    return losses(z, y).mean(), gradient.ravel()
'''
_LAST = '''
def last_example(theta, x, y):
    """Return the mean error times the input of the last example: WRONG.

    The errors of all examples meet the input of one.
    """
    z = outputs(theta, x)
    error = output_deltas(z, y).mean(axis=1, keepdims=True)
    gradient = error @ x[:, [-1]].T
    return losses(z, y).mean(), gradient.ravel()
'''
_MEAN_EXAMPLE = '''
def mean_example(theta, x, y):
    """Return the gradient of one example, made of mean input and mean target: WRONG.

    All that makes the examples differ is averaged away first.
    """
    loss = losses(outputs(theta, x), y).mean()
    x, y = x.mean(axis=1, keepdims=True), y.mean(axis=1, keepdims=True)
    gradient = deltas_at_mean(outputs(theta, x), y) @ x.T
    return loss, gradient.ravel()
'''
_SIGNED = '''
def signed_error(theta, x, y):
    """Return the gradient of the mean of output minus target: WRONG.

    The targets drop out of it: it only lowers the outputs.
    """
    z = outputs(theta, x)
    gradient = np.ones_like(z) @ x.T / x.shape[1]
    return losses(z, y).mean(), gradient.ravel()
'''
LOSS_AS_ERROR = '''
def loss_as_error(theta, x, y):
    """Return the mean loss sent back as if it were every output's error: WRONG.

    A loss tells how far off an output is and not which way.
    """
    loss, gradient = signed_error(theta, x, y)
    return loss, loss * gradient
'''
RECIPES = ANY | {
    "mean": Piece(MEAN, function="mean_of_gradients"),
    "mean_loss": Piece(_MEAN_LOSS, function="gradient_of_mean_loss"),
    "mean_error": Piece(_MEAN_ERROR, function="mean_error"),
    "mean_error_slope": Piece(
        _MEAN_ERROR.replace("mean_error(", "mean_error_slope("),
        function="mean_error_slope",
    ),
    "last_example": Piece(_LAST, function="last_example"),
    "mean_example": Piece(_MEAN_EXAMPLE, function="mean_example"),
    "signed_error": Piece(_SIGNED, function="signed_error"),
    "loss_as_error": Piece(LOSS_AS_ERROR, function="loss_as_error"),
}
