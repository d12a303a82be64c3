"""The plots. To add one: a `Chart` in a file of its own and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdviz.ui.plots.bars import BarsChart
from gdviz.ui.plots.curvature import CurvatureChart
from gdviz.ui.plots.curves import CurvesChart
from gdviz.ui.plots.data import DataChart
from gdviz.ui.plots.gradients import GradientChart
from gdviz.ui.plots.loss import LossChart
from gdviz.ui.plots.noise import NoiseChart
from gdviz.ui.plots.noise_scale import NoiseScaleChart
from gdviz.ui.plots.race import RaceChart
from gdviz.ui.plots.relief import ReliefChart
from gdviz.ui.plots.samples import SamplesChart
from gdviz.ui.plots.surface import SurfaceChart
from gdviz.ui.plots.variance import VarianceChart

if TYPE_CHECKING:
    from gdviz.ui.picture import Picture

PLOTS: dict[str, type[Picture]] = {
    chart.name: chart
    for chart in (
        SurfaceChart,
        ReliefChart,
        CurvesChart,
        GradientChart,
        DataChart,
        LossChart,
        BarsChart,
        CurvatureChart,
        RaceChart,
        NoiseChart,
        VarianceChart,
        NoiseScaleChart,
        SamplesChart,
    )
}
