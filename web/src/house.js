// The set and the house: a painted forest by a lake, wings, curtain and proscenium, and the dark in front of them.
// Nothing here takes light from the lamps on the dancer: its light is painted, so it costs a texture lookup.

import {
  Box3,
  CanvasTexture,
  Color,
  DoubleSide,
  AdditiveBlending,
  Group,
  InstancedMesh,
  LinearMipmapLinearFilter,
  Matrix4,
  Mesh,
  PlaneGeometry,
  Ray,
  SRGBColorSpace,
  ShaderMaterial,
  Vector2,
  Vector3,
  BoxGeometry,
} from "three";

import { SEAT } from "./director.js";
import { seeded } from "./seeded.js";

export const DROP = { x: -5.7, width: 22, height: 9.5 };
const BERTH = 0.9; // how near to the line of sight a piece of the set is in the way [m]

function canvasTexture(width, height, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  paint(canvas.getContext("2d"), width, height);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 1;
  return texture;
}

function gradient(g, x0, y0, x1, y1, stops) {
  const fill = g.createLinearGradient(x0, y0, x1, y1);
  for (const [at, colour] of stops) fill.addColorStop(at, colour);
  return fill;
}

// A bare-limbed tree in silhouette.
function tree(g, random, x, ground, height, width, colour, lean = 0) {
  g.strokeStyle = g.fillStyle = colour;
  g.lineCap = "round";
  const branch = (x0, y0, angle, length, thick, depth) => {
    const bend = (random() - 0.5) * 0.35;
    const mx = x0 + Math.cos(angle + bend) * length * 0.5;
    const my = y0 - Math.sin(angle + bend) * length * 0.5;
    const x1 = x0 + Math.cos(angle) * length;
    const y1 = y0 - Math.sin(angle) * length;
    g.lineWidth = thick;
    g.beginPath();
    g.moveTo(x0, y0);
    g.quadraticCurveTo(mx, my, x1, y1);
    g.stroke();
    if (depth === 0) return;
    const forks = depth > 3 ? 2 : 2 + (random() < 0.45 ? 1 : 0);
    for (let i = 0; i < forks; i++) {
      const spread = (i - (forks - 1) / 2) * (0.55 + 0.35 * random()) + (random() - 0.5) * 0.3;
      branch(x1, y1, angle + spread, length * (0.66 + 0.16 * random()), thick * 0.62, depth - 1);
    }
  };
  branch(x, ground, Math.PI / 2 + lean, height * 0.34, width, 6);
}

function leaves(g, random, x, y, spread, count, colours) {
  for (let i = 0; i < count; i++) {
    const a = random() * Math.PI * 2;
    const r = spread * Math.sqrt(random());
    g.fillStyle = colours[Math.floor(random() * colours.length)];
    g.beginPath();
    g.ellipse(x + Math.cos(a) * r * 1.4, y + Math.sin(a) * r, 3 + 9 * random(), 2 + 5 * random(), random() * 3, 0, 7);
    g.fill();
  }
}

