// Where it is danced. A setting is data and the hands that paint it:
//
// `drop`, `wings`, `border`: `paint(g, width, height, …)`, and the light on the painted cloth
// `masking`, `curtain`: colours
// `floor`: what it is laid with, how it shines, and the light that lies on it
// `beams`: shafts of light in the air, or none
// `lamps`: on the dancer; `surround`: what her limbs see round them

import { moonlit } from "./moonlit.js";

const SETTINGS = { moonlit };

export function settingOf(name) {
  return SETTINGS[name] ?? moonlit;
}
