// Where a camera stands. It stays in its seat; only its window moves and widens, like a long lens with shift: uprights stay
// upright, and all that stands still is one and the same picture, of which every window is a cut.

import { Vector3 } from "three";

// `right` and `up` are the picture's axes, `forward` is square to its plane; a window is given in tangents along them.
function seat(at, forward, up) {
  const ahead = new Vector3(...forward).normalize();
  const above = new Vector3(...up);
  return { at: new Vector3(...at), forward: ahead, up: above, right: new Vector3().crossVectors(ahead, above) };
}

// The middle of the stalls, eyes little above the boards, so that she stands before the drop and not before the floor.
export const SEAT = { x: 21, y: 0, z: 1.9 };

export const SEATS = {
  front: seat([SEAT.x, SEAT.y, SEAT.z], [-1, 0, 0], [0, 0, 1]),
  left: seat([17.5, 6.5, 1.7], [-1, 0, 0], [0, 0, 1]),
  right: seat([17.5, -6.5, 1.7], [-1, 0, 0], [0, 0, 1]),
  side: seat([0, 17, 1.6], [0, -1, 0], [0, 0, 1]),
  wings: seat([3.1, 8.2, 1.7], [-0.34, -1, 0], [0, 0, 1]),
  upstage: seat([-5.2, 0, 1.75], [1, 0, 0], [0, 0, 1]),
  top: seat([0, 0, 15], [0, 0, -1], [-1, 0, 0]),
};

// The proscenium and what is seen round it [m], in its own plane.
const ARCH = { x: 6.2, half: 7.5, low: -0.75, high: 7.7 };

// Half the opening between the house curtains, from the front seat [tangent]: 5.5 m at the curtain's line.
export const OPENING_HALF = 5.5 / (SEAT.x - 5.45);

// The window on the whole stage from the front, for pictures of this shape.
export function wholeStage(aspect) {
  const depth = SEAT.x - ARCH.x;
  const [half, low, high] = [ARCH.half / depth, (ARCH.low - SEAT.z) / depth, (ARCH.high - SEAT.z) / depth];
  const tall = high - low;
  if (aspect >= (2 * half) / tall) return { left: (-tall * aspect) / 2, right: (tall * aspect) / 2, bottom: low, top: high };
  const whole = Math.min((2 * half) / aspect, 1.0);
  const middle = (low + high) / 2;
  return { left: (-whole * aspect) / 2, right: (whole * aspect) / 2, bottom: middle - whole / 2, top: middle + whole / 2 };
}