function paintDrop(g, w, h) {
  const random = seeded(11);
  const horizon = h * 0.852; // as high as her shoulders, so that hills and mist stand behind her
  g.fillStyle = gradient(g, 0, 0, 0, horizon, [
    [0, "#0b1738"],
    [0.35, "#1d3a6e"],
    [0.68, "#4a6fa3"],
    [0.88, "#93a0bf"],
    [1, "#c8b3b6"],
  ]);
  g.fillRect(0, 0, w, horizon);
  const mx = w * 0.635;
  const my = h * 0.44;
  const halo = g.createRadialGradient(mx, my, 4, mx, my, h * 0.5);
  halo.addColorStop(0, "rgba(255,248,226,0.85)");
  halo.addColorStop(0.07, "rgba(240,236,230,0.42)");
  halo.addColorStop(0.3, "rgba(190,205,235,0.16)");
  halo.addColorStop(1, "rgba(160,185,225,0)");
  g.fillStyle = halo;
  g.fillRect(0, 0, w, horizon);
  g.fillStyle = "#fff8e4";
  g.beginPath();
  g.arc(mx, my, h * 0.030, 0, 7);
  g.fill();
  for (let i = 0; i < 150; i++) {
    const y = h * (0.05 + 0.42 * random());
    g.fillStyle = `rgba(${200 + 40 * random()},${205 + 30 * random()},235,${0.010 + 0.022 * random()})`;
    g.beginPath();
    g.ellipse(w * random(), y, w * (0.03 + 0.09 * random()), h * (0.006 + 0.016 * random()), 0, 0, 7);
    g.fill();
  }
  // Hills, each nearer and darker, with mist between.
  const ridges = [
    [0.770, 0.100, "#7d8fb2", 3],
    [0.812, 0.070, "#61769f", 5],
    [0.846, 0.036, "#465b86", 8],
  ];
  ridges.forEach(([at, rise, colour, waves], k) => {
    g.fillStyle = colour;
    g.beginPath();
    g.moveTo(0, h);
    for (let x = 0; x <= w; x += 6) {
      const u = (x / w) * Math.PI * 2;
      const y = at - rise * (0.5 + 0.5 * Math.sin(u * waves * 0.35 + k * 2.1) * Math.cos(u * 0.5 + k)) - 0.006 * Math.sin(u * waves * 3.1 + k);
      g.lineTo(x, y * h);
    }
    g.lineTo(w, h);
    g.fill();
    g.fillStyle = gradient(g, 0, (at - 0.03) * h, 0, (at + 0.05) * h, [
      [0, "rgba(185,195,220,0)"],
      [1, "rgba(185,195,220,0.34)"],
    ]);
    g.fillRect(0, (at - 0.03) * h, w, 0.08 * h);
  });
  // The lake and the moon on it.
  const shore = h * 0.972;
  g.fillStyle = gradient(g, 0, horizon, 0, shore, [
    [0, "#bcbfd2"],
    [0.25, "#8496bb"],
    [1, "#3a5484"],
  ]);
  g.fillRect(0, horizon, w, h - horizon);
  for (let i = 0; i < 520; i++) {
    const far = Math.pow(random(), 1.4);
    const y = horizon + (shore - horizon) * far;
    const x = mx + (random() + random() + random() - 1.5) * w * (0.012 + 0.075 * far);
    g.fillStyle = `rgba(255,246,225,${0.06 + 0.22 * random()})`;
    g.beginPath();
    g.ellipse(x, y, 5 + 20 * random() * (0.4 + far), 0.7 + 1.3 * far, 0, 0, 7);
    g.fill();
  }
  for (let i = 0; i < 420; i++) {
    g.fillStyle = `rgba(225,228,240,${0.015 + 0.04 * random()})`;
    g.beginPath();
    g.ellipse(w * random(), horizon + (shore - horizon) * random(), 20 + 90 * random(), 0.8 + random(), 0, 0, 7);
    g.fill();
  }
  // Trees to both sides, leaving the middle open; before them the near shore with reeds.
  const bank = (u) => h * (0.978 - 0.20 * u * u + 0.003 * Math.sin(u * 60) + 0.002 * Math.sin(u * 143));
  for (const [side, list] of [[0, [0.02, 0.075, 0.13, 0.205, 0.27]], [1, [0.02, 0.07, 0.135, 0.19, 0.265]]]) {
    list.forEach((at, k) => {
      const x = side ? w * (1 - at) : w * at;
      const far = k / (list.length - 1);
      const colour = far > 0.6 ? "rgba(46,66,106,0.92)" : far > 0.3 ? "rgba(30,46,82,0.96)" : "#16233f";
      // Rooted below the edge of the bank, which is painted over their feet.
      tree(g, random, x, bank(x / w - 0.5) + h * 0.02, h * (1.0 - 0.30 * far), 26 - 14 * far, colour, (side ? 0.06 : -0.06));
      for (let i = 0; i < 7; i++)
        leaves(g, random, x + w * 0.05 * (random() - 0.5), h * (0.10 + 0.34 * random()) + h * 0.18 * far, 42, 40, [
          "rgba(22,36,66,0.55)", "rgba(34,54,92,0.5)", "rgba(52,78,120,0.35)",
        ]);
    });
  }
  g.fillStyle = gradient(g, 0, h * 0.92, 0, h, [
    [0, "#4c5d80"],
    [0.7, "#3a4a6c"],
    [1, "#27334f"],
  ]);
  g.beginPath();
  g.moveTo(0, h);
  for (let x = 0; x <= w; x += 6) g.lineTo(x, bank(x / w - 0.5));
  g.lineTo(w, h);
  g.fill();
  for (let i = 0; i < 1500; i++) {
    const u = random() - 0.5;
    const tall = h * (0.010 + 0.045 * random() * (0.25 + 2.2 * u * u) * (0.6 + 0.4 * Math.sin(u * 37)));
    const x = (u + 0.5) * w;
    const tone = random();
    g.strokeStyle = `rgba(${36 + 30 * tone},${50 + 34 * tone},${80 + 36 * tone},0.75)`;
    g.lineWidth = 0.8 + 1.4 * random();
    g.beginPath();
    g.moveTo(x, bank(u) + 3);
    g.quadraticCurveTo(x, bank(u) - tall * 0.6, x + (random() - 0.5) * tall * 0.9, bank(u) - tall);
    g.stroke();
  }
  // Mist over the ground, and the drop darkens toward its edges.
  g.fillStyle = gradient(g, 0, h * 0.78, 0, h, [
    [0, "rgba(176,188,220,0)"],
    [0.6, "rgba(176,188,220,0.24)"],
    [1, "rgba(140,156,200,0.16)"],
  ]);
  g.fillRect(0, h * 0.78, w, h * 0.22);
  const edge = g.createRadialGradient(w / 2, h * 0.55, h * 0.35, w / 2, h * 0.55, w * 0.56);
  edge.addColorStop(0, "rgba(5,8,22,0)");
  edge.addColorStop(1, "rgba(5,8,22,0.72)");
  g.fillStyle = edge;
  g.fillRect(0, 0, w, h);
}

