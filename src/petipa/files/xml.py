"""XML from strangers: no entities, no outside references, bounded size and depth."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

from petipa.errors import FileError

ELEMENTS_MAX = 3_000_000
DEPTH_MAX = 200


class _RefusedError(Exception):
    """Raised inside the parser to stop it; the text says why."""


def parse_xml(content: bytes, *, where: str) -> ElementTree.Element:
    """The root element of an XML document.

    A DOCTYPE may be there (MusicXML has one) but nothing it points to is fetched, and a document that declares
    entities is refused, so that neither files nor memory can be reached through it.

    Parameters
    ----------
    content : bytes
    where : str
        The file's name, for messages.

    Raises
    ------
    FileError
        If it is not well-formed, is cut short, declares entities, or is absurdly large or deep.
    """
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > DEPTH_MAX:
            raise _RefusedError(f"its elements are nested more than {DEPTH_MAX} deep")
        if elements > ELEMENTS_MAX:
            raise _RefusedError(f"it has more than {ELEMENTS_MAX} elements")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse_entity(*_: object) -> int:
        raise _RefusedError("it declares XML entities, which music has no use for and which can be harmful")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse_entity
    parser.UnparsedEntityDeclHandler = refuse_entity
    parser.ExternalEntityRefHandler = refuse_entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(content, True)
        return builder.close()
    except _RefusedError as problem:
        raise FileError(str(problem), where=where, would_work="the file exported afresh from a score editor") from None
    except expat.ExpatError as problem:
        raise FileError(
            f"it is not well-formed XML: {expat.errors.messages.get(problem.code, 'broken')}",
            where=f"{where}:{problem.lineno}:{problem.offset + 1}",
            would_work="a complete file, exported afresh from a score editor",
        ) from None
    except (ValueError, LookupError, AssertionError) as problem:
        raise FileError(f"its text cannot be read ({problem})", where=where, would_work="a file in UTF-8") from None
