"""Lists the facts whose source was read longer ago than stated: `python -m taper.reference`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from taper.leaf import Day
from taper.reference.age import stale


def _day(text: str) -> date:
    try:
        return Day().check(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each such fact; return 1 where there is one."""
    parser = argparse.ArgumentParser(prog="python -m taper.reference", description=__doc__)
    parser.add_argument("--older-than", type=int, required=True, metavar="YEARS")
    parser.add_argument("--today", type=_day, required=True, metavar="YYYY-MM-DD")
    asked = parser.parse_args(arguments)
    found = stale(asked.today, asked.older_than)
    for fact in found:
        print(fact)
    sources = len({fact.source.id for fact in found})
    years = f"{asked.older_than} year{'' if asked.older_than == 1 else 's'}"
    print(f"Read more than {years} before {asked.today}: {len(found)} facts of {sources} sources")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
