// A still worth printing: one moment, drawn many times with the lens, the pixel grid and the lamps each time a little
// aside. Their mean, taken by whoever asked, has soft edges, soft shadows, and a background a little out of focus.

import { Vector3 } from "three";

// Shares of the picture: what she takes of its width and height at most, and what lies free below her feet.
const FILLS = { wide: 0.82, tall: 0.79, below: 0.11 };
const FILLS_PORTRAIT = { wide: 0.84, tall: 0.60, below: 0.20 };
const LEAP = 0.09; // a leap and the floor beneath may take so much more of the height
const ROOM = 0.05; // the share of the width by which she stands back from where she looks
const EDGE = 0.06; // but no nearer to the edge than this
const LENS = 0.06; // radius of the lens: the set behind her softens, she does not [m]
const LAMP = 0.30; // radius of the lamps, five metres off [m]

const _v = new Vector3();

// The window, in tangents about the camera's axis, that shows her at this moment, and how far off she is [m].
function framed(stage, aspect) {
  const { camera, dance } = stage;
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  const see = (x, y, z) => {
    _v.set(x, y, z).applyMatrix4(camera.matrixWorldInverse);
    const [u, v] = [_v.x / -_v.z, _v.y / -_v.z];
    left = Math.min(left, u);
    right = Math.max(right, u);
    bottom = Math.min(bottom, v);
    top = Math.max(top, v);
  };
  for (const points of [stage.dancer.geometry.getAttribute("position").array, stage.tutu?.position.array ?? []])
    for (let i = 0; i < points.length; i += 3) see(points[i], points[i + 1], points[i + 2]);
  const hips = dance.positions[0];
  _v.set(hips.x, hips.y, 0).applyMatrix4(camera.matrixWorldInverse);
  const floor = Math.min(_v.y / -_v.z, bottom); // in the air, the floor she has left is seen
  const fills = aspect < 1 ? FILLS_PORTRAIT : FILLS;
  const high = Math.max((top - bottom) / fills.tall, (top - floor) / (fills.tall + LEAP), (right - left) / fills.wide / aspect);
  const looks = _v.set(1, 0, 0).applyQuaternion(dance.quaternions[stage.header.names.indexOf("head")]).y;
  const spare = Math.min(ROOM, Math.max((1 - (right - left) / (high * aspect)) / 2 - EDGE, 0));
  const middle = (left + right) / 2 + spare * looks * high * aspect;
  const lowest = Math.min(bottom - high * fills.below, floor - high * (fills.below - LEAP / 2));
  // What is still free is shared out, a little more of it above.
  const low = lowest - 0.4 * Math.max(high * (fills.tall + fills.below) - (top - lowest), 0);
  const depth = -_v.copy(hips).applyMatrix4(camera.matrixWorldInverse).z;
  return { left: middle - (high * aspect) / 2, right: middle + (high * aspect) / 2, bottom: low, top: low + high, depth };
}

// Sets the camera to a window seen from `aside` its place by (x, y) [m], with what is `depth` off unmoved in the picture.
function aim(camera, home, { left, right, bottom, top, depth }, x, y) {
  camera.matrixWorld.copy(home).multiply(camera.matrixWorld.clone().makeTranslation(x, y, 0));
  camera.matrixWorldInverse.copy(camera.matrixWorld).invert();
  camera.matrixWorld.decompose(camera.position, camera.quaternion, camera.scale);
  const [near, far] = [1, 60];
  const [l, r, b, t] = [left - x / depth, right - x / depth, bottom - y / depth, top - y / depth].map((v) => v * near);
  camera.projectionMatrix.makePerspective(l, r, t, b, near, far);
  camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
}

// Draws the poster's samples one after another; `take` is called after each. A sample is six numbers within -1 and 1: the
// pixel's, the lens's and the lamp's shift.
export async function drawPoster(stage, { seconds, samples }, width, height, take) {
  const aspect = width / height;
  stage.setTime(seconds);
  stage.wide(aspect);
  const home = stage.camera.matrixWorld.clone();
  const view = framed(stage, aspect);
  const pixel = (view.right - view.left) / width;
  for (const [number, [px, py, lensX, lensY, lampX, lampY]] of samples.entries()) {
    stage.setTime(seconds); // the lamps are back in their places
    for (const lamp of Object.values(stage.lights.lamps)) {
      if (!lamp.castShadow) continue;
      const toward = lamp.target.position.clone().sub(lamp.position).normalize();
      const across = new Vector3(0, 0, 1).cross(toward).normalize();
      lamp.position.addScaledVector(across, LAMP * lampX).addScaledVector(toward.cross(across), LAMP * lampY);
      lamp.updateMatrixWorld();
    }
    const moved = { ...view };
    for (const edge of ["left", "right"]) moved[edge] += 0.5 * px * pixel;
    for (const edge of ["bottom", "top"]) moved[edge] += 0.5 * py * pixel;
    aim(stage.camera, home, moved, LENS * lensX, LENS * lensY);
    stage.render();
    await take(number);
  }
}