// A wing: trunks and foliage at the onstage edge, black behind.
function paintWing(seed, tone) {
  return (g, w, h) => {
    const random = seeded(seed);
    g.clearRect(0, 0, w, h);
    const dark = `rgb(${12 + tone * 10},${18 + tone * 15},${34 + tone * 24})`;
    const mid = `rgb(${18 + tone * 16},${27 + tone * 24},${50 + tone * 36})`;
    g.fillStyle = dark;
    g.beginPath();
    g.moveTo(w, 0);
    g.lineTo(w * 0.30, 0);
    for (let y = 0; y <= h; y += 8)
      g.lineTo(w * (0.36 + 0.05 * Math.sin(y / 90 + seed) + 0.03 * Math.sin(y / 31) - 0.10 * Math.pow(y / h, 6)), y);
    g.lineTo(w, h);
    g.fill();
    tree(g, random, w * 0.42, h, h * 0.9, 60, mid, 0.05);
    for (let i = 0; i < 60; i++) {
      const t = random();
      leaves(g, random, w * (0.16 + 0.5 * random() - 0.1 * t), h * 0.40 * t * t, 46, 34, [dark, mid, `rgba(${40 + tone * 20},${58 + tone * 26},${96 + tone * 30},0.8)`]);
    }
    for (let i = 0; i < 22; i++) leaves(g, random, w * (0.22 + 0.3 * random()), h * (0.93 + 0.06 * random()), 26, 24, [dark, mid]);
  };
}

const PAINTED_VERTEX = /* glsl */ `
varying vec2 vUv;
varying vec3 vNormal;
varying vec3 vPlace;
void main() {
  vUv = uv;
  vNormal = normalize( mat3( modelMatrix ) * normal );
  #ifdef USE_INSTANCING
  vec4 place = modelMatrix * instanceMatrix * vec4( position, 1.0 );
  #else
  vec4 place = modelMatrix * vec4( position, 1.0 );
  #endif
  vPlace = place.xyz;
  gl_Position = projectionMatrix * viewMatrix * place;
}`;

const END = "#include <tonemapping_fragment>\n#include <colorspace_fragment>";

// `soft`: mip levels out of focus, as what stands far behind her is through a long lens.
function picture(texture, power, { cut = false, soft = 0 } = {}) {
  return new ShaderMaterial({
    uniforms: { map: { value: texture }, power: { value: power } },
    vertexShader: PAINTED_VERTEX,
    fragmentShader: /* glsl */ `
      #include <common>
      uniform sampler2D map;
      uniform vec3 power;
      varying vec2 vUv;
      varying vec3 vPlace;
      void main() {
        vec4 paint = texture2D( map, vUv, ${soft.toFixed(1)} );
        ${cut ? "if ( paint.a < 0.5 ) discard;" : ""}
        // Scene paint is chalky: its colours stand back behind the costume's.
        vec3 colour = mix( vec3( dot( paint.rgb, vec3( 0.30, 0.59, 0.11 ) ) ), paint.rgb, 0.78 );
        gl_FragColor = vec4( colour * power, 1.0 );
        ${END}
      }`,
    side: DoubleSide,
  });
}

