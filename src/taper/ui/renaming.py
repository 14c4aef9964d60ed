"""Another name for a drug or a time of day, everywhere in a plan document that names it."""

from taper.ui.part import Part


def drug(document: Part, old: str, new: str) -> None:
    """Rename a drug in products, phases, limits and edits; its place in the regimen is not."""
    for product in document.get("products", ()):
        if product.get("drug") == old:
            product["drug"] = new
    for phase in document["phases"]:
        for key in ("drug", "from", "to"):
            if phase.get(key) == old:
                phase[key] = new
        steps = phase.get("steps")
        for step in steps if isinstance(steps, list) else ():
            _key(step["doses_mg"], old, new)
    for limit in document.get("limits", ()):
        if limit.get("drug") == old:
            limit["drug"] = new
    for edit in document.get("edits", ()):
        for key in ("doses_mg", "was_mg"):
            _key(edit.get(key, Part()), old, new)


def time(document: Part, old: str, new: str) -> None:
    """Rename a time of day in the list of times, and wherever doses, orders and moves name it."""
    document["times"] = [new if name == old else name for name in document["times"]]
    for key in ("regimen", "phases", "edits"):
        for part in document.get(key, ()):
            _time_in(part, old, new)


def _time_in(part: Part, old: str, new: str) -> None:
    for key, item in part.items():
        if key == "doses_mg" and item is not None:
            for doses_mg in (item, *(doses for doses in item.values() if isinstance(doses, Part))):
                _key(doses_mg, old, new)
        elif key in ("taking_from", "moving", "in_turn") and isinstance(item, list):
            item[:] = [new if name == old else name for name in item]
        elif isinstance(item, Part):
            _time_in(item, old, new)
        elif isinstance(item, list):
            for inner in item:
                if isinstance(inner, Part):
                    _time_in(inner, old, new)


def _key(part: Part, old: str, new: str) -> None:
    """Rename a key and keep its place among the others."""
    if old in part:
        pairs = [(new if key == old else key, value) for key, value in part.items()]
        part.clear()
        part.update(pairs)
