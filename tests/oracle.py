"""A second, plain reading of the plan document: the schedule that it has to make.

Written from the contract alone, it shares no code with the package under test. It
favours being obviously right over being fast: steps are made one by one, and doses are
found by trying every way to make them. It expects a document of the right shape, and
refuses only what shows when the plan is run. Words in quotes are the contract's.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import ceil, gcd, lcm
from typing import Any

Json = dict[str, Any]
Doses = dict[str, Fraction]  # time of day → mg; only times with a dose over 0

DEFAULT_TIMES = ["morning", "noon", "evening", "bedtime"]
WEEKDAYS = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
]


class Refused(ValueError):
    """The run makes the plan an error."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def positive(doses: Doses) -> Doses:
    """Keep the times that have a dose."""
    return {time: mg for time, mg in doses.items() if mg > 0}


def parsed(doses: dict[str, str]) -> Doses:
    """Read doses as typed: "never changed"."""
    return positive({time: Fraction(text) for time, text in doses.items()})


def total(doses: Doses) -> Fraction:
    """Add up a day's doses, in mg."""
    return sum(doses.values(), Fraction(0))


def plain(value: Fraction) -> str:
    """Show a value "exact", "without trailing zeros"; its decimals are finite."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs((value * 10**digits).numerator)).zfill(digits + 1)
    sign = "-" if value < 0 else ""
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def rounded(value: Fraction, digits: int) -> str:
    """Show a value rounded "half-even", as round() does exactly for a Fraction."""
    return plain(round(value, digits))


# Dispensing: from ideal doses to what the products can make.


@dataclass(frozen=True)
class Product:
    """One product; `unit` is the least of it to be taken, in steps of the grid."""

    index: int  # its place in the plan's list
    unit: int
    pieces: int  # units in one tablet or capsule; 1 for a liquid
    liquid: bool
    count: Fraction  # one unit in tablets, or in mL


@dataclass(frozen=True)
class Kit:
    """A drug's products; within it amounts are whole numbers of the grid.

    The grid is "the largest amount of which every unit of the drug's products is a
    whole multiple".
    """

    grid: Fraction
    products: tuple[Product, ...]


def kit_of(plan: Json, drug: str) -> Kit | None:
    """Gather a drug's products.

    "A tablet of strength s … makes multiples of s/n; … a liquid makes multiples of
    mg_per_ml × measurable_ml".
    """
    units: dict[int, Fraction] = {}
    counts: dict[int, Fraction] = {}
    for index, product in enumerate(plan.get("products", [])):
        if product["drug"] == drug and product["form"] == "oral liquid":
            counts[index] = Fraction(product["measurable_ml"])
            units[index] = Fraction(product["mg_per_ml"]) * counts[index]
        elif product["drug"] == drug:
            counts[index] = Fraction(1, product.get("pieces", 1))
            units[index] = Fraction(product["strength_mg"]) * counts[index]
    if not units:
        return None
    base = lcm(*(unit.denominator for unit in units.values()))
    grid = Fraction(gcd(*(int(unit * base) for unit in units.values())), base)
    products = []
    for index, unit in units.items():
        liquid = plan["products"][index]["form"] == "oral liquid"
        pieces = plan["products"][index].get("pieces", 1)
        products.append(Product(index, int(unit / grid), pieces, liquid, counts[index]))
    return Kit(grid, tuple(products))


@cache
def makeable(kit: Kit, limit: int) -> list[int]:
    """List every amount up to the limit, 0 included, that some counts make."""
    amounts = {0}
    for product in kit.products:
        unit = product.unit
        amounts = {more for less in amounts for more in range(less, limit + 1, unit)}
    return sorted(amounts)


def best_split(amounts: list[int], whole: int, ideal: list[Fraction]) -> list[int]:
    """Share a total out over the times, each getting one of the amounts.

    2. "the smallest sum over the times of |dispensed − ideal|; a tie leaves the larger
    dose at the later time (compare the doses from the last time backwards, larger
    first)". Every way is tried but those that are already further off than one found.
    """
    # Distances are multiplied up to whole numbers: the same order, but quick.
    scale = lcm(*(dose.denominator for dose in ideal))
    best: tuple[int, list[int]] | None = None

    def share(left: int, doses: list[int], off: int) -> None:
        nonlocal best
        if best and off > best[0]:
            return
        if len(doses) == len(ideal):
            found = (off, [-dose for dose in reversed(doses)])
            best = min(best or found, found)
            return
        aim = int(ideal[len(doses)] * scale)
        last = len(doses) == len(ideal) - 1
        fitting = [a for a in amounts if (a == left if last else a <= left)]
        # The nearest first, so that a close way is found early.
        for amount in sorted(fitting, key=lambda amount: abs(amount * scale - aim)):
            share(left - amount, [*doses, amount], off + abs(amount * scale - aim))

    share(whole, [], 0)
    # There is a way: the total is made by counts, which one time could have alone.
    return [-dose for dose in reversed(best[1])] if best else []


@cache
def dispensed(
    kit: Kit, ideal: tuple[Fraction, ...], rounding: str, cap: Fraction | None
) -> list[Fraction] | None:
    """Choose one drug's doses of a day; None where no total is left.

    1. "the daily total … nearest to the ideal total, among those allowed by `rounding`
    (`down`: not above; `up`: not below; `nearest`: a tie goes down) and … not above
    that drug's dispensed total of the step before"; 2. see best_split.
    """
    wanted = sum(ideal, Fraction(0)) / kit.grid
    # The multiples of any one unit have a total less than one unit above the ideal.
    totals = makeable(kit, ceil(wanted) + min(p.unit for p in kit.products))
    if cap is not None:
        totals = [amount for amount in totals if amount * kit.grid <= cap]
    if rounding == "down":
        totals = [amount for amount in totals if amount <= wanted]
    if rounding == "up":
        totals = [amount for amount in totals if amount >= wanted]
    if not totals:
        return None
    chosen = min(totals, key=lambda amount: (abs(amount - wanted), amount))
    aims = [mg / kit.grid for mg in ideal]
    return [dose * kit.grid for dose in best_split(makeable(kit, chosen), chosen, aims)]


def ways(units: list[int], amount: int) -> Iterator[list[int]]:
    """Make an amount in every way: lists of counts, one for each unit."""
    first, *others = units
    if not others and amount % first == 0:
        yield [amount // first]
    for count in range(amount // first + 1) if others else []:
        for rest in ways(others, amount - count * first):
            yield [count, *rest]


@cache
def take(kit: Kit, dose: Fraction) -> list[tuple[int, Fraction]] | None:
    """Choose what to take for one dose, (product, count); None if it can't be made.

    3. "the least mg as liquid, then the fewest broken pieces (a half is 1, a quarter 1,
    three quarters 2), then the fewest items to take (whole tablets + broken pieces; a
    measured volume counts 1), then the fewest different products, then the products
    listed earlier (compare the counts in list order, larger first)".
    """

    def order(counts: list[int]) -> tuple[int, int, int, int, list[int]]:
        liquid = broken = items = 0
        for count, product in zip(counts, kit.products, strict=True):
            if product.liquid:
                liquid += count * product.unit
                items += count > 0
            else:
                part = Fraction(count % product.pieces, product.pieces)
                pieces = 0 if part == 0 else 2 if part == Fraction(3, 4) else 1
                broken += pieces
                items += count // product.pieces + pieces
        kinds = sum(count > 0 for count in counts)
        return liquid, broken, items, kinds, [-count for count in counts]

    amount = dose / kit.grid
    if amount.denominator != 1:
        return None
    every_way = ways([product.unit for product in kit.products], int(amount))
    best = min(every_way, key=order, default=None)
    if best is None:
        return None
    return [
        (product.index, count * product.count)
        for count, product in zip(best, kit.products, strict=True)
        if count
    ]


# The run: phases, steps, edits.


def drugs_in_order(plan: Json) -> list[str]:
    """List the plan's drugs in the order of the schedule.

    "drugs stand in regimen order, then in the order in which the phases first name
    them, then drugs that only edits name, by step".
    """
    drugs = [entry["drug"] for entry in plan["regimen"]]
    for phase in plan["phases"]:
        drugs += [phase[key] for key in ("drug", "from", "to") if key in phase]
        for step in phase["steps"] if phase["kind"] == "set" else []:
            drugs += step["doses_mg"]
    for edit in sorted(plan.get("edits", []), key=lambda edit: int(edit["step"])):
        drugs += edit.get("doses_mg", {})
    return list(dict.fromkeys(drugs))


def taken_away(have: Doses, amount: Fraction, order: list[str]) -> Doses:
    """Take from a list of times, "each brought to 0 before the next is touched"."""
    left = dict(have)
    for time in order:
        part = min(amount, left.get(time, Fraction(0)))
        left[time] = left.get(time, Fraction(0)) - part
        amount -= part
    return left


class Run:
    """The plan played from its first day: the doses of now, and the steps so far."""

    def __init__(self, plan: Json) -> None:
        self.plan = plan
        self.times: list[str] = plan.get("times", DEFAULT_TIMES)
        edits = plan.get("edits", [])
        self.edits: dict[int, Json] = {edit["step"]: edit for edit in edits}
        self.drugs = drugs_in_order(plan)
        self.kits = {drug: kit_of(plan, drug) for drug in self.drugs}
        self.phase = 0
        self.ideal: dict[str, Doses] = {drug: {} for drug in self.drugs}
        self.given: dict[str, Doses] = {drug: {} for drug in self.drugs}
        for entry in plan["regimen"]:
            self.typed(entry["drug"], parsed(entry["doses_mg"]))
        self.before = {drug: total(self.given[drug]) for drug in self.drugs}
        self.steps: list[Json] = []
        self.taken: list[list[tuple[int, Fraction]]] = []  # a day's (product, count)
        self.day = date.fromisoformat(plan["start"])

    def refuse(self, reason: str) -> Refused:
        return Refused(f"phases[{self.phase}]", reason)

    def not_too_large(self, drug: str, doses: Doses) -> None:
        """Refuse "a dose, worked out or typed, of more than 100 000 times" the grid.

        What is worked out is the ideal dose: "Doses that a `reduce` or `switch` works
        out are rounded …".
        """
        kit = self.kits[drug]
        if kit and any(mg > 100_000 * kit.grid for mg in doses.values()):
            raise self.refuse(f"a dose of {drug} is too large for its products")

    def typed(self, drug: str, doses: Doses) -> None:
        """Set a drug to doses that the clinician typed."""
        self.not_too_large(drug, doses)
        self.given[drug] = self.ideal[drug] = doses

    def needs_dose(self, drug: str) -> None:
        """Apply "`reduce`, `stop` and `switch` need … an ideal total over 0"."""
        if not self.ideal[drug]:
            raise self.refuse(f"{drug} has no dose")

    def work_out(self, drug: str, ideal: Doses, *, capped: bool) -> Doses:
        """Round ideal doses, "all times of the drug anew at each step"."""
        self.not_too_large(drug, ideal)
        kit = self.kits[drug]
        if not kit:
            # "each time's dose is rounded half-even to 0.001 mg, and nothing else"
            return positive({time: round(mg, 3) for time, mg in ideal.items()})
        times = [time for time in self.times if time in ideal]
        if not times:
            return {}
        phase = self.plan["phases"][self.phase]
        rounding = phase.get("rounding", self.plan.get("rounding"))
        if rounding is None:
            raise self.refuse("rounding is missing")
        cap = total(self.given[drug]) if capped else None
        doses = dispensed(kit, tuple(ideal[time] for time in times), rounding, cap)
        if doses is None:
            raise self.refuse(f"the dose of {drug} would rise")
        return positive(dict(zip(times, doses, strict=True)))

    def make_step(self, days: int, *, typed: bool = False) -> Json:
        """Make a step of the doses of now, after its edit; return the edit."""
        number = len(self.steps) + 1
        edit = self.edits.pop(number, {})
        for drug, was in edit.get("was_mg", {}).items():
            if round(total(self.given.get(drug, {})), 4) != round(Fraction(was), 4):
                raise Refused("edits", f"the edit of step {number} is stale")
        for drug, doses in edit.get("doses_mg", {}).items():
            # "the drug's other times keep the dispensed dose that the step would have
            # had"; "the ideal line goes on from the doses of the edited step"
            others = {t: mg for t, mg in self.given[drug].items() if t not in doses}
            self.typed(drug, others | parsed(doses))
        if "days" in edit:
            days = edit["days"]
        elif not typed and "changes_on" in self.plan:
            # "lengthened, never shortened, until the day after it is that weekday"
            weekday = WEEKDAYS.index(self.plan["changes_on"])
            while (self.day + timedelta(days)).weekday() != weekday:
                days += 1
        rows, taken = self.drug_rows()
        step = {"number": number, "phase": self.phase, "start": self.day.isoformat()}
        step |= {"end": (self.day + timedelta(days - 1)).isoformat(), "days": days}
        self.steps.append({**step, "edited": bool(edit), "drugs": rows})
        self.taken.append(taken)
        self.before = {drug: total(self.given[drug]) for drug in self.drugs}
        self.day += timedelta(days)
        # "a plan runs at most 1 830 days and 600 steps"
        if number > 600 or sum(step["days"] for step in self.steps) > 1830:
            raise self.refuse("the plan is too long")
        return edit

    def drug_rows(self) -> tuple[list[Json], list[tuple[int, Fraction]]]:
        """Return the drugs' rows of a step, and all that is taken in one day of it.

        "A drug is listed in a step while its dispensed total is over 0, doses of 0 are
        left out"; "percent null from 0"; "take is null where the dose can't be made".
        """
        rows: list[Json] = []
        taken: list[tuple[int, Fraction]] = []
        for drug in self.drugs:
            given, ideal, kit = self.given[drug], self.ideal[drug], self.kits[drug]
            doses = []
            for time in self.times:
                if time not in given:
                    continue
                items = take(kit, given[time]) if kit else None
                shown = [{"product": p, "count": plain(n)} for p, n in items or []]
                dose = {"time": time, "ideal_mg": rounded(ideal[time], 3)}
                dose["dose_mg"] = plain(given[time])
                doses.append({**dose, "take": None if items is None else shown})
                taken += items or []
            change = total(given) - self.before[drug]
            before = self.before[drug]
            row = {
                "drug": drug,
                "ideal_mg": rounded(total(ideal), 3),
                "total_mg": plain(total(given)),
                "change_mg": plain(change),
                "change_percent": rounded(change / before * 100, 1) if before else None,
                "doses": doses,
            }
            if given:
                rows.append(row)
        return rows, taken

    def hold(self, phase: Json) -> None:
        """Play "one step: the doses as they are"."""
        if not any(self.ideal.values()):
            raise self.refuse("no drug has a dose")
        self.make_step(phase["days"])

    def set_doses(self, phase: Json) -> None:
        """Play "doses typed as they are"; "a time left out is 0"."""
        for step in phase["steps"] * phase.get("repeat", 1):
            for drug, doses in step["doses_mg"].items():
                self.typed(drug, parsed(doses))
            self.make_step(step["days"], typed=True)

    def stop(self, phase: Json) -> None:
        """Play "that drug is 0 from this day; takes no time"."""
        self.needs_dose(phase["drug"])
        self.given[phase["drug"]] = self.ideal[phase["drug"]] = {}

    def switch(self, phase: Json) -> None:
        """Play "replaces one drug by another".

        A list: "each step moves the whole remaining `from` dose of one time".
        `equal_steps`: "each of n steps moves 1/n of what every time had at the phase's
        start; the last moves all that is left".
        """
        old, new, moving = phase["from"], phase["to"], phase["moving"]
        self.needs_dose(old)
        equal = isinstance(moving, dict)
        n = moving["equal_steps"] if equal else len(moving)
        shares = {time: mg / n for time, mg in self.ideal[old].items()}
        for number in range(1, n + 1):
            have = self.ideal[old]
            times = self.times if equal else [moving[number - 1]]
            moved = {time: have[time] for time in times if time in have}
            if equal and number < n:
                # After an edit a time can have less than its share, or have a dose but
                # no share, as it had none at the start.
                moved = {t: min(moved[t], shares[t]) for t in moved if t in shares}
            if not moved:
                continue  # "a step that would move nothing takes no step"
            left = positive({time: mg - moved.get(time, 0) for time, mg in have.items()})
            more = dict(self.ideal[new])
            for time, mg in moved.items():
                more[time] = more.get(time, 0) + mg * Fraction(phase["to_mg_per_from_mg"])
            # "A total that rounds to 0 in a `switch` leaves its ideal as it is."
            self.given[old] = self.work_out(old, left, capped=True)
            self.given[new] = self.work_out(new, more, capped=False)
            self.ideal[old], self.ideal[new] = left, more
            self.make_step(phase["every_days"])

    def reduce(self, phase: Json) -> None:
        """Play "lowers one drug's daily total in steps of `every_days` days"."""
        drug, by = phase["drug"], phase["by"]
        order: Any = phase.get("taking_from")
        self.needs_dose(drug)
        start = total(self.ideal[drug])
        until = Fraction(phase.get("until_mg", "0"))
        if until >= start:
            raise self.refuse("until_mg must be under the current ideal total")
        in_turn, in_list = isinstance(order, dict), isinstance(order, dict | list)
        named: list[str] = order["in_turn"] if in_turn else order if in_list else []
        turn = -1  # where in `in_turn` the reduction before started
        reductions = 0
        while True:
            have = self.ideal[drug]
            if order is None and len(have) > 1:
                raise self.refuse("taking_from is missing")
            if in_list and not have.keys() <= set(named):
                raise self.refuse("taking_from must name every time at which it is taken")
            # "Where the next ideal would be under `until_mg` it is `until_mg`."
            goal = max(self.next_total(by, drug, start, until), until)
            if not in_list:
                left = {t: mg * goal / total(have) for t, mg in have.items()}
            else:
                if in_turn:
                    # "from the next in the list, round and round, after the time at
                    # which the one before started, that has a dose"
                    turn = (turn + 1) % len(named)
                    while named[turn] not in have:
                        turn = (turn + 1) % len(named)
                # "what a time can't give comes from those after it"
                ring = named[max(turn, 0) :] + named[: max(turn, 0)]
                left = taken_away(have, total(have) - goal, ring)
            left = positive(left)
            given = self.work_out(drug, left, capped=True)
            if not given:
                # "the 0 takes no step of its own; the same where the dispensed total
                # rounds to 0 (the ideal becomes 0 …)"
                self.given[drug] = self.ideal[drug] = {}
                return
            self.given[drug], self.ideal[drug] = given, left
            edit = self.make_step(phase["every_days"]).get("doses_mg", {})
            reductions += 1
            if in_list and not parsed(edit.get(drug, {})).keys() <= set(named):
                raise self.refuse("an edit gives a dose at another time")
            # "… the step that reaches `until_mg` or is the last of `steps`, whatever an
            # edit makes of that step, and … any step that an edit brings to or under"
            if goal == until or reductions == phase.get("steps"):
                return
            if drug in edit and total(self.ideal[drug]) <= until:
                return

    def next_total(self, by: Json, drug: str, start: Fraction, until: Fraction) -> Fraction:
        """Work out the next ideal total by the phase's `by`; may be under `until`."""
        now = total(self.ideal[drug])
        if "percent_of_current" in by:
            return now * (1 - Fraction(by["percent_of_current"]) / 100)
        if "percent_of_start" in by:
            return now - start * Fraction(by["percent_of_start"]) / 100
        if "amount_mg" in by:
            return now - Fraction(by["amount_mg"])
        if "equal_steps" in by:
            return now - (start - until) / Fraction(by["equal_steps"])
        if "makeable_steps" in by:
            kit, nth = self.kits[drug], int(by["makeable_steps"])
            if not kit:
                raise self.refuse("makeable_steps needs products")
            limit = ceil(now / kit.grid)
            below = [a * kit.grid for a in makeable(kit, limit) if a * kit.grid < now]
            # "0 where fewer remain"
            return below[-nth] if nth <= len(below) else Fraction(0)
        # The format: the occupancy is max × dose/(dose + ED50), and without any the dose is 0.
        most, ed50 = Fraction(by["max_percent"]), Fraction(by["ed50_mg"])
        points = most * now / (now + ed50) - Fraction(by["occupancy_points"])
        return ed50 * points / (most - points) if points > 0 else Fraction(0)