// Velvet or plaster under a painted light: brightest where it faces the footlights, dark above.
function stuff(colour, { low = 0.0, high = 7.5, glow = 0.6, floor = 0.10, sheen = 0.0 } = {}) {
  const material = STUFF.clone();
  material.uniforms.colour.value = new Color(colour);
  material.uniforms.between.value = new Vector2(low, high);
  material.uniforms.light.value = new Vector3(floor, glow, sheen);
  return material;
}

// One program for all of it: a software driver takes a good part of a second to compile each.
const STUFF = new ShaderMaterial({
  uniforms: { colour: { value: null }, between: { value: null }, light: { value: null } },
  vertexShader: PAINTED_VERTEX,
  fragmentShader: /* glsl */ `
    #include <common>
    uniform vec3 colour;
    uniform vec2 between;
    uniform vec3 light;
    varying vec3 vNormal;
    varying vec3 vPlace;
    void main() {
      vec3 n = normalize( vNormal ) * ( gl_FrontFacing ? 1.0 : -1.0 );
      float front = max( dot( n, normalize( vec3( 0.75, -sign( vPlace.y ) * 0.55, -0.25 ) ) ), 0.0 );
      float height = clamp( ( vPlace.z - between.x ) / ( between.y - between.x ), 0.0, 1.0 );
      float fall = mix( 1.0, 0.20, smoothstep( 0.0, 1.0, height ) );
      vec3 lit = colour * ( light.x + light.y * front * fall );
      vec3 toEye = normalize( cameraPosition - vPlace );
      float rim = 1.0 - abs( dot( n, toEye ) );
      lit += colour * light.z * rim * rim * rim * fall;
      gl_FragColor = vec4( lit, 1.0 );
      ${END}
    }`,
  side: DoubleSide,
});

// A hanging cloth in the plane x = const: from y0 to y1, z0 to z1, its folds deepening toward the hem.
function cloth(y0, y1, z0, z1, { folds = 10, depth = 0.12, hem = () => 0, swag = false } = {}) {
  const across = folds * 10;
  const down = 14;
  const geometry = new PlaneGeometry(1, 1, across, down);
  const p = geometry.getAttribute("position");
  const uv = geometry.getAttribute("uv");
  for (let i = 0; i < p.count; i++) {
    const u = uv.getX(i);
    const v = uv.getY(i);
    const wave = Math.sin(u * folds * Math.PI * 2 + 0.6 * Math.sin(u * 13)) + 0.35 * Math.sin(u * folds * 3.7 + 1);
    const deep = swag ? depth : depth * (0.55 + 0.45 * (1 - v));
    const bottom = z0 + hem(u);
    p.setXYZ(i, wave * deep, y0 + (y1 - y0) * u, bottom + (z1 - bottom) * v);
  }
  geometry.computeVertexNormals();
  return geometry;
}

// Turns a plane to face the audience: its u runs to stage left, its v up.
const FRONT = new Matrix4().makeBasis(new Vector3(0, 1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));

function wall(width, height, material, place) {
  const mesh = new Mesh(new PlaneGeometry(width, height).applyMatrix4(FRONT), material);
  mesh.position.copy(place);
  return mesh;
}

