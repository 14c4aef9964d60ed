"""How long the sheets of a plan of 26 steps take, beside the exact fractions of `run`."""

import random
import statistics
from functools import partial
from typing import Final

from run import ROUNDS, three_years, timed, yardstick

from taper import Plan, build_schedule
from taper.sheets import SHEETS, Options, pdf

PACKS: Final = {
    "patient's sheet": ("patient",),
    "patient's sheet and calendar": ("patient", "calendar"),
    "all sheets": tuple(SHEETS),
}


def main() -> None:
    """Print a row for each pack of sheets; every timed plan is a new one."""
    heads = f"{'median ms':>10}{'worst ms':>10}{'× yardstick':>13}"
    print(f"{'sheets of 26 steps, as one PDF':<44}{heads}")
    for name, sheets in PACKS.items():
        ours, ratios = [], []
        for seed in range(ROUNDS // 2):
            document = three_years(random.Random(seed))
            document["regimen"] = document["regimen"][1:]
            document["phases"] = [
                document["phases"][0] | {"steps": 26},
                document["phases"][2] | {"drug": "diazepam"},
            ]
            document["products"] = document["products"][3:]
            schedule = build_schedule(Plan.from_document(document))
            spent = timed(partial(pdf, schedule, Options(sheets)))
            if seed:  # the first warms the fonts
                ours.append(spent)
                ratios.append(spent / timed(yardstick))
        middle, ratio = statistics.median(ours), statistics.median(ratios)
        print(f"{name:<44}{middle:>10.1f}{max(ours):>10.1f}{ratio:>13.1f}")


if __name__ == "__main__":
    main()
