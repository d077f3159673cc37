// The body: one skinned mesh, one material whose colour and gloss come with each vertex.

import { BufferAttribute, BufferGeometry, Color, DynamicDrawUsage, Matrix3, Matrix4, Mesh, MeshBasicMaterial, MeshStandardMaterial, Vector3 } from "three";

import { costumeOf } from "./costume.js";
import { sew, sewnOn } from "./embroidery.js";
import { fewer } from "./fewer.js";
import { Headdress } from "./headdress.js";
import { SURROUND } from "./light.js";

// What a fragment is made of, where more than colour and gloss tells it.
const FLESH = 1; // skin and hair, which meet in a hairline
const EYEBALL = 2;
const KNIT = 3;
const DULL = 4; // throws nothing back
const TEETH = 5; // wet, and seen between lips: the hollow behind them shades them little
const KINDS = { skin: FLESH, hair: FLESH, eye: EYEBALL, iris: EYEBALL, tights: KNIT, lash: DULL, mouth: DULL, teeth: TEETH };

// Colour (sRGB), roughness, satin (a sheen at grazing angles), flesh (light that bleeds through at the edge).
const SURFACES = {
  skin: ["#e2ab8c", 0.5, 0.0, 1.0],
  tights: ["#e9b9a8", 0.56, 0.05, 0.35],
  bodice: ["#ecd9dd", 0.34, 0.55, 0.0],
  shoe: ["#e6a493", 0.3, 0.6, 0.0],
  sole: ["#d0a187", 0.62, 0.0, 0.0],
  ribbon: ["#e4a797", 0.32, 0.7, 0.0],
  hair: ["#2b1a10", 0.5, 0.0, 0.0],
  eye: ["#f1ece6", 0.16, 0.0, 0.0],
  iris: ["#4f3320", 0.12, 0.0, 0.0],
  brow: ["#4b3022", 0.8, 0.0, 0.0],
  lash: ["#140d0a", 0.9, 0.0, 0.0],
  lips: ["#b9434f", 0.36, 0.15, 0.5],
  mouth: ["#4a1518", 0.5, 0.0, 0.0],
  teeth: ["#f4efe6", 0.25, 0.0, 0.2],
};
const OTHERWISE = ["#e7b698", 0.55, 0.1, 0.5];

const STRAYS = [0.0003, 0.0005, 0.0008, 0.0012]; // how far from itself the body is drawn, where that is not seen [m]
const FEATURES = ["lash", "brow", "eye", "iris", "lips"]; // small, and looked at first
const PAINTED = 0.004; // what is painted from one end of its scale to the other counts for so much of it [m]

function surfaceOf(name, dressed) {
  if (dressed[name]) return dressed[name];
  if (SURFACES[name]) return SURFACES[name];
  const known = Object.keys(SURFACES).find((k) => name.includes(k));
  return known ? SURFACES[known] : OTHERWISE;
}

function geometryOf(pack) {
  const { header, array, scaled } = pack;
  const part = array("body.part").values;
  const n = part.length;
  const color = new Float32Array(n * 3);
  const surface = new Float32Array(n * 4);
  const { parts, thread } = costumeOf(header);
  const table = header.parts.map((name) => {
    const [hex, ...rest] = surfaceOf(name, parts);
    return { color: new Color(hex), rest: [...rest, KINDS[name] ?? 0] };
  });
  for (let i = 0; i < n; i++) {
    const look = table[part[i]];
    look.color.toArray(color, i * 3);
    surface.set(look.rest, i * 4);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(n * 3), 3).setUsage(DynamicDrawUsage));
  geometry.setAttribute("normal", new BufferAttribute(new Float32Array(n * 3), 3).setUsage(DynamicDrawUsage));
  geometry.setAttribute("color", new BufferAttribute(color, 3));
  geometry.setAttribute("surface", new BufferAttribute(surface, 4));
  geometry.setAttribute("paint", new BufferAttribute(array("body.paint").values, 4, true));
  geometry.setAttribute("rest", new BufferAttribute(scaled("body.position"), 3));
  geometry.setAttribute("sewn", new BufferAttribute(sewnOn(pack, thread), 4));
  geometry.setIndex(new BufferAttribute(array("body.index").values, 1));
  return geometry;
}

