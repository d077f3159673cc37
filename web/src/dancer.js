// The body: one skinned mesh, one material whose colour and gloss come with each vertex.

import { BufferAttribute, BufferGeometry, Color, DynamicDrawUsage, Mesh, MeshBasicMaterial, MeshStandardMaterial, Vector3 } from "three";

import { costumeOf } from "./costume.js";
import { SURROUND } from "./light.js";

// Colour (sRGB), roughness, satin (a sheen at grazing angles), flesh (light that bleeds through at the edge).
const SURFACES = {
  skin: ["#e3ae8e", 0.52, 0.0, 1.0],
  face: ["#e3ae8e", 0.5, 0.0, 1.0],
  tights: ["#e9bdad", 0.58, 0.07, 0.30],
  bodice: ["#ecd9dd", 0.34, 0.55, 0.0],
  shoe: ["#eeb5a6", 0.3, 0.7, 0.0],
  sole: ["#c9a083", 0.6, 0.0, 0.0],
  ribbon: ["#efbcae", 0.32, 0.8, 0.0],
  hair: ["#2e1c12", 0.42, 0.35, 0.0],
  eye: ["#f4f1ec", 0.2, 0.0, 0.0],
  iris: ["#4a2f1d", 0.15, 0.0, 0.0],
  pupil: ["#120c08", 0.1, 0.0, 0.0],
  brow: ["#3a2417", 0.7, 0.0, 0.0],
  lash: ["#1d120c", 0.7, 0.0, 0.0],
  lips: ["#b4515a", 0.38, 0.2, 0.5],
  tiara: ["#f6e3b0", 0.18, 1.0, 0.0],
};
const OTHERWISE = ["#e7b698", 0.55, 0.1, 0.5];

function surfaceOf(name, dressed) {
  if (dressed[name]) return dressed[name];
  if (SURFACES[name]) return SURFACES[name];
  const known = Object.keys(SURFACES).find((k) => name.includes(k));
  return known ? SURFACES[known] : OTHERWISE;
}

function geometryOf({ header, array, scaled }) {
  const part = array("body.part").values;
  const n = part.length;
  const color = new Float32Array(n * 3);
  const surface = new Float32Array(n * 3);
  const { parts } = costumeOf(header);
  const table = header.parts.map((name) => {
    const [hex, roughness, satin, flesh] = surfaceOf(name, parts);
    return { color: new Color(hex), rest: [roughness, satin, flesh] };
  });
  for (let i = 0; i < n; i++) {
    const look = table[part[i]];
    look.color.toArray(color, i * 3);
    surface.set(look.rest, i * 3);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(n * 3), 3).setUsage(DynamicDrawUsage));
  geometry.setAttribute("normal", new BufferAttribute(new Float32Array(n * 3), 3).setUsage(DynamicDrawUsage));
  geometry.setAttribute("color", new BufferAttribute(color, 3));
  geometry.setAttribute("surface", new BufferAttribute(surface, 3));
  geometry.setIndex(new BufferAttribute(array("body.index").values, 1));
  return geometry;
}

