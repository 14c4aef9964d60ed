"""Random plan documents of the right shape, small enough for the oracle.

A plan grows phase by phase from the doses that the oracle says are taken by then, so
that most plans run to their end. Some are spoilt on purpose: what is refused has to be
compared as well.
"""

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from oracle import DEFAULT_TIMES, WEEKDAYS, Refused, expected_schedule

Json = dict[str, Any]
Taken = dict[str, dict[str, Fraction]]  # drug → time → mg, ideal

DRUGS = ["clonazepam", "diazepam", "lorazepam", "temazepam", "own mixture"]
OWN_TIMES = [["08:00", "20:00"], ["07:30", "13:00", "22:00"], ["night"], ["pm", "am"]]
# What a drug's doses and strengths are built from; most are whole multiples of it.
MEASURES = ["0.125", "0.25", "0.5", "0.5", "1", "1", "2.5", "0.3", "0.7", "1.1"]
EVERY_DAYS = [1, 2, 3, 7, 7, 10, 14, 14, 28]
ROUNDINGS = ["nearest", "nearest", "down", "up"]
BY = [
    "percent_of_current",
    "percent_of_start",
    "amount_mg",
    "equal_steps",
    "makeable_steps",
    "occupancy_points",
]

MAINTAIN: Json = {"kind": "maintain"}


def text(value: Fraction) -> str:
    """Write an amount as the plan has it: at most 4 decimals, no trailing zeros."""
    whole, decimals = divmod(round(value * 10_000), 10_000)
    return f"{whole}.{decimals:04}".rstrip("0").rstrip(".")


def going_on(plan: Json) -> Taken:
    """Work out what is taken after the phases so far; Refused where they don't run."""
    if all(phase["kind"] == "stop" for phase in plan["phases"]):
        stopped = {phase["drug"] for phase in plan["phases"]}
        entries = [entry for entry in plan["regimen"] if entry["drug"] not in stopped]
        doses: Taken = {}
        for entry in entries:
            amounts = {t: Fraction(mg) for t, mg in entry["doses_mg"].items()}
            doses[entry["drug"]] = {t: mg for t, mg in amounts.items() if mg}
        return doses
    try:
        ends = expected_schedule({**plan, "phases": plan["phases"] + [MAINTAIN]})["ends"]
    except Refused as refused:
        if "maintain" in refused.reason:
            return {}
        raise
    return {
        row["drug"]: {d["time"]: Fraction(d["ideal_mg"]) for d in row["doses"]}
        for row in ends["drugs"]
    }


