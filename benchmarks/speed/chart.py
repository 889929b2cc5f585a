"""The picture of the docs: what a reader waits for and what it takes, Dépêche beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from benchmarks.speed.measures import OURS

if TYPE_CHECKING:
    from pathlib import Path

_OURS, _THEIRS = "#1f4e79", "#7f7f7f"
PANELS: Final = ("cold question", "articles in to an answer out", "warm question", "memory of one question")


def draw(result: dict[str, Any], file: Path) -> None:
    """Draw the measures that name a panel, medians with least and most; nothing where there is none yet."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    found = {
        measure["panel"]: measure
        for row in result["rows"].values()
        for measure in row["measures"]
        if measure["panel"]
    }
    panels = [found[name] for name in PANELS if name in found]
    if not panels:
        return
    figure, axes = pyplot.subplots(1, len(panels), figsize=(3.4 * len(panels), 2.6), squeeze=False)
    for axis, measure in zip(axes[0], panels, strict=True):
        values = measure["values"]
        middle = [v["median"] for v in values.values()]
        spread = [
            [v["median"] - v["min"] for v in values.values()],
            [v["max"] - v["median"] for v in values.values()],
        ]
        colours = [_OURS if name == OURS else _THEIRS for name in values]
        axis.barh(range(len(values)), middle, 0.7, xerr=spread, color=colours, ecolor="#444444")
        for place, value in enumerate(values.values()):
            axis.annotate(
                f" {value['median']:g}", (value["max"], place), va="center", fontsize=8, color="#444444"
            )
        axis.set_yticks(range(len(values)), [*values], fontsize=8)
        axis.invert_yaxis()
        axis.set_xlim(0, max(v["max"] for v in values.values()) * 1.25)
        axis.set_title(f"{measure['panel']}, {measure['unit']}", fontsize=10)
        axis.grid(axis="x", alpha=0.3)
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    pyplot.close(figure)
