// What each costume is made of: colours (sRGB) of what is drawn on the body, and of its net.

const SATIN = { bodice: ["#ecd9dd", 0.34, 0.55, 0.0], tights: ["#e9bdad", 0.58, 0.07, 0.30] };

// Colour, roughness, satin and flesh, as dancer.js names them, of the parts a costume changes; `net` has a colour below
// (innermost) and one above, `thread` is what its embroidery is sewn with.
const COSTUMES = {
  classical: { parts: SATIN, net: { low: "#d9b9c4", high: "#fff4f3" }, thread: "#dcb66c" },
  romantic: {
    parts: { bodice: ["#e6e8f2", 0.36, 0.5, 0.0], tights: ["#ecc6ba", 0.58, 0.07, 0.30] },
    net: { low: "#dfe4f2", high: "#f4f5fb" },
    thread: "#cfd8ee",
  },
  rehearsal: { parts: { bodice: ["#4b1c2e", 0.62, 0.28, 0.0], tights: ["#eab9ab", 0.6, 0.06, 0.30] }, net: null, thread: null },
};

export function costumeOf(header) {
  return COSTUMES[header.costume] ?? COSTUMES.classical;
}