// Of each shape the vertices it moves itself, where it takes them and how it turns their normals.
function shapesOf({ scaled }, moved) {
  const way = scaled("body.shape");
  const turn = scaled("body.shape_normal");
  const rows = moved.length;
  return Array.from({ length: way.length / (rows * 3) }, (_, s) => {
    const own = [...moved.keys()].filter((k) => [0, 1, 2].some((c) => way[(s * rows + k) * 3 + c] || turn[(s * rows + k) * 3 + c]));
    const pick = (from) => Float32Array.from(own.flatMap((k) => [0, 1, 2].map((c) => from[(s * rows + k) * 3 + c])));
    return { at: own.map((k) => moved[k]), way: pick(way), turn: pick(turn) };
  });
}

const PAINTING = /* glsl */ `
varying vec4 vSurface;
varying vec4 vPaint;
varying vec3 vRest;
varying vec3 vPlace;
uniform mat4 pelvisFromWorld;
uniform float tutuRadius;
uniform mat3 viewFromHead;
uniform vec3 bun;
uniform vec3 bunAxis;
uniform vec3 eye;
uniform vec3 collar[ 2 ]; // the left collarbone, from the breastbone to the shoulder
const vec3 SKIN = vec3( ${new Color(SURFACES.skin[0]).toArray().map((c) => c.toFixed(4)).join(", ")} );
const vec3 HAIR = vec3( ${new Color(SURFACES.hair[0]).toArray().map((c) => c.toFixed(4)).join(", ")} );

float grain( float x ) {
  float i = floor( x );
  float f = x - i;
  vec2 r = fract( sin( vec2( i, i + 1.0 ) * 12.9898 ) * 43758.5453 );
  return mix( r.x, r.y, f * f * ( 3.0 - 2.0 * f ) );
}

float hairShare = 0.0;
float strand = 0.5;
vec3 strandWay = vec3( 0.0 );

// Hair is drawn back to the bun: its strands are the great circles through it.
void comb() {
  vec3 q = vRest - bun;
  vec3 up = vec3( bunAxis.z, 0.0, -bunAxis.x );
  float along = dot( q, bunAxis );
  float round = length( q - bunAxis * along );
  float around = atan( q.y, dot( q, up ) );
  bool wound = length( q ) < 0.056 && along > -0.004;
  // In the bun itself the strands go round.
  float across = wound ? length( vec2( along * 1.3, round ) ) * 900.0 + around * 3.0 : around * 46.0;
  strand = 0.6 * grain( across + 91.0 ) + 0.4 * grain( across * 3.1 + 17.0 );
  strandWay = wound ? normalize( cross( bunAxis, q ) ) : normalize( -q );
}

// The hollows over and under her collarbones and between them, which are finer than the mesh: 0 where there is none.
float hollowed() {
  vec3 q = vec3( vRest.x, abs( vRest.y ), vRest.z ) - collar[ 0 ];
  if ( abs( q.z - 0.01 ) > 0.06 ) return 0.0;
  vec3 way = collar[ 1 ] - collar[ 0 ];
  float s = dot( q, way ) / dot( way, way );
  float h = q.z - s * way.z - 0.005 * sin( 5.5 * s );
  float span = smoothstep( 0.02, 0.20, s ) * smoothstep( 1.0, 0.62, s ) * smoothstep( -0.035, -0.010, q.x - s * way.x );
  vec3 above = vec3( ( h - 0.014 ) / 0.009, ( h + 0.010 ) / 0.008, h / 0.005 );
  vec3 bell = exp( -above * above ) * vec3( 0.50, 0.34, -0.22 );
  vec2 notch = vec2( vRest.y / 0.011, ( q.z - 0.004 ) / 0.013 );
  float front = smoothstep( -0.02, 0.01, q.x );
  return span * ( bell.x + bell.y + bell.z ) + 0.45 * front * exp( -dot( notch, notch ) );
}

vec3 painted( vec3 base ) {
  float kind = vSurface.w;
  if ( kind > 0.5 && kind < 1.5 ) {
    vec3 skin = SKIN;
    skin = mix( skin, vec3( 0.70, 0.20, 0.17 ), 0.42 * vPaint.y );
    skin = mix( skin, vec3( 0.27, 0.12, 0.105 ), 0.50 * vPaint.z );
    skin *= 1.0 - hollowed() * vec3( 0.42, 0.55, 0.58 );
    if ( vPaint.x > 0.25 ) {
      comb();
      float reach = ( vPaint.x * 2.0 - 1.0 ) * 0.020 + 0.0036 * ( strand - 0.5 );
      hairShare = smoothstep( -0.0046, 0.0028, reach );
      skin = mix( skin, HAIR * ( 0.55 + 0.9 * strand ), hairShare );
    }
    return skin;
  }
  if ( kind > 1.5 && kind < 2.5 ) {
    vec3 q = vRest - vec3( eye.x, sign( vRest.y ) * eye.y, eye.z );
    float r = length( q.yz ) * 1000.0;
    vec3 white = vec3( 0.86, 0.83, 0.80 );
    vec3 iris = mix( vec3( 0.16, 0.085, 0.04 ), vec3( 0.052, 0.026, 0.013 ), smoothstep( 3.6, 5.6, r ) );
    vec3 ball = mix( iris, white, smoothstep( 5.5, 6.1, r ) );
    ball = mix( vec3( 0.004 ), ball, smoothstep( 2.2, 2.7, r ) );
    // The upper lid and its lashes shade the ball; a lamp's glint sits on the edge of the pupil.
    ball *= 1.0 - 0.55 * smoothstep( 0.001, 0.0065, q.z );
    return mix( ball, vec3( 1.0 ), 0.9 * smoothstep( 0.0013, 0.0008, length( q.yz - vec2( 0.0018, 0.0022 ) ) ) );
  }
  return base;
}
`;

