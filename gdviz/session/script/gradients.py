"""The model, its gradients and the recipes of a run, with all their places filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.core.models import MLP
from gdviz.core.objective import Objective
from gdviz.session.script import linear, network, recipes, wrongs
from gdviz.session.script.activations import ACTIVATIONS
from gdviz.session.script.columns import specs
from gdviz.session.script.formulas import of_copies
from gdviz.session.script.losses import mean_target_text
from gdviz.session.script.optimizers import handed
from gdviz.session.script.pieces import Piece, filled, piece_for, settings_of, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdviz.core.models import Network
    from gdviz.core.recipe import Recipe
    from gdviz.session.script.facts import Facts

MODELS = {
    "linear": Piece(linear.MODEL, ("bias",)),
    "mlp": Piece(network.MODEL, ("hidden", "activation", "bias")),
}
_BACKWARD = {"mean", "sum", "accumulated", "one_by_one"}  # through own activations
_SENT_BACK = set(wrongs.WRONGS)
_COLUMNS = {
    "batch": "x, y",
    "size": "x.shape[1]",
    "part": "x[:, part].copy(), y[:, part].copy()",
    "one": "x[:, [i]], y[:, [i]]",
}
_ROWS = {"batch": "rows", "size": "len(rows)", "part": "rows[part]", "one": "rows[[i]]"}
_WHOLE = {
    "function": "mean_of_gradients",
    "weighted": "",
    "says": "Return the mean loss of a batch and the mean of its examples' gradients.",
    "what": "It is example_gradients(theta, x, y).mean(axis=0), without that table:",
    "weight": "    weight = 1 / x.shape[1]  # a mean: every example counts 1/b\n",
}
_PART = {
    "function": "weighted_sum",
    "weighted": ", weight",
    "says": "Return the sum of the losses and that of the gradients, times a weight.",
    "what": "It is example_gradients(theta, x, y).sum(axis=0) * weight, in one go:",
    "weight": "",
}


def recipes_of(facts: Facts) -> Mapping[str, Piece]:
    """Return the pieces of the recipes that go with the run's objective."""
    if not isinstance(facts.objective, Objective):
        data, examples = facts.scene.data, facts.objective.examples
        return recipes.OF_FORMULAS | of_copies(data, examples)
    return network.RECIPES if _deep(facts) else linear.RECIPES


def used_recipes(facts: Facts) -> dict[str, Recipe | None]:
    """Return the recipes in use, behind those they are built on."""
    found: dict[str, Recipe | None] = {}
    for recipe in specs(facts, "recipe"):
        piece_for(recipes_of(facts), recipe)
        for below in recipes.BUILT_ON.get(recipe.name, ()):
            found.setdefault(below, None)
        found[recipe.name] = recipe  # type: ignore[assignment]
    return dict(sorted(found.items(), key=lambda item: item[0] not in _FIRST))


_FIRST = {below for names in recipes.BUILT_ON.values() for below in names}


def model_texts(facts: Facts) -> list[str]:
    """Return the way forward; for a network with hidden layers its activation too."""
    objective = facts.objective
    if not isinstance(objective, Objective):
        return []
    piece, model = piece_for(MODELS, facts.scene.model), facts.scene.model
    text = filled(piece.text, **_layout(objective.network))
    if not isinstance(model, MLP):
        return [text]
    if model.activation not in ACTIVATIONS:
        raise unknown(model.activation)
    return [filled(ACTIVATIONS[model.activation]), text]


def recipe_texts(facts: Facts) -> list[str]:
    """Return all functions that make of a batch what the optimizer gets."""
    used = used_recipes(facts)
    if not isinstance(facts.objective, Objective):
        return [_recipe(facts, name, used[name], _ROWS) for name in used]
    places = _layout(facts.objective.network) | _COLUMNS
    texts = []
    if "mean_example" in used:
        texts.append(mean_target_text(facts.objective.loss_kind))
    if _deep(facts) and used.keys() & _BACKWARD:
        texts.append(filled(network.BACKWARD, **places))
    if _deep(facts) and used.keys() & _SENT_BACK:
        texts.append(filled(wrongs.SENT_BACK, **places))
    if "mean" in used:
        examples = network.EXAMPLES if _deep(facts) else linear.EXAMPLES
        texts.append(filled(examples, **places))
    return texts + [_recipe(facts, name, used[name], places) for name in used]


def _recipe(
    facts: Facts, name: str, recipe: Recipe | None, places: dict[str, str]
) -> str:
    """Return the function of a recipe; of large batches the mean is in two."""
    text = recipes_of(facts)[name].text
    knobs = settings_of(recipe) if recipe is not None else {}
    more = handed([descent.optimizer for descent in facts.descents])
    knobs |= {"and_step": more.to_recipe, "more": more.each}
    objective = facts.objective
    if name != "mean" or not isinstance(objective, Objective):
        return filled(text, **places, **knobs)
    largest = max(descent.batch_size for descent in facts.descents)
    if largest <= objective.chunk:
        return filled(text, **places, **_WHOLE)
    whole = filled(recipes.IN_PARTS, at_once=objective.chunk)
    return f"{filled(text, **places, **_PART)}\n\n\n{whole}"


def _deep(facts: Facts) -> bool:
    return isinstance(facts.scene.model, MLP)


def _layout(network: Network) -> dict[str, str]:
    """Return the places that depend on the widths and on whether there is a bias."""
    bias, (k, columns) = network.bias, network.shapes[-1]
    one_layer = "np.column_stack([by_z.T @ inputs, by_z.sum(axis=0)])"
    a_layer = "np.column_stack([by_z.T @ inputs[i], by_z.sum(axis=0)])"
    return {
        "k": str(k),
        "columns": str(columns),
        "shapes": repr(list(network.shapes)),
        "top": "[:-1]" * bias,
        "left": "[:, :-1]" * bias,
        "matrix": "[W|b]" if bias else "W",
        "then_bias": ", then its bias" * bias,
        "and_bias": ", its bias too" * bias,
        "a_and_one": "np.vstack([a, np.ones(a.shape[1])])" if bias else "a",
        "plus_bias": " + layer[:, -1]" * bias,
        "by_theta": one_layer if bias else "by_z.T @ inputs",
        "by_layer": a_layer if bias else "by_z.T @ inputs[i]",
    }