// Shafts of light hanging in the air upstage.
function beams() {
  const group = new Group();
  const material = new ShaderMaterial({
    vertexShader: PAINTED_VERTEX,
    fragmentShader: /* glsl */ `
      varying vec2 vUv;
      void main() {
        float across = abs( vUv.x - 0.5 ) * 2.0;
        float soft = exp( -across * across * 5.0 );
        float along = smoothstep( 0.0, 0.45, vUv.y ) * smoothstep( 1.02, 0.85, vUv.y );
        gl_FragColor = vec4( vec3( 0.36, 0.48, 0.86 ) * soft * along * 0.085, 1.0 );
      }`,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    side: DoubleSide,
  });
  for (const [y, lean, width] of [[-4.6, 0.30, 2.1], [-1.9, 0.14, 1.9], [1.3, -0.10, 1.9], [4.3, -0.28, 2.1]]) {
    const shaft = new PlaneGeometry(1, 1, 1, 1);
    const p = shaft.getAttribute("position");
    for (let i = 0; i < p.count; i++) {
      const u = p.getX(i);
      const v = p.getY(i) + 0.5;
      p.setXYZ(i, -4.9, y + lean * (1 - v) * 7.4 + u * width * (1.25 - v), 0.02 + 7.4 * v);
    }
    const mesh = new Mesh(shaft, material);
    mesh.renderOrder = 5;
    group.add(mesh);
  }
  return group;
}

function audience() {
  const random = seeded(23);
  const seats = [];
  // Rows between us and the stage, each a little lower in the picture than the one before it.
  [[10.4, -0.214], [8.8, -0.223], [7.5, -0.233], [6.5, -0.244]].forEach(([depth, height], row) => {
    for (let seat = -13; seat <= 13; seat++) {
      if (random() < 0.08) continue;
      const y = (seat + 0.5 * (row % 2)) * 0.64 + 0.09 * (random() - 0.5);
      seats.push([SEAT.x - depth, y, SEAT.z + height * depth - 0.19 + 0.09 * (random() - 0.5), 0.92 + 0.16 * random()]);
    }
  });
  const material = new ShaderMaterial({
    vertexShader: PAINTED_VERTEX,
    fragmentShader: /* glsl */ `
      #include <common>
      varying vec2 vUv;
      void main() {
        vec2 p = ( vUv - vec2( 0.5, 0.62 ) ) * vec2( 1.0, 1.35 );
        float head = length( p * vec2( 1.12, 1.0 ) ) - 0.185;
        vec2 q = vUv - vec2( 0.5, 0.10 );
        float body = length( q * vec2( 0.92, 1.15 ) ) - 0.37;
        float d = min( head, body );
        if ( d > 0.0 ) discard;
        // The stage lights only the crown of each head, from in front.
        float crown = smoothstep( -0.09, 0.0, d ) * smoothstep( 0.66, 0.80, vUv.y );
        gl_FragColor = vec4( vec3( 0.0060, 0.0055, 0.0070 ) + vec3( 0.020, 0.014, 0.011 ) * crown, 1.0 );
        ${END}
      }`,
    side: DoubleSide,
  });
  const shape = new PlaneGeometry(0.74, 0.74);
  shape.applyMatrix4(FRONT);
  const mesh = new InstancedMesh(shape, material, seats.length);
  seats.forEach(([x, y, z, s], i) => mesh.setMatrixAt(i, new Matrix4().makeScale(s, s, s).setPosition(x, y, z)));
  mesh.frustumCulled = false;
  return mesh;
}