// From the breastbone's joint to over the shoulder's.
function collarOf({ names, joints }) {
  const [inner, outer] = ["clavicle_l", "upper_arm_l"].map((name) => new Vector3(...joints[names.indexOf(name)]));
  return [inner, outer.add(new Vector3(0.0, -0.012, 0.030))];
}

const BLEEDING = /* glsl */ `
#if NUM_DIR_LIGHTS > 0
if ( vSurface.z > 0.0 || hairShare > 0.0 ) {
  vec3 bled = vec3( 0.0 );
  vec3 shine = vec3( 0.0 );
  vec3 way = normalize( viewFromHead * strandWay );
  vec3 seen = normalize( vViewPosition );
  for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
    float facing = dot( normal, directionalLights[ i ].direction );
    // Light that enters where the surface turns away from a lamp comes out again, red, a little beyond.
    bled += directionalLights[ i ].color * ( saturate( ( facing + 0.35 ) / 1.35 ) - saturate( facing ) );
    if ( hairShare > 0.0 ) {
      vec3 middle = normalize( directionalLights[ i ].direction + seen );
      float off = dot( way, middle ) + 0.12 * ( strand - 0.5 );
      float edge = sqrt( max( 0.0, 1.0 - off * off ) );
      float lit = smoothstep( 0.0, 0.6, facing );
      shine += directionalLights[ i ].color * lit * ( 0.050 * pow( edge, 90.0 ) * vec3( 1.0, 0.93, 0.86 ) + 0.060 * pow( edge, 18.0 ) * vec3( 0.42, 0.24, 0.14 ) );
    }
  }
  reflectedLight.directDiffuse += ( 1.0 - hairShare ) * vSurface.z * bled * diffuseColor.rgb * vec3( 0.34, 0.13, 0.09 ) * 0.6;
  reflectedLight.directSpecular *= 1.0 - 0.85 * hairShare;
  reflectedLight.directSpecular += hairShare * shine * ( 0.45 + 0.75 * strand );
}
#endif
float sunk = vSurface.w > 4.5 ? 0.25 * vPaint.w : vSurface.w > 3.5 ? 1.0 : vSurface.w > 1.5 && vSurface.w < 2.5 ? 0.0 : vPaint.w;
`;

