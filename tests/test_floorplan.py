"""The floor plan: the path is the feet's own, the drawing is whole, the words agree with it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from petipa.choreography import Code, bars_of, parse, resolve
from petipa.cli.main import main
from petipa.dancer import load_dancer
from petipa.floor import Stage
from petipa.lexicon import load_lexicon
from petipa.motion.able import unable
from petipa.motion.plan import Plan, make_plan
from petipa.production import Order, plan_of, shipped_variation
from petipa.stage.floorplan import Section, draw_floorplan, path_of, summary

HEAD = 'petipa 1\ntitle "Diagonal <&>"\ntempo 100 3/4\nstart upstage left, effacé, fifth right front\n'
TEXT = HEAD + "1 plié\n\n# Across the stage.\n2-3 run R toward downstage right\n4 piqué arabesque R\n\n5 plié\n"


def planned(text: str) -> Plan:
    choreography, lexicon = parse(text), load_lexicon()
    steps = resolve(choreography, lexicon, bars_of(choreography), seconds=lambda b: float(b) * 0.6)
    return make_plan(steps, lexicon.entries, lambda b: float(b) * 0.6, load_dancer())


def test_the_path_goes_where_the_text_says_and_is_rounded() -> None:
    path = path_of(planned(TEXT))
    start = Stage().place("upstage left")
    assert np.linalg.norm(path.places[0] - start) < 0.15
    way = path.places[-1] - path.places[0]
    assert way[0] > 1.0 and way[1] < -1.0, "downstage and to stage right"
    assert np.linalg.norm(np.diff(path.places, axis=0), axis=1).max() * 30 < 6.0, "m/s"
    straight = float(np.linalg.norm(way))
    assert straight <= path.length(path.times[0], path.times[-1]) < 1.35 * straight


def test_standing_still_goes_nowhere() -> None:
    path = path_of(planned(HEAD + "1 plié\n2 plié\n"))
    assert path.length(path.times[0], path.times[-1]) < 0.2


def test_a_foot_beyond_the_edge_is_found_but_not_on_the_way_off() -> None:
    def beyond(text: str, stage: Stage) -> list[str]:
        choreography, lexicon = parse(text), load_lexicon()
        steps = resolve(choreography, lexicon, bars_of(choreography), seconds=lambda b: float(b) * 0.6)
        found = unable(steps, lexicon.entries, lambda b: float(b) * 0.6, load_dancer(), stage=stage)
        return [one.message for one in found if one.code is Code.NO_ROOM]

    assert beyond(TEXT, Stage()) == []
    assert beyond(TEXT, Stage(depth=3.0)) != []
    assert beyond(HEAD + "1 plié\n2-5 walk toward upstage left wing\n6 stand\n", Stage()) == []


def test_the_drawing_is_xml_with_its_words_and_the_same_each_time() -> None:
    plan = planned(TEXT)
    sections = [Section((0, 1), 1, 1), Section(tuple(range(2, len(plan.steps))), 2, 5, "Across & <over>")]
    sketch = draw_floorplan(plan, sections, title="Diagonal <&>", school="rad")
    svg = sketch.svg()
    tree = ET.fromstring(svg)
    words = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "audience" in words and "bars 2–5" in words and "Across & <over>" in words
    assert {"1", "2", "3", "4", "5", "6", "7", "8"} <= set(words), "the school's numbers"
    assert draw_floorplan(plan, sections, title="Diagonal <&>", school="rad").svg() == svg
    for element in tree.iter("{http://www.w3.org/2000/svg}circle"):
        assert -10 <= float(element.get("cx", 0)) <= sketch.width + 10
        assert -10 <= float(element.get("cy", 0)) <= sketch.height + 10


def test_a_school_without_numbers_has_letters() -> None:
    plan = planned(TEXT)
    svg = draw_floorplan(plan, [Section((0,), 1, 1)], school="french").svg().decode()
    assert ">DR<" in svg and ">UL<" in svg


def test_the_words_name_places_jumps_and_turns() -> None:
    plan = planned(HEAD + "1 plié\n2 changement\n3 fourth L\n4-5 pirouette en dehors R x2\n6 plié")
    lines = summary(plan, [Section(tuple(range(len(plan.steps))), 1, 6)])
    assert lines[0].startswith("bars 1–6: upstage left to upstage left")
    assert "1 jump" in lines[0] and "2 turns" in lines[0]
    assert "m in" in lines[-1]


def test_plan_draws_the_shipped_variation(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    svg, png = tmp_path / "w.svg", tmp_path / "w.png"
    assert main(["plan", str(shipped_variation()), "-o", str(svg), "--png", str(png)]) == 0
    out = capfd.readouterr().out
    assert "bars 5–12" in out and "w.svg" in out
    ET.fromstring(svg.read_bytes())
    with Image.open(png) as picture:
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None and len(colours) > 50


def test_what_cannot_be_danced_is_drawn_and_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "x.ballet"
    text.write_text("petipa 1\ntempo 200 3/4\nstart centre, fifth R front\n1 plié /1, développé R devant /1, plié\n")
    assert main(["plan", str(text), "-o", str(tmp_path / "x.svg")]) == 1
    assert "E30" in capfd.readouterr().out
    assert (tmp_path / "x.svg").is_file()
    text.write_text("petipa 1\ntempo 200 3/4\n1 flubberoo\n")
    assert main(["plan", str(text), "-o", str(tmp_path / "y.svg")]) == 1
    assert "E201" in capfd.readouterr().err
    assert not (tmp_path / "y.svg").exists()


def test_a_part_of_the_bars_is_drawn_alone(tmp_path: Path) -> None:
    order = Order(choreography=shipped_variation(), out=tmp_path / "p.svg", first_bar=37, last_bar=44)
    drawn = plan_of(order)
    assert [line.split(":")[0] for line in drawn.lines[:-1]] == ["bars 37–44"]
