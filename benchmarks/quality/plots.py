"""The two pictures of the docs: the language matrix with the mixed index beside it, and the refusal curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_COLOURS = ("#c55a11", "#7f7f7f", "#1f4e79", "#548235")


def draw_search(result: dict[str, Any], file: Path) -> None:
    """Draw R@1 of each ranker in each cell of the matrix and the mixed index, of every parallel set."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = [
        (f"{name}, {title}", dict(sorted(found[kind].items())))
        for name, found in result["sets"].items()
        for kind, title in (("matrix", "one language indexed"), ("mixed", "both languages in one index"))
        if kind in found
    ]
    if not panels:
        return
    figure, axes = pyplot.subplots(
        1, len(panels), figsize=(5.2 * len(panels), 3.6), sharey=True, squeeze=False
    )
    for axis, (title, cells) in zip(axes[0], panels, strict=True):
        names = [*next(iter(cells.values()))]
        for n, name in enumerate(names):
            figures = [cells[cell][name]["R@1"] for cell in cells]
            values = [f["value"] for f in figures]
            spread = [
                [f["value"] - f["interval"][0] for f in figures],
                [f["interval"][1] - f["value"] for f in figures],
            ]
            places = [i + (n - (len(names) - 1) / 2) * 0.2 for i in range(len(cells))]
            axis.bar(places, values, 0.19, yerr=spread, label=name, color=_COLOURS[n], ecolor="#444444")
        axis.set_xticks(range(len(cells)), [*cells])
        axis.set_title(title, fontsize=10)
        axis.set_ylim(0, 1)
        axis.grid(axis="y", alpha=0.3)
    axes[0][0].set_ylabel("R@1 (question → passage)")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="lower center", ncols=len(labels), frameon=False)
    figure.tight_layout(rect=(0, 0.07, 1, 1))
    figure.savefig(file, dpi=110)


def draw_refusals(result: dict[str, Any], file: Path) -> None:
    """Draw precision against recall of refusals, threshold by threshold, one curve a set, with the threshold in use."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    curves = {
        f"{name}, {kind.removeprefix('refusal ')}": block
        for name, found in result["sets"].items()
        for kind, block in found.items()
        if kind.startswith("refusal")
    }
    if not curves:
        return
    figure, axis = pyplot.subplots(figsize=(5.2, 4.2))
    for n, (name, found) in enumerate(curves.items()):
        axis.plot(
            [recall for _, _, recall in found["curve"]],
            [precision for _, precision, _ in found["curve"]],
            color=_COLOURS[n % len(_COLOURS)],
            label=name,
        )
        point = found["figures"]
        axis.plot(
            point["recall"]["value"], point["precision"]["value"], "o", color=_COLOURS[n % len(_COLOURS)]
        )
    axis.set_xlabel("recall: of the questions without an answer, those refused")
    axis.set_ylabel("precision: of the refusals, those due")
    axis.set_title(f"Refusals by threshold (dot: {result['threshold']})", fontsize=10)
    axis.set_xlim(0, 1)
    axis.set_ylim(0.4, 1)
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=110)
