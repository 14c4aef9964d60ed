"""Sourced facts to show beside the fields: none of them ever fills one."""

from taper.reference.age import stale
from taper.reference.facts import drug_named, drugs, products
from taper.reference.source import InvalidReference, sources

__all__ = ["InvalidReference", "drug_named", "drugs", "products", "sources", "stale"]