function bodyMaterial(shade, thread) {
  const material = new MeshStandardMaterial({ vertexColors: true, roughness: 1, metalness: 0 });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, shade);
    if (thread) sew(shader, thread);
    shader.vertexShader = shader.vertexShader
      .replace(
        "#include <common>",
        `#include <common>
        attribute vec4 surface;
        attribute vec4 paint;
        attribute vec3 rest;
        varying vec4 vSurface;
        varying vec4 vPaint;
        varying vec3 vRest;
        varying vec3 vPlace;`,
      )
      .replace(
        "#include <project_vertex>",
        `#include <project_vertex>
        vSurface = surface;
        vPaint = paint;
        vRest = rest;
        vPlace = ( modelMatrix * vec4( transformed, 1.0 ) ).xyz;`,
      );
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n${PAINTING}\n${SURROUND}`)
      .replace("#include <color_fragment>", "#include <color_fragment>\ndiffuseColor.rgb = painted( diffuseColor.rgb );")
      .replace("#include <roughnessmap_fragment>", "float roughnessFactor = vSurface.x;")
      .replace(
        "#include <aomap_fragment>",
        `#include <aomap_fragment>
        ${BLEEDING}
        // The net overhead dims what is under it, and the lit floor answers from below.
        vec3 seat = ( pelvisFromWorld * vec4( vPlace, 1.0 ) ).xyz;
        float under = tutuRadius > 0.0 ? smoothstep( 0.02, -0.10, seat.z ) * smoothstep( -0.75, -0.05, seat.z )
          * smoothstep( tutuRadius * 1.05, tutuRadius * 0.55, length( seat.xy ) ) : 0.0;
        vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
        vec3 worldView = normalize( cameraPosition - vPlace );
        float down = 0.5 - 0.5 * worldNormal.z;
        vec3 boards = vec3( 0.26, 0.17, 0.11 ) * down * down * exp( -max( vPlace.z, 0.0 ) * 0.9 );
        float open = ( 1.0 - 0.60 * under ) * ( 1.0 - 0.75 * sunk );
        reflectedLight.directDiffuse *= mix( 1.0, 0.66, under ) * ( 1.0 - 0.35 * sunk );
        reflectedLight.directSpecular *= mix( 1.0, 0.5, under ) * ( 1.0 - sunk );
        reflectedLight.indirectDiffuse += diffuseColor.rgb * ( surround( worldNormal ) * open + boards );
        float grazing = pow( 1.0 - saturate( dot( worldNormal, worldView ) ), 4.0 );
        float gloss = ( 1.0 - vSurface.x ) * ( 1.0 - 0.7 * hairShare );
        reflectedLight.indirectSpecular += surround( reflect( -worldView, worldNormal ) ) * open * gloss * ( 0.05 + 0.55 * grazing );`,
      )
      .replace(
        "#include <opaque_fragment>",
        `float rim = 1.0 - saturate( dot( normal, normalize( vViewPosition ) ) );
        vec3 lit = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
        outgoingLight += vSurface.y * rim * rim * ( 0.55 * lit + 0.08 );
        outgoingLight += vSurface.z * ( 1.0 - hairShare ) * rim * rim * lit * vec3( 0.30, 0.07, 0.03 );
        // Knitted silk is thin where one looks straight through it, and closes toward the edge of the leg.
        if ( vSurface.w > 2.5 && vSurface.w < 3.5 ) outgoingLight *= mix( vec3( 1.03, 0.985, 0.965 ), vec3( 0.58, 0.51, 0.52 ), rim * sqrt( rim ) );
        // Lips open further in life than in the shadow they throw here.
        if ( vSurface.w > 4.5 ) outgoingLight *= 1.45;
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
    this.turned = pack.scaled("body.point_normal");
    this.features = pack.array("body.part").values.map((part) => FEATURES.includes(pack.header.parts[part]));
    this.shaped = this.rest.slice();
    this.shapedNormal = this.restNormal.slice();
    this.moved = pack.array("body.shape_at").values;
    this.shapes = shapesOf(pack, this.moved);
    this.eye = pack.header.eye;
    const side = pack.array("body.eye").values;
    this.eyeballs = [...side.keys()].filter((v) => side[v] > 0);
    this.head = pack.header.names.indexOf("head");
    this.shade = {
      ...shade,
      viewFromHead: { value: new Matrix3() },
      bun: { value: new Vector3(...pack.header.bun[0]) },
      bunAxis: { value: new Vector3(...pack.header.bun[1]) },
      eye: { value: new Vector3(...this.eye) },
      collar: { value: collarOf(pack.header) },
    };
    this.bone = pack.array("body.bone").values;
    this.weight = pack.scaled("body.weight");
    this.count = this.rest.length / 3;
    this.real = new Float64Array(dance.count * 4);
    this.dual = new Float64Array(dance.count * 4);
    this.mesh = this.copy(bodyMaterial(this.shade, costumeOf(pack.header).thread));
    this.mesh.onBeforeRender = (_renderer, _scene, camera) => {
      const turn = new Matrix4().makeRotationFromQuaternion(dance.quaternions[this.head]);
      this.shade.viewFromHead.value.setFromMatrix4(turn.premultiply(camera.matrixWorldInverse));
    };
    this.mesh.receiveShadow = true;
    this.headdress = pack.header.headdress ? new Headdress(pack, dance) : null;
    if (this.headdress) this.mesh.add(this.headdress.mesh);
    // What throws the shadow on her is invisible itself, and coarser.
    this.caster = this.copy(new MeshBasicMaterial({ colorWrite: false, depthWrite: false }), { coarse: true });
    this.caster.castShadow = true;
    // And she is mirrored in the varnish too softly for more.
    this.mirrored = this.copy(this.mesh.material, { coarse: true });
    this.part = pack.array("body.part").values;
  }

  // Another mesh of the same moving body, for another scene; `coarse` where only its outline counts.
  copy(material, { coarse = false } = {}) {
    return this._unculled(coarse ? this._coarse() : this.geometry, material);
  }

  // And one for a glass some way behind her: finer, and cut along the edges of what she wears.
  glassed() {
    return this._unculled(this._joined(0.013, (v) => this.part[v]), this.mesh.material);
  }

  _unculled(geometry, material) {
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    return mesh;
  }

  // Draws her with no more triangles than it takes to stray no further than `stray` [m].
  spare(stray) {
    this._sparing ??= this._spared();
    const level = STRAYS.findLastIndex((least) => least <= stray);
    this.mesh.geometry = level < 0 ? this.geometry : this._sparing[level];
  }

  _spared() {
    const paint = this.geometry.getAttribute("paint").array;
    const unlike = (u, v) => {
      if (this.features[u]) return Infinity;
      let most = 0;
      for (let k = 0; k < 4; k++) most = Math.max(most, Math.abs(paint[4 * u + k] - paint[4 * v + k]));
      return (PAINTED * most) / 255;
    };
    const pointed = this.rest.map((x, i) => x + this.delta[i]);
    return fewer(this.geometry.index.array, [this.rest, pointed], STRAYS, unlike).map((index) => this._indexed(index));
  }

  _indexed(index) {
    const geometry = new BufferGeometry();
    for (const [name, values] of Object.entries(this.geometry.attributes)) geometry.setAttribute(name, values);
    geometry.setIndex(new BufferAttribute(index, 1));
    return geometry;
  }

  // The same vertices with few of the triangles: all that lie within 2.5 cm and on one bone become one.
  _coarse() {
    this._few ??= this._joined(0.025);
    return this._few;
  }

  _joined(cell, kind = () => 0) {
    const chosen = new Map();
    const to = new Uint32Array(this.count);
    for (let v = 0; v < this.count; v++) {
      const at = [0, 1, 2].map((k) => Math.round(this.rest[v * 3 + k] / cell)).join();
      const key = `${this.bone[v * 4]}:${kind(v)}:${at}`;
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
    return this._indexed(full.constructor.from(index));
  }

  // Takes the pose the dance is at. The body is drawn half a dozen times a frame (shadows, sheen, itself) and skinned once,
  // here, by dual quaternions (Kavan et al. 2008), so that a turned-out thigh keeps its volume.
  update() {
    this._bones();
    this._express();
    this.headdress?.update();
    const { rest, shaped, shapedNormal, delta, turned, bone, weight, real, dual } = this;
    const out = this.geometry.getAttribute("position");
    const outNormal = this.geometry.getAttribute("normal");
    const p = out.array;
    const m = outNormal.array;
    const [left, right] = this.dance.pointing;
    for (let v = 0, i = 0, k = 0; v < this.count; v++, i += 3, k += 4) {
      const share = rest[i + 1] > 0 ? left : right;
      const x = shaped[i] + share * delta[i];
      const y = shaped[i + 1] + share * delta[i + 1];
      const z = shaped[i + 2] + share * delta[i + 2];
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
      const nx = shapedNormal[i] + share * turned[i];
      const ny = shapedNormal[i + 1] + share * turned[i + 1];
      const nz = shapedNormal[i + 2] + share * turned[i + 2];
      ux = c * nz - d * ny + a * nx;
      uy = d * nx - b * nz + a * ny;
      uz = b * ny - c * nx + a * nz;
      m[i] = nx + 2 * (c * uz - d * uy);
      m[i + 1] = ny + 2 * (d * ux - b * uz);
      m[i + 2] = nz + 2 * (b * uy - c * ux);
    }
    out.needsUpdate = outNormal.needsUpdate = true;
  }

  // Breath, mouth, brows and lids before the skin is moved, and the eyeballs turned to what she looks at.
  _express() {
    const { rest, restNormal, shaped, shapedNormal, moved } = this;
    const { expression, gaze } = this.dance;
    for (let k = 0; k < moved.length; k++) {
      for (let c = 0, v = moved[k] * 3; c < 3; c++, v++) {
        shaped[v] = rest[v];
        shapedNormal[v] = restNormal[v];
      }
    }
    this.shapes.forEach(({ at, way, turn }, s) => {
      const much = expression[s];
      if (much < 0.002) return;
      for (let k = 0, i = 0; k < at.length; k++) {
        for (let c = 0, v = at[k] * 3; c < 3; c++, v++, i++) {
          shaped[v] += much * way[i];
          shapedNormal[v] += much * turn[i];
        }
      }
    });
    const [cy, sy, cp, sp] = [Math.cos(gaze[0]), Math.sin(gaze[0]), Math.cos(gaze[1]), Math.sin(gaze[1])];
    const turn = (from, to, i, x0, y0, z0) => {
      const [x, y, z] = [from[i] - x0, from[i + 1] - y0, from[i + 2] - z0];
      const forward = cp * x - sp * z;
      to[i] = x0 + cy * forward - sy * y;
      to[i + 1] = y0 + sy * forward + cy * y;
      to[i + 2] = z0 + sp * x + cp * z;
    };
    const [ex, ey, ez] = this.eye;
    for (const v of this.eyeballs) {
      turn(rest, shaped, v * 3, ex, rest[v * 3 + 1] > 0 ? ey : -ey, ez);
      turn(restNormal, shapedNormal, v * 3, 0, 0, 0);
    }
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
