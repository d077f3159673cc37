// Reads what petipa/stage/pack.py writes: gzip, "PTP1", header length, JSON header, arrays.

const VIEWS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
};

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// Differences along the first axis were stored channel by channel, low bytes before high ones.
function undelta(view, shape) {
  const frames = shape[0];
  const channels = view.length / frames;
  const out = new view.constructor(view.length);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const wide = view.BYTES_PER_ELEMENT === 2;
  for (let c = 0, at = 0; c < channels; c++) {
    let value = 0;
    for (let f = 0; f < frames; f++, at++) {
      value += wide ? bytes[at] | (bytes[at + view.length] << 8) : bytes[at];
      out[f * channels + c] = value; // wraps around as it was stored
    }
  }
  return out;
}

// Arrays this package does not hold are looked for in `shared`, another one unpacked: one body for many dances.
export async function unpack(bytes, shared = null) {
  const buffer = await gunzip(bytes);
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, 4));
  if (magic !== "PTP1") throw new Error("this is not a dance petipa packed");
  const length = new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const base = 8 + length;
  const array = (name) => {
    const entry = header.arrays[name];
    if (!entry) return shared ? shared.array(name) : null;
    const count = entry.shape.reduce((a, b) => a * b, 1);
    const raw = new VIEWS[entry.type](buffer, base + entry.offset, count);
    return { values: entry.delta ? undelta(raw, entry.shape) : raw, shape: entry.shape, scale: entry.scale };
  };
  const scaled = (name) => {
    const a = array(name);
    if (!a) return null;
    const out = new Float32Array(a.values.length);
    for (let i = 0; i < out.length; i++) out[i] = a.values[i] * a.scale;
    return out;
  };
  return { header, array, scaled };
}

export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