function bodyMaterial(shade) {
  const material = new MeshStandardMaterial({ vertexColors: true, roughness: 1, metalness: 0 });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, shade);
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nattribute vec3 surface;\nvarying vec3 vSurface;\nvarying vec3 vPlace;")
      .replace(
        "#include <project_vertex>",
        "#include <project_vertex>\nvSurface = surface;\nvPlace = ( modelMatrix * vec4( transformed, 1.0 ) ).xyz;",
      );
    shader.fragmentShader = shader.fragmentShader
      .replace(
        "#include <common>",
        `#include <common>
        varying vec3 vSurface;
        varying vec3 vPlace;
        uniform mat4 pelvisFromWorld;
        uniform float tutuRadius;
        ${SURROUND}`,
      )
      .replace("#include <roughnessmap_fragment>", "float roughnessFactor = vSurface.x;")
      .replace(
        "#include <aomap_fragment>",
        `#include <aomap_fragment>
        // The net overhead dims what is under it, and the lit floor answers from below.
        vec3 seat = ( pelvisFromWorld * vec4( vPlace, 1.0 ) ).xyz;
        float under = tutuRadius > 0.0 ? smoothstep( 0.02, -0.10, seat.z ) * smoothstep( -0.75, -0.05, seat.z )
          * smoothstep( tutuRadius * 1.05, tutuRadius * 0.55, length( seat.xy ) ) : 0.0;
        vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
        vec3 worldView = normalize( cameraPosition - vPlace );
        float down = 0.5 - 0.5 * worldNormal.z;
        vec3 boards = vec3( 0.26, 0.17, 0.11 ) * down * down * exp( -max( vPlace.z, 0.0 ) * 0.9 );
        float open = 1.0 - 0.60 * under;
        reflectedLight.directDiffuse *= mix( 1.0, 0.66, under );
        reflectedLight.directSpecular *= mix( 1.0, 0.5, under );
        reflectedLight.indirectDiffuse += diffuseColor.rgb * ( surround( worldNormal ) * open + boards );
        float grazing = pow( 1.0 - saturate( dot( worldNormal, worldView ) ), 4.0 );
        float gloss = 1.0 - vSurface.x;
        reflectedLight.indirectSpecular += surround( reflect( -worldView, worldNormal ) ) * open * gloss * ( 0.05 + 0.55 * grazing );`,
      )
      .replace(
        "#include <opaque_fragment>",
        `float rim = 1.0 - saturate( dot( normal, normalize( vViewPosition ) ) );
        vec3 lit = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
        outgoingLight += vSurface.y * rim * rim * ( 0.55 * lit + 0.08 );
        outgoingLight += vSurface.z * rim * rim * lit * vec3( 0.30, 0.07, 0.03 );
        #include <opaque_fragment>`,
      );
  };
  return material;
}

export class Dancer {
  constructor(pack, dance, shade) {
    this.dance = dance;
    this.geometry = geometryOf(pack);
    this.rest = pack.scaled("body.position");
    this.restNormal = pack.scaled("body.normal");
    this.delta = pack.scaled("body.point");
    this.bone = pack.array("body.bone").values;
    this.weight = pack.scaled("body.weight");
    this.count = this.rest.length / 3;
    this.real = new Float64Array(dance.count * 4);
    this.dual = new Float64Array(dance.count * 4);
    this.mesh = this.copy(bodyMaterial(shade));
    this.mesh.receiveShadow = true;
    // What throws the shadow on her is invisible itself, and coarser.
    this.caster = this.copy(new MeshBasicMaterial({ colorWrite: false, depthWrite: false }), { coarse: true });
    this.caster.castShadow = true;
  }

  // Another mesh of the same moving body, for another scene; `coarse` where only its outline counts.
  copy(material, { coarse = false } = {}) {
    const mesh = new Mesh(coarse ? this._coarse() : this.geometry, material);
    mesh.frustumCulled = false;
    return mesh;
  }

  // The same vertices with few of the triangles: all that lie within 2.5 cm and on one bone become one.
  _coarse() {
    if (this._few) return this._few;
    const cell = 0.025;
    const chosen = new Map();
    const to = new Uint32Array(this.count);
    for (let v = 0; v < this.count; v++) {
      const at = [0, 1, 2].map((k) => Math.round(this.rest[v * 3 + k] / cell)).join();
      const key = `${this.bone[v * 4]}:${at}`;
      if (!chosen.has(key)) chosen.set(key, v);
      to[v] = chosen.get(key);
    }
    const index = [];
    const seen = new Set();
    const full = this.geometry.index.array;
    for (let i = 0; i < full.length; i += 3) {
      const [a, b, c] = [to[full[i]], to[full[i + 1]], to[full[i + 2]]];
      if (a === b || b === c || c === a) continue;
      const key = [a, b, c].sort((x, y) => x - y).join();
      if (seen.has(key)) continue;
      seen.add(key);
      index.push(a, b, c);
    }
    this._few = new BufferGeometry();
    this._few.setAttribute("position", this.geometry.getAttribute("position"));
    this._few.setAttribute("normal", this.geometry.getAttribute("normal"));
    this._few.setIndex(index);
    return this._few;
  }

