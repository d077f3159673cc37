"""Motion in the formats of other programs."""