export class House {
  constructor() {
    this.group = new Group();
    this.drop = canvasTexture(2048, 884, paintDrop);
    const add = (...meshes) => this.group.add(...meshes);
    add(wall(DROP.width, DROP.height, picture(this.drop, new Color(0.70, 0.67, 0.68), { soft: 1.2 }), new Vector3(DROP.x, 0, DROP.height / 2)));
    // Four pairs of wings and their borders, darker toward the front.
    const wings = [paintWing(31, 0.55), paintWing(47, 0.8), paintWing(59, 1.1), paintWing(71, 1.4)].map((p) => canvasTexture(512, 1024, p));
    [3.7, 1.3, -1.2, -3.7].forEach((x, k) => {
      for (const side of [-1, 1]) {
        const edge = 5.75 - 0.12 * k;
        const mesh = wall(3.6, 7.6, picture(wings[k], new Color(0.74, 0.70, 0.70), { cut: true }), new Vector3(x, side * (edge + 1.45), 3.8));
        mesh.scale.y = side; // the other side is its mirror picture
        add(mesh);
        // Black masking further off, so that no gap shows.
        add(wall(5, 8.4, stuff("#05070d", { glow: 0.15, floor: 0.4 }), new Vector3(x - 0.25, side * (edge + 4.6), 4.2)));
      }
      add(new Mesh(cloth(-9, 9, 6.45 + 0.12 * k, 8.9, { folds: 26, depth: 0.05, hem: (u) => 0.22 * Math.cos((u - 0.5) * 5) - 0.22 }), stuff("#131c36", { low: 5, high: 9, glow: 0.35, floor: 0.10 })).translateX(x + 0.1));
    });
    // House curtain drawn to both sides, valance above.
    const velvet = () => stuff("#84161f", { low: -0.4, high: 7.6, glow: 0.85, floor: 0.045, sheen: 0.35 });
    for (const side of [-1, 1]) {
      add(new Mesh(cloth(side * 5.55, side * 7.7, 0.02, 7.6, { folds: 8, depth: 0.11 }), velvet()).translateX(5.45));
    }
    const swags = (u) => -0.42 * Math.abs(Math.sin(u * Math.PI * 5));
    add(new Mesh(cloth(-7.7, 7.7, 6.55, 7.9, { folds: 34, depth: 0.05, hem: swags, swag: true }), stuff("#84161f", { low: 4.5, high: 8.2, glow: 0.8, floor: 0.05, sheen: 0.3 })).translateX(5.62));
    const fringe = cloth(-7.7, 7.7, 6.42, 6.56, { folds: 60, depth: 0.02, swag: true });
    bend(fringe, (y, z) => z + swags(y / 15.4 + 0.5));
    add(new Mesh(fringe, stuff("#c79a45", { low: 4, high: 8.5, glow: 0.9, floor: 0.10 })).translateX(5.66));
    // Proscenium: gilded mouldings and a dark wall round them.
    const gold = stuff("#b98a3e", { low: -1, high: 9, glow: 0.42, floor: 0.06, sheen: 0.25 });
    const plaster = stuff("#3a2a26", { low: -1, high: 10, glow: 0.16, floor: 0.05 });
    for (const [y, z, w, x] of [[7.05, 7.55, 0.16, 6.12], [7.32, 7.82, 0.10, 6.06], [7.74, 8.24, 0.36, 6.0], [8.14, 8.64, 0.10, 6.06]]) {
      for (const side of [-1, 1]) add(box(0.22, w, z + w / 2, new Vector3(x, side * y, (z + w / 2) / 2), gold));
      add(box(0.22, 2 * y - w, w, new Vector3(x, 0, z), gold));
    }
    for (const side of [-1, 1]) add(wall(8, 12, plaster, new Vector3(5.9, side * 12.1, 4)));
    add(wall(40, 5, plaster, new Vector3(5.9, 0, 10.8)));
    // Stage front, and the pit.
    add(box(0.12, 26, 0.14, new Vector3(6.2, 0, -0.05), stuff("#6b4a2c", { low: -2, high: 3, glow: 0.35, floor: 0.06 })));
    add(wall(40, 2.4, stuff("#1a1211", { low: -3, high: 2, glow: 0.10, floor: 0.12 }), new Vector3(6.22, 0, -1.3)));
    add(beams());
    this.audience = audience();
    add(this.audience);
    this._pieces = this.group.children
      .filter((piece) => piece !== this.audience)
      .map((piece) => ({ piece, room: new Box3().setFromObject(piece).expandByScalar(BERTH) }));
    this._ray = new Ray();
    this._hit = new Vector3();
  }

  // The whole house for one in the audience; for one who walks round, without what would stand before her.
  open(camera, her, seated) {
    const { _ray: ray, _hit: hit } = this;
    this.audience.visible = camera.z > 0 && camera.x > 15;
    ray.origin.copy(camera);
    const far = ray.direction.copy(her).sub(camera).length();
    ray.direction.normalize();
    for (const { piece, room } of this._pieces) {
      const between = room.containsPoint(camera) || (ray.intersectBox(room, hit) !== null && hit.distanceTo(camera) < far - BERTH);
      piece.visible = seated || !between;
    }
  }
}

function box(dx, dy, dz, place, material) {
  const mesh = new Mesh(new BoxGeometry(dx, dy, dz), material);
  mesh.position.copy(place);
  return mesh;
}

function bend(geometry, height) {
  const p = geometry.getAttribute("position");
  for (let i = 0; i < p.count; i++) p.setZ(i, height(p.getY(i), p.getZ(i)));
  geometry.computeVertexNormals();
}
