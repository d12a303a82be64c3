"""What a script does when it is run: show some steps, or write all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.batches import FRESH
from gdviz.core.models import Linear
from gdviz.core.objective import Objective
from gdviz.session.script.pieces import filled

if TYPE_CHECKING:
    from gdviz.session.script.columns import Columns
    from gdviz.session.script.facts import Facts

_CHECK = '''
def difference():
    """Return how far the step is from the mean of all gradients: only by rounding."""
    $batch, _ = $next_batch(0, (0, 0), $size)
    gradients = example_gradients(START, $batch)  # one row for each example
    gradient = gradients.mean(axis=0)  # what is averaged: the gradients
    return np.abs(gradient - mean_of_gradients(START, $batch)[1]).max()
'''
_MAIN = '''
def show():
    """Print some steps of the path and the last θ."""
    for t, theta in path():
        if t % max(1, STEPS // 10) == 0:
            print(f"step {t}:$loss theta = {theta}")
    print(f"last: step {t}, theta = {theta.tolist()}")$check


def write(name):
    """Write θ of every step: as an array to a .npy file, else as CSV, exactly."""
    if name.endswith(".npy"):
        np.save(name, np.array([theta for _, theta in path()]))
        return
    with open(name, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["step", *(f"theta[{j}]" for j in range(len(START)))])
        table.writerows([t, *theta.tolist()] for t, theta in path())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(sys.argv[1])
    else:
        show()
'''
_FULL = '''
def loss(theta):
    """Return the mean loss over all examples."""
    return $value
'''
_PRINTED = """
    print(f"largest difference to gradients.mean(axis=0): {difference():.1e}")"""
_MOST = 2**20  # numbers in the table of gradients


def checks(facts: Facts, used: set[str]) -> bool:
    """Tell whether the script shows the mean of the gradients in two ways."""
    return "mean" in used and isinstance(facts.objective, Objective)


def check_text(facts: Facts, columns: Columns, batch: str) -> str:
    """Return the function that holds the two means against each other."""
    first = facts.settings[0].batch_size
    most = min(first, max(1, _MOST // len(facts.start)))
    size = "BATCH_SIZE" if "batch_size" not in columns.varied else repr(first)
    return filled(
        _CHECK, batch=batch, next_batch=columns.rows[0]["next_batch"],
        size=size if most == first else repr(most),
    )  # fmt: skip


def main_text(facts: Facts, used: set[str]) -> str:
    """Return the end of the script."""
    loss, check = _full_loss(facts), _PRINTED * checks(facts, used)
    if not loss:
        return filled(_MAIN, loss="", check=check)
    text = filled(_MAIN, loss=" loss = {loss(theta):.6g},", check=check)
    return f"{filled(_FULL, value=loss)}\n\n\n{text}"


def _full_loss(facts: Facts) -> str:
    """Return the mean loss over all examples as Python text, if they are there."""
    if not isinstance(facts.objective, Objective):
        return "losses(theta, np.arange(N)).mean()"
    if facts.orders == {FRESH}:
        return ""
    linear = isinstance(facts.scene.model, Linear)
    outputs = "outputs(theta, X)" if linear else "forward(theta, X)[1]"
    return f"losses({outputs}, Y).mean()"
