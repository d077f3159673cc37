// The lamps: warm key from the front, cool rims from behind, a follow spot, and the glow of the whole stage.

import {
  BackSide,
  Color,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  PMREMGenerator,
  PlaneGeometry,
  Scene,
  SphereGeometry,
  Vector3,
} from "three";

// `from`: toward the lamp. `pool`: what it lays on the floor (linear, lux in no unit but the picture's).
export const LAMPS = {
  key: { from: new Vector3(0.58, 0.52, 0.78).normalize(), colour: new Color(1.0, 0.86, 0.70), power: 2.1, pool: new Color(0.62, 0.50, 0.38) },
  follow: { from: new Vector3(0.80, -0.30, 0.52).normalize(), colour: new Color(1.0, 0.96, 0.90), power: 1.25, pool: new Color(0.80, 0.76, 0.70) },
  rimLeft: { from: new Vector3(-0.66, 0.60, 0.46).normalize(), colour: new Color(0.62, 0.76, 1.0), power: 1.7 },
  rimRight: { from: new Vector3(-0.60, -0.66, 0.46).normalize(), colour: new Color(0.74, 0.72, 1.0), power: 1.5 },
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

// What the limbs see around them: the warm house lights in front, blue drop behind, dark wings, the lit boards below.
export function surroundings(renderer) {
  const room = new Scene();
  room.add(new Mesh(new SphereGeometry(30, 24, 16), new MeshBasicMaterial({ color: new Color(0.040, 0.042, 0.060), side: BackSide })));
  const panel = (width, height, place, colour, power) => {
    const mesh = new Mesh(new PlaneGeometry(width, height), new MeshBasicMaterial({ color: colour.clone().multiplyScalar(power) }));
    mesh.position.copy(place);
    mesh.up.set(0, 0, 1);
    mesh.lookAt(0, 0, 0);
    room.add(mesh);
  };
  panel(16, 5, new Vector3(14, 0, 10), new Color(1.0, 0.90, 0.78), 2.4);
  panel(20, 9, new Vector3(-12, 0, 4), new Color(0.34, 0.46, 0.85), 0.55);
  panel(6, 8, new Vector3(-2, 13, 4), new Color(0.75, 0.82, 1.0), 0.8);
  panel(6, 8, new Vector3(-2, -13, 4), new Color(0.80, 0.78, 1.0), 0.7);
  panel(22, 18, new Vector3(0, 0, -9), new Color(0.52, 0.34, 0.22), 0.55);
  panel(10, 8, new Vector3(0, 0, 16), new Color(0.8, 0.85, 1.0), 0.7);
  const generator = new PMREMGenerator(renderer);
  const texture = generator.fromScene(room, 0.06).texture;
  generator.dispose();
  return texture;
}
