// Her way over the floor, as a floor plan draws it: what comes next bright, what is past faint, each bar's number where it begins.

import {
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Color,
  DoubleSide,
  Group,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
  Vector2,
} from "three";

const STEP = 1 / 20; // [s]
const CALM = 9; // the pelvis sways over each foot: the way she goes is its mean over so many steps to either side
const ABOVE = 0.004; // the floor [m]

function wayOf(dance) {
  const n = Math.max(2, Math.ceil(dance.duration / STEP) + 1);
  const raw = [];
  for (let i = 0; i < n; i++) {
    dance.at(i * STEP);
    raw.push([dance.positions[0].x, dance.positions[0].y]);
  }
  return raw.map((_, i) => {
    let [x, y, total] = [0, 0, 0];
    for (let k = -CALM; k <= CALM; k++) {
      const at = raw[Math.min(Math.max(i + k, 0), n - 1)];
      const w = 1 + Math.cos((Math.PI * k) / (CALM + 1));
      x += w * at[0];
      y += w * at[1];
      total += w;
    }
    return [x / total, y / total];
  });
}

// A ribbon of one width on the screen, however slanting one looks at the floor.
function ribbon(way, uniforms) {
  const n = way.length;
  const [place, before, after, when, side] = [3, 3, 3, 1, 1].map((size) => new Float32Array(2 * n * size));
  way.forEach((_, i) => {
    const put = (out, [x, y]) => [0, 1].forEach((k) => out.set([x, y, ABOVE], (2 * i + k) * 3));
    put(place, way[i]);
    put(before, way[Math.max(i - 1, 0)]);
    put(after, way[Math.min(i + 1, n - 1)]);
    when.fill(i * STEP, 2 * i, 2 * i + 2);
    side.set([-1, 1], 2 * i);
  });
  const index = [];
  for (let i = 0; i < n - 1; i++) index.push(2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 2, 2 * i + 1, 2 * i + 3);
  const geometry = new BufferGeometry();
  geometry.setIndex(index);
  Object.entries({ position: [place, 3], before: [before, 3], after: [after, 3], when: [when, 1], side: [side, 1] }).forEach(
    ([name, [values, size]]) => geometry.setAttribute(name, new BufferAttribute(values, size)),
  );
  const material = new ShaderMaterial({
    uniforms,
    vertexShader: /* glsl */ `
      attribute vec3 before;
      attribute vec3 after;
      attribute float when;
      attribute float side;
      uniform vec2 screen;
      varying float vWhen;
      varying float vSide;
      vec4 seen( vec3 p ) { return projectionMatrix * viewMatrix * vec4( p, 1.0 ); }
      void main() {
        vWhen = when;
        vSide = side;
        vec4 here = seen( position );
        vec4 a = seen( before );
        vec4 b = seen( after );
        vec2 along = ( b.xy / b.w - a.xy / a.w ) * screen;
        float length2 = dot( along, along );
        vec2 across = length2 > 1e-6 ? vec2( -along.y, along.x ) * inversesqrt( length2 ) : vec2( 0.0 );
        gl_Position = here + vec4( across * side * 3.4 / screen * here.w, 0.0, 0.0 );
      }`,
    fragmentShader: /* glsl */ `
      uniform float now;
      uniform float ahead;
      uniform vec3 colour;
      varying float vWhen;
      varying float vSide;
      void main() {
        float coming = vWhen - now;
        float bright = coming > 0.0 ? mix( 0.92, 0.26, smoothstep( 0.0, ahead, coming ) ) : mix( 0.10, 0.55, exp( coming * 2.5 ) );
        gl_FragColor = vec4( colour, bright * ( 1.0 - smoothstep( 0.45, 1.0, abs( vSide ) ) ) );
        #include <colorspace_fragment>
      }`,
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
  });
  return new Mesh(geometry, material);
}

const CELL = { width: 64, height: 48, across: 16 };

function numbers(bars) {
  const down = Math.ceil(bars.length / CELL.across);
  const canvas = document.createElement("canvas");
  canvas.width = CELL.width * CELL.across;
  canvas.height = CELL.height * down;
  const g = canvas.getContext("2d");
  g.font = "italic 26px Palatino, Georgia, serif";
  g.textAlign = "center";
  g.fillStyle = "#fff";
  bars.forEach(({ bar }, i) => {
    const x = (i % CELL.across) * CELL.width + CELL.width / 2;
    const y = Math.floor(i / CELL.across) * CELL.height;
    g.fillText(String(bar), x, y + 26);
    g.beginPath();
    g.arc(x, y + 40, 4.5, 0, 7);
    g.fill();
  });
  return { texture: new CanvasTexture(canvas), down };
}

