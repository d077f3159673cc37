// The lamps: warm key from the front, cool rims from behind, a follow spot, and the glow of the whole stage.

import { Color, DirectionalLight, Vector3 } from "three";

// `from`: toward the lamp. `pool`: what it lays on the floor (linear, lux in no unit but the picture's).
export const LAMPS = {
  key: { from: new Vector3(0.58, 0.52, 0.78).normalize(), colour: new Color(1.0, 0.86, 0.70), power: 1.85, pool: new Color(0.62, 0.50, 0.38) },
  follow: { from: new Vector3(0.80, -0.30, 0.52).normalize(), colour: new Color(1.0, 0.96, 0.90), power: 1.05, pool: new Color(0.80, 0.76, 0.70) },
  rimLeft: { from: new Vector3(-0.66, 0.60, 0.46).normalize(), colour: new Color(0.62, 0.76, 1.0), power: 1.35 },
  rimRight: { from: new Vector3(-0.60, -0.66, 0.46).normalize(), colour: new Color(0.74, 0.72, 1.0), power: 1.15 },
};

export class Lights {
  constructor(scene, { shadowSize = 1024 } = {}) {
    this.lamps = {};
    for (const [name, { from, colour, power }] of Object.entries(LAMPS)) {
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
  }

  // The lamps go with the dancer; the wash is stronger in the middle of the stage.
  place(centre, strength) {
    for (const [name, lamp] of Object.entries(this.lamps)) {
      lamp.target.position.copy(centre);
      lamp.position.copy(centre).addScaledVector(LAMPS[name].from, 5);
      lamp.target.updateMatrixWorld();
      lamp.updateMatrixWorld();
    }
    const x = (centre.x - 0.6) / 6.4;
    const y = centre.y / 8.0;
    this.lamps.key.intensity = LAMPS.key.power * (0.35 + 0.65 * Math.exp(-x * x - y * y));
    this.lamps.follow.intensity = LAMPS.follow.power * strength;
  }
}

// What the limbs see around them, for GLSL: the warm house lights in front, the blue drop behind, the flies above and the
// lit boards below. A formula and not a picture of the room: it costs a few products where a cube costs a dozen lookups.
export const SURROUND = /* glsl */ `
vec3 surround( vec3 n ) {
  float front = 0.5 + 0.5 * dot( n, vec3( 0.80, 0.0, 0.60 ) );
  float back = 0.5 - 0.5 * n.x;
  float side = n.y * n.y;
  float above = max( n.z, 0.0 );
  float below = max( -n.z, 0.0 );
  return vec3( 0.050, 0.052, 0.075 )
    + vec3( 0.44, 0.39, 0.34 ) * front * front * front
    + vec3( 0.10, 0.15, 0.30 ) * back * back
    + vec3( 0.13, 0.14, 0.18 ) * side * side
    + vec3( 0.14, 0.15, 0.18 ) * above * above
    + vec3( 0.20, 0.13, 0.08 ) * below;
}`;

const lampUniform = (read) => ({ value: Object.values(LAMPS).map(read) });

// The lamps for materials that light their vertices themselves.
export const LAMP_COUNT = Object.keys(LAMPS).length;
export const lampUniforms = () => ({
  lampFrom: lampUniform((lamp) => lamp.from),
  lampColour: lampUniform((lamp) => new Vector3(lamp.colour.r, lamp.colour.g, lamp.colour.b).multiplyScalar(lamp.power / Math.PI)),
});
