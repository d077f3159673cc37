"""Notes and sound to `Music`: beats, bars, phrases, swell; synthesis.

>>> from petipa.counts import Metre
>>> music = click_music(tempo=120, metre=Metre(3, 4), bars=8)
>>> music.seconds(2), music.seconds(3, 2)
(1.5, 3.5)
"""

from petipa.music.click import bars_needed, click_music
from petipa.music.cut import cut
from petipa.music.describe import describe
from petipa.music.keep import load_music, save_music
from petipa.music.matched import matched
from petipa.music.model import CURVE_RATE, SAMPLE_RATE, Confidence, Music, MusicBar, Notes, Phrase, TempoMap
from petipa.music.read import read_music, shipped_piece
from petipa.music.sound import player, synthesise, write_wav

__all__ = [
    "CURVE_RATE",
    "SAMPLE_RATE",
    "Confidence",
    "Music",
    "MusicBar",
    "Notes",
    "Phrase",
    "TempoMap",
    "bars_needed",
    "click_music",
    "cut",
    "describe",
    "load_music",
    "matched",
    "player",
    "read_music",
    "save_music",
    "shipped_piece",
    "synthesise",
    "write_wav",
]
