"""The only door for outside bytes: limits, safe unpacking, atomic writes."""

from petipa.files.atomic import atomic_path, make_folder, write_atomic
from petipa.files.mxl import unpack_mxl
from petipa.files.reading import MEBIBYTE, plain_file, read_limited, reading_error
from petipa.files.xml import parse_xml

__all__ = [
    "MEBIBYTE",
    "atomic_path",
    "make_folder",
    "parse_xml",
    "plain_file",
    "read_limited",
    "reading_error",
    "unpack_mxl",
    "write_atomic",
]