function signs(bars, way, uniforms) {
  const { texture, down } = numbers(bars);
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array([-0.5, 0, 0, 0.5, 0, 0, -0.5, 1, 0, 0.5, 1, 0]), 3));
  geometry.setIndex([0, 1, 2, 2, 1, 3]);
  const place = bars.flatMap(({ t }) => [...way[Math.min(Math.max(Math.round(t / STEP), 0), way.length - 1)], t]);
  geometry.setAttribute("place", new InstancedBufferAttribute(new Float32Array(place), 3));
  // Bars that begin near one another write their numbers one above the other.
  const rows = [];
  bars.forEach((_, i) => {
    const near = (k) => Math.hypot(place[3 * i] - place[3 * k], place[3 * i + 1] - place[3 * k + 1]) < 0.4;
    const taken = [1, 2, 3, 4].filter((back) => i >= back && near(i - back)).map((back) => rows[i - back]);
    rows.push([0, 1, 2, 3, 4].find((row) => !taken.includes(row)));
  });
  geometry.setAttribute("row", new InstancedBufferAttribute(new Float32Array(rows), 1));
  const cell = bars.flatMap((_, i) => [i % CELL.across, Math.floor(i / CELL.across)]);
  geometry.setAttribute("cell", new InstancedBufferAttribute(new Float32Array(cell), 2));
  geometry.instanceCount = bars.length;
  const material = new ShaderMaterial({
    uniforms: { ...uniforms, numbers: { value: texture }, grid: { value: new Vector2(CELL.across, down) } },
    vertexShader: /* glsl */ `
      attribute vec3 place; // x, y, when
      attribute vec2 cell;
      attribute float row;
      uniform vec2 screen;
      uniform vec2 grid;
      uniform float mirrored;
      varying vec2 vUv;
      varying float vWhen;
      void main() {
        vWhen = place.z;
        vec2 part = vec2( position.x * mirrored + 0.5, 1.0 - position.y );
        vUv = vec2( cell.x + part.x, grid.y - cell.y - part.y ) / grid;
        vec4 here = projectionMatrix * viewMatrix * vec4( place.xy, ${ABOVE}, 1.0 );
        vec2 size = vec2( ${CELL.width}.0, ${CELL.height}.0 ) * 0.68;
        gl_Position = here + vec4( ( position.xy + vec2( 0.0, 0.56 * row - 0.17 ) ) * 2.0 * size / screen * here.w, 0.0, 0.0 );
      }`,
    fragmentShader: /* glsl */ `
      uniform sampler2D numbers;
      uniform float now;
      uniform float ahead;
      uniform vec3 colour;
      varying vec2 vUv;
      varying float vWhen;
      void main() {
        float coming = vWhen - now;
        float bright = smoothstep( -0.7, 0.0, coming ) * ( 1.0 - smoothstep( 0.6 * ahead, ahead, coming ) );
        gl_FragColor = vec4( mix( colour, vec3( 1.0 ), 0.4 ), texture2D( numbers, vUv ).a * bright );
        #include <colorspace_fragment>
      }`,
    transparent: true,
    depthWrite: false,
  });
  return new Mesh(geometry, material);
}

export class FloorPath {
  // `beats`: time, bar and count each.
  constructor(dance, beats, colour = "#ffdf9e") {
    const way = wayOf(dance);
    const bars = beats.filter(([t, bar], i) => bar !== beats[i - 1]?.[1] && t >= 0 && t <= dance.duration).map(([t, bar]) => ({ t, bar }));
    // Four bars ahead, the length of a phrase; eight seconds where nothing is counted.
    const ahead = bars.length > 4 ? (4 * (bars.at(-1).t - bars[0].t)) / (bars.length - 1) : 8;
    this.uniforms = {
      now: { value: 0 },
      ahead: { value: ahead },
      colour: { value: new Color(colour) },
      screen: { value: new Vector2(1, 1) },
      mirrored: { value: 1 },
    };
    this.group = new Group();
    this.group.add(ribbon(way, this.uniforms));
    if (bars.length) this.group.add(signs(bars, way, this.uniforms));
    for (const mesh of this.group.children) mesh.frustumCulled = false;
  }

  // `width` and `height` of the picture in the page's own pixels.
  at(t, width, height, mirrored) {
    this.uniforms.now.value = t;
    this.uniforms.screen.value.set(width, height);
    this.uniforms.mirrored.value = mirrored ? -1 : 1;
  }
}