def supply(run: Run) -> list[Json]:
    """Add up what to dispense, day by day.

    "periods follow one another from the start, the last one ends with the last step;
    rows by period, then by product, none of 0; tablets added up, broken pieces shared
    within the period, rounded up to whole tablets (mL up to a measurable amount)".
    """
    first = date.fromisoformat(run.plan["start"])
    last = run.day - timedelta(1)
    every = run.plan.get("dispense_every_days", (run.day - first).days)
    needed: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    day = 0
    for step, taken in zip(run.steps, run.taken, strict=True):
        for _ in range(step["days"]):
            for index, count in taken:
                needed[day // every, index] += count
            day += 1
    rows = []
    for (period, index), count in sorted(needed.items()):
        product = run.plan["products"][index]
        measure = Fraction(product.get("measurable_ml", "1"))
        full = ceil(count / measure) * measure
        pack = product.get("pack_ml", product.get("pack"))
        begins = first + timedelta(period * every)
        ends = min(begins + timedelta(every - 1), last)
        row = {"from": begins.isoformat(), "to": ends.isoformat(), "product": index}
        packs = None if pack is None else ceil(full / Fraction(pack))
        rows.append({**row, "count": plain(full), "packs": packs})
    return rows


def expected_schedule(plan: Json) -> Json:
    """Return the schedule's `steps` (without `basis`), `ends`, `supply`; or refuse."""
    run = Run(plan)
    play = {"hold": run.hold, "reduce": run.reduce, "switch": run.switch}
    play |= {"set": run.set_doses, "stop": run.stop}
    maintained = plan["phases"][-1]["kind"] == "maintain"
    for number, phase in enumerate(plan["phases"]):
        run.phase = number
        if phase["kind"] != "maintain":
            play[phase["kind"]](phase)
    if not run.steps:
        raise Refused("phases", "the plan has no step")
    if run.edits:
        raise Refused("edits", f"there is no step {min(run.edits)}")
    if maintained and not any(run.ideal.values()):
        raise Refused("phases", "maintain must have a drug over 0")
    if not maintained and any(run.ideal.values()):
        raise Refused("phases", "the plan does not say how it ends")
    ends: Json = {"how": "stopped", "on": run.day.isoformat()}
    if maintained:
        ends |= {"how": "maintained", "drugs": run.drug_rows()[0]}
    return {"steps": run.steps, "ends": ends, "supply": supply(run)}
