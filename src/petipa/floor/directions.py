"""Directions of the body: what croisé, effacé, écarté and the others mean for the yaw of the hips.

Which corner she faces depends on the leg: croisé with the right foot front faces downstage left (the right side is
nearer the audience and the legs look crossed), effacé with the right foot front faces downstage right. Écarté and
épaulé depend on the working leg.
"""

from __future__ import annotations

from enum import StrEnum


class BodyDirection(StrEnum):
    """How the body is turned to the audience."""

    EN_FACE = "en_face"
    CROISE = "croise"
    EFFACE = "efface"
    ECARTE_DEVANT = "ecarte_devant"
    ECARTE_DERRIERE = "ecarte_derriere"
    EPAULE = "epaule"
    PROFILE = "profile"
    DOS = "dos"


# Every school's words, plain. The Cecchetti and French "à la quatrième" and "à la seconde" are en face with a leg's
# direction, which the step itself names.
NAMES: dict[str, BodyDirection] = {
    "en face": BodyDirection.EN_FACE,
    "de face": BodyDirection.EN_FACE,
    "croise": BodyDirection.CROISE,
    "croisee": BodyDirection.CROISE,
    "efface": BodyDirection.EFFACE,
    "effacee": BodyDirection.EFFACE,
    "ecarte": BodyDirection.ECARTE_DEVANT,
    "ecarte devant": BodyDirection.ECARTE_DEVANT,
    "ecarte derriere": BodyDirection.ECARTE_DERRIERE,
    "ecartee": BodyDirection.ECARTE_DEVANT,
    "ecartee devant": BodyDirection.ECARTE_DEVANT,
    "ecartee derriere": BodyDirection.ECARTE_DERRIERE,
    "epaule": BodyDirection.EPAULE,
    "epaulee": BodyDirection.EPAULE,
    "profile": BodyDirection.PROFILE,
    "de profil": BodyDirection.PROFILE,
    "profil": BodyDirection.PROFILE,
    "de dos": BodyDirection.DOS,
    "dos": BodyDirection.DOS,
}

WORDS: dict[BodyDirection, str] = {
    BodyDirection.EN_FACE: "en face",
    BodyDirection.CROISE: "croisé",
    BodyDirection.EFFACE: "effacé",
    BodyDirection.ECARTE_DEVANT: "écarté devant",
    BodyDirection.ECARTE_DERRIERE: "écarté derrière",
    BodyDirection.EPAULE: "épaulé",
    BodyDirection.PROFILE: "de profil",
    BodyDirection.DOS: "de dos",
}


def facing(direction: BodyDirection, *, front_sign: int, work_sign: int, corner: float = 45.0) -> float:
    """Yaw of the hips [degrees].

    Parameters
    ----------
    direction : BodyDirection
        As written.
    front_sign, work_sign : int
        +1 for the left, -1 for the right: the foot that is in front, the leg that works.
    corner : float
        Degrees from en face to a downstage corner as dancers take it.
    """
    return {
        BodyDirection.EN_FACE: 0.0,
        BodyDirection.CROISE: -corner * front_sign,
        BodyDirection.EFFACE: corner * front_sign,
        BodyDirection.ECARTE_DEVANT: -corner * work_sign,
        BodyDirection.ECARTE_DERRIERE: corner * work_sign,
        BodyDirection.EPAULE: -corner * work_sign,
        BodyDirection.PROFILE: 90.0 * work_sign,
        BodyDirection.DOS: 180.0,
    }[direction]
