"""The illustrated dictionary: what each step is, what stands beside it, and how it is danced."""

from petipa.dictionary.facts import FAMILIES, Facts, facts_of, family_name

__all__ = ["FAMILIES", "Facts", "facts_of", "family_name"]
