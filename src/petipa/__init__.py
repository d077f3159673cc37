"""petipa stages classical ballet solos: step names in, physically true ballet out."""

__version__ = "0.1.0"
