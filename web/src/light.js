// The lamps of a setting: a warm key from the front, cool rims from behind, a follow spot, and the glow of the whole stage.

import { Color, DirectionalLight, Vector3 } from "three";

// What the limbs see around them, for GLSL: the house lights in front, the drop behind, the flies above and the lit boards
// below. A formula and not a picture of the room: it costs a few products where a cube costs a dozen lookups.
export const SURROUND = /* glsl */ `
uniform vec3 surroundOf[ 6 ];
vec3 surround( vec3 n ) {
  float front = 0.5 + 0.5 * dot( n, vec3( 0.80, 0.0, 0.60 ) );
  float back = 0.5 - 0.5 * n.x;
  float side = n.y * n.y;
  float above = max( n.z, 0.0 );
  float below = max( -n.z, 0.0 );
  return surroundOf[ 0 ]
    + surroundOf[ 1 ] * front * front * front
    + surroundOf[ 2 ] * back * back
    + surroundOf[ 3 ] * side * side
    + surroundOf[ 4 ] * above * above
    + surroundOf[ 5 ] * below;
}`;

const SIDES = ["base", "front", "back", "side", "above", "below"];

// For materials that light their vertices themselves.
export const LAMP_COUNT = 4;

export class Lights {
  // Of each lamp: `from`, toward it; `pool`, what it lays on the floor.
  constructor({ lamps, surround }, scene, { shadowSize = 1024 } = {}) {
    this.table = Object.fromEntries(
      Object.entries(lamps).map(([name, { from, colour, power, pool }]) => [
        name,
        { from: new Vector3(...from).normalize(), colour: new Color(...colour), power, pool: pool ? new Color(...pool) : null },
      ]),
    );
    this.lamps = {};
    for (const [name, { from, colour, power }] of Object.entries(this.table)) {
      const lamp = new DirectionalLight(colour, power);
      lamp.position.copy(from);
      scene.add(lamp, lamp.target);
      this.lamps[name] = lamp;
    }
    const key = this.lamps.key;
    key.castShadow = true;
    key.shadow.mapSize.set(shadowSize, shadowSize);
    key.shadow.radius = 3.2;
    key.shadow.bias = -0.0006;
    key.shadow.normalBias = 0.012;
    Object.assign(key.shadow.camera, { left: -1.45, right: 1.45, top: 1.45, bottom: -1.45, near: 1, far: 9 });
    key.shadow.intensity = 0.88;
    const all = Object.values(this.table);
    this.uniforms = {
      lampFrom: { value: all.map(({ from }) => from) },
      lampColour: { value: all.map(({ colour, power }) => new Vector3(colour.r, colour.g, colour.b).multiplyScalar(power / Math.PI)) },
      surroundOf: { value: SIDES.map((side) => new Vector3(...surround[side])) },
    };
  }

  // The lamps go with the dancer; the wash is stronger in the middle of the stage.
  place(centre, strength) {
    for (const [name, lamp] of Object.entries(this.lamps)) {
      lamp.target.position.copy(centre);
      lamp.position.copy(centre).addScaledVector(this.table[name].from, 5);
      lamp.target.updateMatrixWorld();
      lamp.updateMatrixWorld();
    }
    const x = (centre.x - 0.6) / 6.4;
    const y = centre.y / 8.0;
    this.lamps.key.intensity = this.table.key.power * (0.35 + 0.65 * Math.exp(-x * x - y * y));
    this.lamps.follow.intensity = this.table.follow.power * strength;
  }
}
