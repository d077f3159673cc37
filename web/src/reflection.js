// How a mirror sees her: a camera behind the glass, and where in its picture a place on the glass is found.

import { Vector3 } from "three";

// Turns a camera that has its place toward her, so that all within `reach` [m] of her hips is in its picture, and sets
// `places` to the matrix from the world to that picture, 0 to 1.
export function sightOf(camera, pelvis, reach, places) {
  const middle = new Vector3(pelvis.x, pelvis.y, pelvis.z);
  const distance = camera.position.distanceTo(middle);
  camera.fov = (2 * 180 * Math.asin(Math.min(reach / distance, 0.9))) / Math.PI;
  camera.near = Math.max(distance - 2, 0.1);
  camera.far = distance + 2;
  camera.up.set(0, 0, 1);
  camera.lookAt(middle);
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld(true);
  places
    .set(0.5, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 1)
    .multiply(camera.projectionMatrix)
    .multiply(camera.matrixWorldInverse);
}