class Maker:
    """The choices that hold for a whole plan, and the parts made with them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.times = self.some_times()
        self.measure = {drug: Fraction(rng.choice(MEASURES)) for drug in DRUGS}
        names = rng.sample(DRUGS, len(DRUGS))
        self.drugs = names[: rng.choice([1, 1, 1, 2, 2, 3])]
        self.other = names[3]  # a drug that only a switch, a set or an edit brings in
        # The oracle tries every way to share a total: small ones where times are many.
        self.together = min(len(self.times), rng.choice([1, 1, 1, 2, 2, 2, 3, 4]))
        self.most = {1: 24, 2: 10, 3: 5, 4: 3}[self.together]

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def some_times(self) -> list[str]:
        rng = self.rng
        if rng.random() < 0.7:
            return DEFAULT_TIMES
        return rng.choice([*OWN_TIMES, rng.sample(DEFAULT_TIMES, rng.randint(1, 4))])

    def amount(self, drug: str) -> str:
        """Choose a dose: mostly one that products can make."""
        if self.measure[drug] < Fraction(1, 2) and self.rng.random() < 0.003:
            return "99999"  # too large for nearly all products of such a drug
        size = self.measure[drug] * self.rng.randint(1, self.most)
        if self.chance(8):
            size = size * self.rng.randint(7, 13) / 10 + Fraction(1, 10_000)
        return text(size)

    def doses(self, drug: str, *, zeros: int) -> dict[str, str]:
        """Choose doses at some times; so many percent of them are 0."""
        count = self.rng.choice([self.together, self.rng.randint(1, self.together)])
        times = self.rng.sample(self.times, count)
        return {t: "0" if self.chance(zeros) else self.amount(drug) for t in times}

    def products(self) -> list[Json]:
        """Choose 0 to 4 products a drug, in any order, also for one not taken."""
        found: dict[str, Json] = {}
        for drug in [*self.drugs, self.other]:
            for _ in range(self.rng.choice([0, 1, 1, 2, 2, 3, 4])):
                product = self.product(drug)
                same = {k: v for k, v in product.items() if k not in ("pack", "pack_ml")}
                if same.get("pieces") == 1:
                    del same["pieces"]
                found.setdefault(repr(sorted(same.items())), product)
        products = list(found.values())
        self.rng.shuffle(products)
        return products

    def product(self, drug: str) -> Json:
        rng, measure, few = self.rng, self.measure[drug], self.together < 3
        forms = ["tablet"] * 6 + ["modified-release tablet", "capsule"]
        form = rng.choice([*forms, "oral liquid", "oral liquid"])
        product: Json = {"drug": drug, "form": form}
        if form == "oral liquid":
            product["measurable_ml"] = rng.choice(["0.1", "0.25", "0.5", "1", "2.5"])
            fine = measure * rng.choice([10, 5, 4] if few else [10]) / 10
            product["mg_per_ml"] = text(fine / Fraction(product["measurable_ml"]))
            if self.chance(60):
                product["pack_ml"] = rng.choice(["100", "30", "12.5"])
            return product
        halves = self.rng.choice([2, 2, 4, 4, 8, 6, *([3, 5] if few else [])])
        strength = measure * halves / 2
        if few and self.chance(3):
            strength = strength * 4 / 3  # has no useful common measure with the others
        product["strength_mg"] = text(strength)
        if form == "tablet":
            product["pieces"] = rng.choice([1, 2, 2, 4] if few else [1, 2])
        elif self.chance(30):
            product["pieces"] = 1
        if self.chance(60):
            product["pack"] = rng.choice([28, 30, 100, 7])
        return product

    def phase(self, taken: Taken) -> Json:
        """Choose a phase for the doses taken; a spoilt one for none."""
        rng = self.rng
        drug = rng.choice([*taken] or self.drugs)
        if taken and self.chance(2):
            drug = self.other  # often without a dose by now
        kind = rng.choice(["reduce"] * 6 + ["hold", "switch", "switch", "set", "stop"])
        if kind == "hold":
            return {"kind": "hold", "days": rng.randint(1, 30)}
        if kind == "stop":
            # Seldom the last drug taken, after which nothing is left to plan.
            if len(taken) > 1 or self.chance(10):
                return {"kind": "stop", "drug": drug}
            return {"kind": "hold", "days": rng.randint(1, 30)}
        if kind == "set":
            return self.typed_steps(taken)
        make = self.switch if kind == "switch" else self.reduce
        phase = make(drug, taken)
        if self.chance(20):
            phase["rounding"] = rng.choice(ROUNDINGS)
        return phase

    def typed_steps(self, taken: Taken) -> Json:
        steps = []
        for _ in range(self.rng.randint(1, 3)):
            names = {drug for drug in [*taken, self.other] if self.chance(40)}
            drugs = sorted(names) or self.drugs[:1]
            self.rng.shuffle(drugs)
            days = self.rng.choice([1, 1, 2, 7, 12])
            doses = {drug: self.doses(drug, zeros=15) for drug in drugs}
            steps.append({"days": days, "doses_mg": doses})
        phase: Json = {"kind": "set", "steps": steps}
        if self.chance(30):
            # The largest ones pass 600 steps or 1 830 days.
            phase["repeat"] = self.rng.choice([2, 3, 7] if self.chance(93) else [300])
        return phase

    def switch(self, drug: str, taken: Taken) -> Json:
        rng = self.rng
        others = [d for d in [*self.drugs, self.other] if d != drug]
        to = rng.choice(others)
        one = self.measure[to] / self.measure[drug]
        ratio = max(one * rng.choice([2, 2, 2, 1, 4]) / 2, Fraction(1, 100))
        if self.chance(60):
            moving: Any = rng.sample(self.times, len(self.times))
            if self.chance(25):
                moving = moving[: rng.randint(1, len(moving))]
        else:
            moving = {"equal_steps": rng.randint(1, 6)}
        least = min(taken.get(drug, {}).values(), default=Fraction(0))
        if self.chance(10) and isinstance(moving, list) and least > 20 * self.measure[to]:
            ratio = Fraction(100_000)  # far too large a dose for any products here
        return {
            "kind": "switch",
            "from": drug,
            "to": to,
            "to_mg_per_from_mg": text(ratio),
            "every_days": rng.choice(EVERY_DAYS),
            "moving": moving,
        }

    def reduce(self, drug: str, taken: Taken) -> Json:
        rng = self.rng
        now = taken.get(drug, {})
        mg = sum(now.values(), Fraction(0)) or Fraction(5)
        kind = rng.choice(BY)
        until = text(mg * rng.choice([1, 2, 3, 5]) / rng.choice([6, 8, 10]))
        if self.chance(60) and kind != "percent_of_current":
            until = "0"
        if self.chance(2):
            until = text(mg + self.measure[drug])  # not under the current total
        if until == "0" and kind == "percent_of_current":
            until = "0.001"  # it "must be over 0"
        phase: Json = {"kind": "reduce", "drug": drug, "by": self.by(kind, mg)}
        phase["every_days"] = rng.choice(EVERY_DAYS)
        if kind != "equal_steps" and self.chance(25):
            phase["steps"] = rng.randint(1, 6)
        else:
            phase["until_mg"] = until
        # A list of all times fits whatever is taken; one of those taken now may not
        # after an edit; a missing one is refused only where it is needed.
        named = rng.sample(self.times, len(self.times))
        if self.chance(30):
            named = [time for time in named if time in now] or named
        if self.chance(3):
            named = named[1:] or named
        order = rng.choice([None, "proportional", named, named, {"in_turn": named}])
        if order is None and len(now) > 1 and self.chance(90):
            order = {"in_turn": named}
        if order is not None:
            phase["taking_from"] = order
        return phase

    def by(self, kind: str, mg: Fraction) -> Json:
        rng = self.rng
        if kind.startswith("percent"):
            return {kind: rng.choice(["5", "10", "10", "12.5", "25", "33.3", "50", "99.9"])}
        if kind == "amount_mg":
            amount = mg * 2 / rng.choice([1, 4, 6, 10, 10, 16, 16, 24, 40])
            return {kind: text(max(amount, Fraction(1, 1000)))}
        if kind == "equal_steps":
            return {kind: rng.choice([1, 2, 3, 4, 5, 6, 8, 9, 12])}
        if kind == "makeable_steps":
            return {kind: rng.choice([1, 1, 1, 1, 1, 2, 3, 20])}
        ed50 = mg * rng.choice([1, 3, 6]) / 3
        return {
            "occupancy_points": rng.choice(["3", "5", "5", "8", "8", "12.5", "60"]),
            "ed50_mg": text(max(ed50, Fraction(1, 1000))),
            "max_percent": rng.choice(["100", "92", "80.5"]),
        }

    def edits(self, steps: list[Json]) -> list[Json]:
        """Choose edits of some steps; what they say was there is mostly true."""
        rng = self.rng
        count = min(len(steps), rng.choice([1, 1, 2, 3]))
        numbers = rng.sample(range(1, len(steps) + 1), count)
        if self.chance(3):
            numbers.append(len(steps) + rng.randint(1, 3))
        edits = []
        for number in numbers:
            edit: Json = {"step": number, "why": rng.choice(["travel", "slept badly"])}
            what = rng.choice(["days", "doses", "doses", "both"])
            if what != "doses":
                edit["days"] = rng.choice([1, 3, 9, 21, 40])
            if what != "days":
                rows = steps[number - 1]["drugs"] if number <= len(steps) else []
                edit |= self.edited_doses(rows)
            edits.append(edit)
        return edits

    def edited_doses(self, rows: list[Json]) -> Json:
        """Choose the part of an edit that changes doses."""
        named = [row["drug"] for row in rows if self.chance(75)]
        if self.chance(10) or not named:
            named.append(self.rng.choice([self.other, *self.drugs]))
        doses = {drug: self.edited(drug, rows) for drug in dict.fromkeys(named)}
        if self.chance(70):
            return {"doses_mg": doses}
        # True unless an edit of an earlier step changes what is there.
        totals = {row["drug"]: Fraction(row["total_mg"]) for row in rows}
        was = {drug: text(totals.get(drug, Fraction(0))) for drug in doses}
        if self.chance(8):
            was[named[0]] = self.amount(named[0])
        return {"doses_mg": doses, "was_mg": was}

    def edited(self, drug: str, rows: list[Json]) -> dict[str, str]:
        """Choose an edit's doses: mostly near those that were there, at their times."""
        there = [row for row in rows if row["drug"] == drug]
        if not there or self.chance(15):
            return self.doses(drug, zeros=20)
        doses = {}
        for dose in self.rng.sample(there[0]["doses"], 1):
            tenths = self.rng.choice([0, 5, 9, 10, 10, 20])
            # A switch at a high ratio goes beyond what may be typed.
            typed = min(Fraction(dose["dose_mg"]) * tenths / 10, Fraction(100_000))
            doses[dose["time"]] = text(typed)
        return doses

    def plan(self) -> Json:
        """Make a plan."""
        rng = self.rng
        start = date(2024, 1, 1) + timedelta(rng.randrange(3650))
        plan: Json = {"format": "taper-plan/1", "start": start.isoformat()}
        if self.times is not DEFAULT_TIMES or self.chance(20):
            plan["times"] = self.times
        plan["regimen"] = [
            {"drug": drug, "doses_mg": self.doses(drug, zeros=0)} for drug in self.drugs
        ]
        products = self.products()
        if products or self.chance(50):
            plan["products"] = products
        if products or self.chance(50):
            plan["rounding"] = rng.choice(ROUNDINGS)
        if self.chance(25):
            plan["changes_on"] = rng.choice(WEEKDAYS)
        if self.chance(50):
            plan["dispense_every_days"] = rng.choice([7, 14, 28, 28, 30, 91])
        plan["phases"] = []
        try:
            self.fill(plan)
        except Refused:
            plan["phases"].append(MAINTAIN)  # refused, but whole
        working = [p for p in plan["phases"] if p["kind"] in ("reduce", "switch")]
        if "rounding" in plan and working and self.chance(15):
            rounding = plan.pop("rounding")
            for phase in working:
                phase.setdefault("rounding", rounding)
        return plan

    def fill(self, plan: Json) -> None:
        """Add phases, edits and an end; Refused where the phases so far don't run."""
        rng = self.rng
        if self.chance(40):
            plan["phases"].append({"kind": "hold", "days": rng.randint(1, 30)})
        for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
            taken = going_on(plan)
            if not taken and self.chance(95):
                break
            plan["phases"].append(self.phase(taken))
        taken = going_on(plan)
        if self.chance(40):
            # Edits need the steps; where nothing goes on, the plan has its end already.
            end = [MAINTAIN] if taken else []
            whole = {**plan, "phases": plan["phases"] + end}
            plan["edits"] = self.edits(expected_schedule(whole)["steps"])
            edited_taken = going_on(plan)
            taken = edited_taken if self.chance(97) else taken
        if self.chance(30 if taken else 3):
            review = {"review_on": "2040-01-01"} if self.chance(50) else {}
            plan["phases"].append({**MAINTAIN, **review})
            return
        if taken and self.chance(30):
            plan["phases"].append({"kind": "hold", "days": rng.randint(1, 14)})
        if self.chance(98):
            plan["phases"] += [{"kind": "stop", "drug": drug} for drug in taken]


def random_plan(rng: random.Random) -> Json:
    """Make a random plan of the right shape; about one in four is refused when run."""
    return Maker(rng).plan()
