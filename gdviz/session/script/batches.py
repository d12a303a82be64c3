"""Which examples come next: a function for each order of the batches."""

from __future__ import annotations

from gdviz.core.batches import DROP, FILE_ORDER, FRESH, REPLACEMENT, SHUFFLED
from gdviz.session.script.pieces import Piece, filled, unknown

EPOCH = '''
@lru_cache(maxsize=1)
def shuffled(epoch):
    """Return all examples in the order of an epoch: NumPy 2 draws it from the seed."""
    return np.random.default_rng((SEED, 0xE90C, epoch)).permutation(N)
'''
_SHUFFLED = '''
def $function(t, place, batch_size):
    """Return the next examples of a shuffled order, and the place in it after them."""
    epoch, used = place
    if $over:
        epoch, used = epoch + 1, 0  # $why
    rows = shuffled(epoch)[used : used + batch_size]
    return $rows, (epoch, used + len(rows))
'''
_FILE = '''
def $function(t, place, batch_size):
    """Return the next examples in the order of the data, and the place after them."""
    epoch, used = place
    if $over:
        epoch, used = epoch + 1, 0  # $why
    rows = np.arange(used, min(used + batch_size, N))
    return $rows, (epoch, used + len(rows))
'''
_REPLACEMENT = '''
def $function(t, place, batch_size):
    """Return examples drawn with replacement: each draw is from all of them."""
    rng = np.random.default_rng((SEED, 0xBA7C, t, batch_size))
    rows = rng.integers(N, size=batch_size)
    return $rows, place
'''
_FRESH = '''
def $function(t, place, batch_size):
    """Return examples nobody has seen, drawn for this batch alone."""
    rng = np.random.default_rng((SEED, 0xF2E5, t, batch_size))
    inputs, targets = draw(batch_size, rng)
    return columns(inputs), encoded(targets), place
'''
ORDERS = {
    SHUFFLED: Piece(_SHUFFLED, function="reshuffled"),
    FILE_ORDER: Piece(_FILE, function="in_file_order"),
    REPLACEMENT: Piece(_REPLACEMENT, function="with_replacement"),
    FRESH: Piece(_FRESH, function="fresh"),
}
_KEPT = "used >= N", "all examples are used"
_DROPPED = "N - used < batch_size", "too few are left for a whole batch"
_DROPPING = "_in_whole_batches"


def function(order: str, short_last: str) -> str:
    """Return what the function for an order is called."""
    if order not in ORDERS:
        raise unknown(order)
    permuted = order in (SHUFFLED, FILE_ORDER)
    return ORDERS[order].function + _DROPPING * (permuted and short_last == DROP)


def text(order: str, short_last: str, rows: str) -> str:
    """Return the function for an order.

    Parameters
    ----------
    order, short_last : texts
    rows : text
        What the function makes of the rows it has chosen.
    """
    over, why = _DROPPED if short_last == DROP else _KEPT
    name = function(order, short_last)
    return filled(ORDERS[order].text, function=name, over=over, why=why, rows=rows)
