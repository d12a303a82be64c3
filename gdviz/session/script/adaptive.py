"""The optimizers with a rate for each parameter, written out: a function for each."""

from __future__ import annotations

from gdviz.session.script.pieces import Piece

_ADAGRAD = '''
$head
    """Return the update: divided by the root of the sum of all squares so far."""
$decay    total = memory.get("sum_of_squares", 0.0) + gradient * gradient
    update = -learning_rate * gradient / (np.sqrt(total) + eps)
    return update, {"sum_of_squares": total}
'''
_RMSPROP = '''
$head
    """Return the update: divided by the root of a running mean of the squares."""
$decay    square = alpha * memory.get("mean_square", 0.0) + (1.0 - alpha) * (
        gradient * gradient
    )
    after, below = {"mean_square": square}, square
    if centred:
        mean = alpha * memory.get("mean_gradient", 0.0) + (1.0 - alpha) * gradient
        after["mean_gradient"] = mean
        below = np.maximum(square - mean**2, 0.0)
    scaled = gradient / (np.sqrt(below) + eps)
    if momentum:
        scaled = momentum * memory.get("velocity", 0.0) + scaled
        after["velocity"] = scaled
    return scaled * -learning_rate, after
'''
_ADADELTA = '''
$head
    """Return the update: as long as the last ones were, by means of squares."""
$decay    square = rho * memory.get("mean_square", 0.0) + (1.0 - rho) * (
        gradient * gradient
    )
    steps = memory.get("mean_square_update", 0.0)
    step = gradient * (np.sqrt(steps + eps) / np.sqrt(square + eps))
    steps = rho * steps + (1.0 - rho) * (step * step)
    after = {"mean_square": square, "mean_square_update": steps}
    return step * -learning_rate, after
'''
_ADAM = '''
$head
    """Return the update: a running mean over the root of that of the squares."""
$decay    t = memory.get("updates", 0) + 1
    first = beta1 * memory.get("first_moment", 0.0) + (1.0 - beta1) * gradient
    second = beta2 * memory.get("second_moment", 0.0) + (1.0 - beta2) * (
        gradient * gradient
    )
    mean = first / (1.0 - beta1**t)  # without the bias of the first steps
    square = second / (1.0 - beta2**t)
    update = -learning_rate * (mean / (np.sqrt(square) + eps))
    return update, {"first_moment": first, "second_moment": second, "updates": t}
'''
_AMSGRAD = '''
$head
    """Return the update: as Adam's, over the largest second moment so far."""
$decay    t = memory.get("updates", 0) + 1
    first = beta1 * memory.get("first_moment", 0.0) + (1.0 - beta1) * gradient
    second = beta2 * memory.get("second_moment", 0.0) + (1.0 - beta2) * (
        gradient * gradient
    )
    largest = np.maximum(memory.get("largest_second_moment", 0.0), second)
    mean = first / (1.0 - beta1**t)  # without the bias of the first steps
    square = largest / (1.0 - beta2**t)
    update = -learning_rate * (mean / (np.sqrt(square) + eps))
    after = {"first_moment": first, "second_moment": second, "updates": t}
    return update, {**after, "largest_second_moment": largest}
'''
_ADAMW = '''
$head
    """Return the update: as Adam's, with a decay that nothing divides."""
    t = memory.get("updates", 0) + 1
    first = beta1 * memory.get("first_moment", 0.0) + (1.0 - beta1) * gradient
    second = beta2 * memory.get("second_moment", 0.0) + (1.0 - beta2) * (
        gradient * gradient
    )
    mean = first / (1.0 - beta1**t)  # without the bias of the first steps
    square = second / (1.0 - beta2**t)
    direction = mean / (np.sqrt(square) + eps)
$decay    after = {"first_moment": first, "second_moment": second, "updates": t}
    return -learning_rate * direction, after
'''
_NADAM = '''
$head
    """Return the update: Adam that looks ahead, as Nesterov's momentum does."""
$decay    t = memory.get("updates", 0) + 1
    first = beta1 * memory.get("first_moment", 0.0) + (1.0 - beta1) * gradient
    second = beta2 * memory.get("second_moment", 0.0) + (1.0 - beta2) * (
        gradient * gradient
    )
    now, later = (
        beta1 * (1.0 - 0.5 * 0.96 ** (s * momentum_decay)) for s in (t, t + 1)
    )
    product = memory.get("momentum_product", 1.0) * now
    square = second / (1.0 - beta2**t)
    ahead = (1.0 - now) / (1.0 - product) * gradient
    ahead = ahead + later / (1.0 - product * later) * first
    update = -learning_rate * ahead / (np.sqrt(square) + eps)
    after = {"first_moment": first, "second_moment": second, "updates": t}
    return update, {**after, "momentum_product": product}
'''
_ADAMAX = '''
$head
    """Return the update: a running mean over the largest gradient of late."""
$decay    t = memory.get("updates", 0) + 1
    first = beta1 * memory.get("first_moment", 0.0) + (1.0 - beta1) * gradient
    faded = beta2 * memory.get("largest_gradient", 0.0)
    largest = np.maximum(faded, np.abs(gradient) + eps)
    mean = first / (1.0 - beta1**t)  # without the bias of the first steps
    update = -learning_rate * (mean / largest)
    return update, {"first_moment": first, "largest_gradient": largest, "updates": t}
'''
_MOMENTS = ("beta1", "beta2", "eps", "weight_decay")
ADAPTIVE = {
    "adagrad": Piece(_ADAGRAD, ("eps", "weight_decay"), "adagrad"),
    "rmsprop": Piece(
        _RMSPROP, ("alpha", "eps", "centred", "momentum", "weight_decay"), "rmsprop"
    ),
    "adadelta": Piece(_ADADELTA, ("rho", "eps", "weight_decay"), "adadelta"),
    "adam": Piece(_ADAM, _MOMENTS, "adam"),
    "amsgrad": Piece(_AMSGRAD, _MOMENTS, "amsgrad"),
    "adamw": Piece(_ADAMW, _MOMENTS, "adamw"),
    "nadam": Piece(_NADAM, (*_MOMENTS, "momentum_decay"), "nadam"),
    "adamax": Piece(_ADAMAX, _MOMENTS, "adamax"),
}
