"""The stage: strips, the interactive page and the film."""
