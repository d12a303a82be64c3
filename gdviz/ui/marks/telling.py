"""What is shown and said of a family of curves at one step of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gdviz.core.batches import FRESH
from gdviz.session.racenames import racer_name
from gdviz.session.writing import row_name
from gdviz.ui.marks import family, legend
from gdviz.ui.marks.names import Name
from gdviz.ui.marks.racers import colour
from gdviz.ui.marks.slopes import Slope
from gdviz.ui.marks.writing import told
from gdviz.ui.scaling import thickness

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdviz.session.curves import Curves
    from gdviz.session.run import Run
    from gdviz.session.snapshot import Chosen, Snapshot
    from gdviz.ui.chart import Chart
    from gdviz.ui.style import Style

    Array = NDArray[np.float64]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def shown(chart: Chart, run: Run, curves: Curves) -> family.Shown:
    """Return what is drawn of the curves in this phase and with these marks."""
    strong = len(curves.examples[: chart.examples_shown()])
    faint = curves.examples[strong:] if not _off(chart) else curves.examples[:0]
    chosen = None if chart.hides(legend.CHOSEN) else run.snapshot.chosen
    dashes, examples = family.dashes(curves.rows, run.facts.n_examples), curves.examples
    place = chosen.place if chosen and chosen.place < len(examples) else -1
    others = np.arange(strong)[:, None] != place
    return family.Shown(
        curves.grid,
        np.where(others, examples[:strong], np.nan),
        dashes[:strong],
        faint,
        _own_curve(run, curves, chosen),
        place,
        int(dashes[place]) if place >= 0 else 0,
        None if chart.hides(legend.MEAN) else curves.batch,
        curves.full if _full_shown(chart, curves) else None,
    )


def _off(chart: Chart) -> bool:
    return legend.EXAMPLE in chart.hidden_marks


def _full_shown(chart: Chart, curves: Curves) -> bool:
    """Tell whether the mean over all is drawn: not over the batch's, if it is that."""
    alone = legend.MEAN in chart.hidden_marks or not same(curves)
    return alone and not chart.hides(legend.FULL)


def same(curves: Curves) -> bool:
    """Tell whether the batch's mean is the mean over all examples."""
    return bool(np.allclose(curves.batch, curves.full, rtol=1e-9, equal_nan=True))


def _own_curve(run: Run, curves: Curves, chosen: Chosen | None) -> Array | None:
    """Return the selected example's curve; where it is not in the batch, its own."""
    if chosen is None:
        return None
    if 0 <= chosen.place < len(curves.examples):
        known = run.beat is None or chosen.place < run.beat.shown
        return curves.examples[chosen.place] if known else None
    own = run.own_surface
    if own is None:
        return None
    values = own.values[0]
    u = np.linspace(own.region.left, own.region.right, len(values))
    return np.interp(curves.grid, u, values, np.nan, np.nan)


def slopes(snapshot: Snapshot, drawn: family.Shown, style: Style) -> list[Slope]:
    """Return the slopes at θ of all that is drawn, the mean's and the chosen's last."""
    record, full, chosen = snapshot.record, snapshot.full, snapshot.chosen
    x, scale = float(record.theta[0]), float(np.abs(record.gradients).max(initial=0.0))

    def slope(name: str, y: float, g: Array, colour: str, width: float) -> Slope:
        much = told(float(g[0]), scale, "+")
        wide = thickness(width)
        reach = 20.0 + 4 * wide
        words = f"{name}slope {much}", f"{name}{much}"
        return Slope(x, y, float(g[0]), colour, *words, 14, wide, reach, bool(name))

    made = _each(snapshot, drawn, lambda y, g: slope("", y, g, style.example, 3.2))
    if drawn.full is not None:
        made.append(slope("full ", full.loss, full.gradient, style.full, 3.2))
    if drawn.mean is not None:
        mean = slope("mean ", record.loss, record.gradient, style.mean, 5.0)
        made.append(replace(mean, words=mean.words + _stays(snapshot)))
    if drawn.chosen is not None and chosen is not None:
        made.append(slope("", chosen.loss, chosen.gradient, style.chosen, 4.0))
    return made


def _each(
    snapshot: Snapshot, drawn: family.Shown, slope: Callable[[float, Array], Slope]
) -> list[Slope]:
    """Return the slope of each example but the chosen one: of many, but a trace."""
    record, count = snapshot.record, len(drawn.examples)
    pairs = zip(record.losses[:count].tolist(), record.gradients, strict=False)
    made = [slope(*pair) for i, pair in enumerate(pairs) if i != drawn.place]
    if drawn.count > family.WIDE:
        thin = thickness(1.5)
        return [replace(one, words="", width=thin, reach=13.0) for one in made]
    few = drawn.count <= family.FEW
    return made if few else [replace(one, size=12) for one in made]


def _stays(snapshot: Snapshot) -> str:
    record = snapshot.record
    return "" if record.gradient.any() or record.update.any() else ": stays put"


def names(run: Run, curves: Curves, drawn: family.Shown, style: Style) -> list[Name]:
    """Return the names of what is drawn."""
    made = _examples(run, curves, drawn, style)
    if drawn.mean is not None:
        text = "mean of the batch = of all" if same(curves) else "mean of the batch"
        made.append(Name(text, style.mean, family.mean_pen(style)))
    if drawn.full is not None:
        text = "mean of all examples"
        made.append(Name(text, style.full, family.full_pen(style)))
    return made


def ghosts(snapshot: Snapshot, style: Style) -> list[Name]:
    """Return the names of the ghosts by their numbers."""
    own = snapshot.scene.descent
    return [
        Name(f"{place} {racer_name(ghost.descent, own)}", colour(place, style), None)
        for place, ghost in enumerate(snapshot.ghosts, 1)
    ]


def _examples(
    run: Run, curves: Curves, drawn: family.Shown, style: Style
) -> list[Name]:
    """Return the name of each example's curve, or one name for many."""
    made, places = [], np.argsort(curves.rows[: len(drawn.examples)], kind="stable")
    if drawn.count <= family.FEW:
        for place in places[places != drawn.place].tolist():
            pen = family.example_pen(style, drawn.dashes[place], drawn.count)
            text = _name(run, int(curves.rows[place]))
            made.append(Name(text, style.example, pen))
    elif len(drawn.examples):
        pen = family.example_pen(style, 0, drawn.count)
        made.append(Name(f"{len(drawn.examples)} examples", style.example, pen))
    if drawn.chosen is not None and run.chosen is not None:
        pen = family.chosen_pen(style, drawn.dash)
        made.append(Name(_name(run, run.chosen), style.chosen, pen))
    return made


def _name(run: Run, row: int) -> str:
    """Return the formula of an example, or which row it is."""
    formulas = run.facts.formulas
    if formulas:
        return f"ℓ{str(row + 1).translate(_SUBSCRIPTS)} = {formulas[row]}"
    fresh = run.snapshot.scene.descent.order == FRESH
    return f"example {row + 1:,}" if fresh else row_name(row)
