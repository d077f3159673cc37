"""The dictionary as plain HTML: an index by family and by alphabet, and a page an entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby

from petipa.dictionary.facts import Facts, family_name, family_rank, title_of
from petipa.lexicon import Lexicon, plain
from petipa.lexicon.neighbours import Neighbour

_SHOWN = 12
"""Neighbours shown before the rest is folded away."""


@dataclass(frozen=True)
class Pictures:
    """What has been drawn of an entry, as addresses seen from the folder of the index; empty where there is none.

    Attributes
    ----------
    strip, view, thumb : str
    size : (int, int)
        Of the strip [px].
    """

    strip: str = ""
    view: str = ""
    thumb: str = ""
    size: tuple[int, int] = (0, 0)


def _html(title: str, body: str, *, up: str, script: str = "") -> bytes:
    return f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>{escape(title)}</title>
    <link rel="stylesheet" href="{up}shared/dictionary.css" />
  </head>
  <body>
{body}
{script}
  </body>
</html>
""".encode()


def _fr(name: str) -> str:
    """A step's name, marked as French for whoever has the page read aloud."""
    return f'<span lang="fr">{escape(name)}</span>'


def _neighbours(near: tuple[Neighbour, ...], lexicon: Lexicon) -> str:
    def item(one: Neighbour) -> str:
        entry = lexicon[one.key]
        side = f' <small title="to this side only">{one.sides[0].value}</small>' if len(one.sides) == 1 else ""
        return f'<li><a href="{one.key}.html">{_fr(title_of(entry))}</a>{side}</li>'

    if not near:
        return "<p>Nothing.</p>"
    first = f"<ul class=near>{''.join(map(item, near[:_SHOWN]))}</ul>"
    if len(near) <= _SHOWN:
        return first
    rest = sorted(near[_SHOWN:], key=lambda one: (family_rank(lexicon[one.key].family), one.key))
    groups = "".join(
        f"<h4>{escape(family_name(family))}</h4><ul class=near>{''.join(map(item, members))}</ul>"
        for family, members in groupby(rest, key=lambda one: lexicon[one.key].family)
    )
    return f"{first}<details><summary>and {len(near) - _SHOWN} more</summary>{groups}</details>"


def entry_page(facts: Facts, lexicon: Lexicon, pictures: Pictures, *, example: str) -> bytes:
    """The page of one entry."""
    name = escape(facts.name)
    parts = [
        '<a class="skip" href="#page">To the page</a>',
        '<header class="top"><a href="../index.html">Dictionary of steps</a></header>',
        f'<main id="page"><article><p class="family"><a href="../index.html#{facts.family}">'
        f"{escape(family_name(facts.family))}</a></p>",
        f'<h1 lang="fr">{name}</h1>',
    ]
    if facts.english and facts.english != facts.name:
        parts.append(f'<p class="english">{escape(facts.english)}</p>')
    parts.append(f'<p class="definition">{escape(facts.definition)}</p>')
    if pictures.strip:
        wide, tall = pictures.size
        parts.append(
            f'<figure><div class="strip" tabindex="0" role="region" aria-label="Pictures, to be moved sideways">'
            f'<img src="../{pictures.strip}" width="{wide}" height="{tall}" '
            f'alt="{name} danced to the right, moment by moment, seen from the front and from the side" /></div>'
            "<figcaption>To the right, from the front and from the side; times are from the count.</figcaption>"
            "</figure>"
        )
    if pictures.view:
        parts.append(
            f'<h2>Danced</h2><iframe class="view" loading="lazy" allow="fullscreen" '
            f'src="../{pictures.view}?embed#view=front" '
            f'title="{name} danced: play it, slow it down, walk round it"></iframe>'
            f'<p class="hint"><a href="../{pictures.view}">On a page of its own</a></p>'
        )
    if not pictures.strip:
        parts.append('<p class="hint">Not drawn yet.</p>')
    names = "".join(
        f"<tr><th scope=row>{escape(school)}</th><td>{_fr(said)}</td></tr>" for school, said in facts.schools
    )
    parts.append(f"<h2>Names</h2><table>{names}</table>")
    if facts.also:
        parts.append(f"<p>Also called {', '.join(map(_fr, facts.also))}.</p>")
    parts += [f"<p>{escape(sentence)}</p>" for sentence in facts.elsewhere]
    rows = "".join(f"<dt>{escape(title)}</dt><dd>{escape(text)}</dd>" for title, text in facts.rows)
    parts.append(f"<h2>How it is danced</h2><dl>{rows}</dl>")
    for title, places in (("It begins in", facts.begins), ("It ends in", facts.ends)):
        words = "".join(f"<li>{escape(place)}</li>" for place in places)
        parts.append(f"<h3>{title}</h3><ul>{words}</ul>")
    parts.append(f"<h2>What may come before</h2>{_neighbours(facts.before, lexicon)}")
    parts.append(f"<h2>What may come after</h2>{_neighbours(facts.after, lexicon)}")
    parts.append(f"<h2>Its example</h2><pre>{escape(example)}</pre></article></main>")
    return _html(facts.name, "\n".join(parts), up="../")