  // Takes the pose the dance is at. The body is drawn half a dozen times a frame (shadows, sheen, itself) and skinned once,
  // here, by dual quaternions (Kavan et al. 2008), so that a turned-out thigh keeps its volume.
  update() {
    this._bones();
    const { rest, restNormal, delta, bone, weight, real, dual } = this;
    const out = this.geometry.getAttribute("position");
    const outNormal = this.geometry.getAttribute("normal");
    const p = out.array;
    const m = outNormal.array;
    const [left, right] = this.dance.pointing;
    for (let v = 0, i = 0, k = 0; v < this.count; v++, i += 3, k += 4) {
      const share = rest[i + 1] > 0 ? left : right;
      const x = rest[i] + share * delta[i];
      const y = rest[i + 1] + share * delta[i + 1];
      const z = rest[i + 2] + share * delta[i + 2];
      const f = bone[k] * 4;
      let a = real[f] * weight[k];
      let b = real[f + 1] * weight[k];
      let c = real[f + 2] * weight[k];
      let d = real[f + 3] * weight[k];
      let e = dual[f] * weight[k];
      let g = dual[f + 1] * weight[k];
      let h = dual[f + 2] * weight[k];
      let l = dual[f + 3] * weight[k];
      for (let n = 1; n < 4; n++) {
        let w = weight[k + n];
        if (w === 0) continue;
        const j = bone[k + n] * 4;
        // The two quaternions of a rotation would cancel: blend those on one side of the sphere.
        if (real[j] * real[f] + real[j + 1] * real[f + 1] + real[j + 2] * real[f + 2] + real[j + 3] * real[f + 3] < 0) w = -w;
        a += w * real[j];
        b += w * real[j + 1];
        c += w * real[j + 2];
        d += w * real[j + 3];
        e += w * dual[j];
        g += w * dual[j + 1];
        h += w * dual[j + 2];
        l += w * dual[j + 3];
      }
      const inverse = 1 / Math.sqrt(a * a + b * b + c * c + d * d);
      a *= inverse;
      b *= inverse;
      c *= inverse;
      d *= inverse;
      e *= inverse;
      g *= inverse;
      h *= inverse;
      l *= inverse;
      let ux = c * z - d * y + a * x;
      let uy = d * x - b * z + a * y;
      let uz = b * y - c * x + a * z;
      p[i] = x + 2 * (c * uz - d * uy + a * g - e * b + c * l - d * h);
      p[i + 1] = y + 2 * (d * ux - b * uz + a * h - e * c + d * g - b * l);
      p[i + 2] = z + 2 * (b * uy - c * ux + a * l - e * d + b * h - c * g);
      const nx = restNormal[i];
      const ny = restNormal[i + 1];
      const nz = restNormal[i + 2];
      ux = c * nz - d * ny + a * nx;
      uy = d * nx - b * nz + a * ny;
      uz = b * ny - c * nx + a * nz;
      m[i] = nx + 2 * (c * uz - d * uy);
      m[i + 1] = ny + 2 * (d * ux - b * uz);
      m[i + 2] = nz + 2 * (b * uy - c * ux);
    }
    out.needsUpdate = outNormal.needsUpdate = true;
  }

  // Each bone's motion away from the rest pose, as a dual quaternion.
  _bones() {
    const { positions, quaternions, joints } = this.dance;
    const t = new Vector3();
    for (let b = 0; b < positions.length; b++) {
      const { w, x, y, z } = quaternions[b];
      t.copy(joints[b]).applyQuaternion(quaternions[b]).negate().add(positions[b]);
      this.real.set([w, x, y, z], b * 4);
      this.dual.set(
        [
          -0.5 * (t.x * x + t.y * y + t.z * z),
          0.5 * (t.x * w + t.y * z - t.z * y),
          0.5 * (-t.x * z + t.y * w + t.z * x),
          0.5 * (t.x * y - t.y * x + t.z * w),
        ],
        b * 4,
      );
    }
  }
}
