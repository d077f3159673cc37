// Where it is danced. A setting is data and the hands that paint it:
//
// `drop`, `wings`, `border`: `paint(brush, …)`, and the light on the painted cloth
// `sides`: what goes on beyond the wings; `soft`: points of its paint that a point of light spreads over
// `curtain`: its colour
// `floor`: what it is laid with, how it shines, and the light that lies on it, as `sharp` as its edges are
// `beams`: shafts of light in the air, or none; `mirror`: where a glass hangs on the drop, if one does
// `furnish`: makes what else stands there
// `lamps`: on the dancer; `surround`: what her limbs see round them

import { moonlit } from "./moonlit.js";
import { palace } from "./palace.js";
import { studio } from "./studio.js";

const SETTINGS = { moonlit, palace, studio };

export function settingOf(name) {
  return SETTINGS[name] ?? moonlit;
}
