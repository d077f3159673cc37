"""The only door for outside bytes: limits, safe unpacking, atomic writes."""

from petipa.files.atomic import atomic_path, make_folder, write_atomic

__all__ = ["atomic_path", "make_folder", "write_atomic"]
