"""Activation functions and their slopes, told from the activation alone.

To add one: a text by its name with the functions f and slope.
"""

_TANH = '''
def f(z):
    """Return the activation of a hidden unit: tanh."""
    return np.tanh(z)


def slope(a):
    """Return f′(z) where a = f(z)."""
    return 1.0 - a * a
'''
_SIGMOID = '''
def f(z):
    """Return the activation of a hidden unit: the sigmoid, without overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def slope(a):
    """Return f′(z) where a = f(z)."""
    return a * (1.0 - a)
'''
_RELU = '''
def f(z):
    """Return the activation of a hidden unit: ReLU."""
    return np.maximum(z, 0.0)


def slope(a):
    """Return f′(z) where a = f(z): 0 at the kink."""
    return np.where(a > 0.0, 1.0, 0.0)
'''
_SOFTPLUS = '''
def f(z):
    """Return the activation of a hidden unit: softplus, log(1 + exp(z))."""
    return np.logaddexp(0.0, z)


def slope(a):
    """Return f′(z) where a = f(z): 1 − exp(−a)."""
    return -np.expm1(-a)
'''
_IDENTITY = '''
def f(z):
    """Return the activation of a hidden unit: the weighted sum itself."""
    return z


def slope(a):
    """Return f′(z) where a = f(z)."""
    return np.ones_like(a)
'''
ACTIVATIONS = {
    "tanh": _TANH,
    "sigmoid": _SIGMOID,
    "relu": _RELU,
    "softplus": _SOFTPLUS,
    "identity": _IDENTITY,
}