def index_page(pages: Iterable[Facts], lexicon: Lexicon, pictures: Mapping[str, Pictures]) -> bytes:
    """The index: every entry by family with a picture, and every name by alphabet."""
    ordered = sorted(pages, key=lambda facts: (family_rank(facts.family), plain(facts.name), facts.key))
    families = {family: list(members) for family, members in groupby(ordered, key=lambda facts: facts.family)}
    menu = "".join(f'<li><a href="#{family}">{escape(family_name(family))}</a></li>' for family in families)
    drawn_now = sum(bool(one.view) for one in pictures.values())
    parts = [
        '<a class="skip" href="#page">To the steps</a>',
        '<header class="top"><h1>Dictionary of steps</h1>',
        f'<p class="hint">{len(ordered)} entries, {drawn_now} of them drawn.</p>',
        '<form role="search" onsubmit="return false"><label for="find">Find a step, in any school’s spelling</label>'
        '<input id="find" type="search" autocomplete="off" spellcheck="false" />'
        '<p id="found" role="status" class="hint"></p></form>',
        f'<nav aria-label="Families"><ul class="menu">{menu}<li><a href="#alphabet">A to Z</a></li></ul></nav>',
        "</header>",
        '<main id="page">',
    ]
    for family, members in families.items():
        cards = []
        for facts in members:
            drawn = pictures.get(facts.key, Pictures())
            image = (
                f'<img src="{drawn.thumb}" width="120" height="150" loading="lazy" alt="" />'
                if drawn.thumb
                else '<span class="blank" aria-hidden="true"></span>'
            )
            words = lexicon[facts.key].names
            terms = " | ".join(dict.fromkeys(plain(n) for n in (*words.all(), *words.misspelt, words.english)))
            cards.append(
                f'<li data-names="{escape(terms, quote=True)}"><a href="steps/{facts.key}.html">{image}'
                f"<strong>{_fr(facts.name)}</strong></a><p>{escape(facts.definition)}</p></li>"
            )
        parts.append(
            f'<section id="{family}"><h2>{escape(family_name(family))}</h2>'
            f'<ul class="cards">{"".join(cards)}</ul></section>'
        )
    parts.append('<section id="alphabet"><h2>A to Z</h2>')
    names = sorted(
        {(plain(name), name, facts.key) for facts in ordered for name in (facts.name, *_school_names(facts))}
    )
    for letter, group in groupby(names, key=lambda item: item[0][:1]):
        links = "".join(
            f'<li data-names="{escape(plainly, quote=True)}"><a href="steps/{key}.html">{_fr(name)}</a></li>'
            for plainly, name, key in group
        )
        parts.append(f'<div class="letter"><h3>{escape(letter.upper())}</h3><ul class="names">{links}</ul></div>')
    parts.append("</section></main>")
    return _html("Dictionary of steps", "\n".join(parts), up="", script='    <script src="shared/search.js"></script>')


def _school_names(facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(name for _, name in facts.schools), *facts.also)))
