// The wooden floor: pools of light, the dancer's soft shadows and her sheen in the varnish.
//
// A flat floor needs no shadow map: the body itself is drawn flattened along each lamp's rays into one small
// texture laid on the floor round the dancer (red: key, green: follow spot, blue and alpha: nearness and touch, for the
// contact shadow), and how soft a place is follows from how far it lies from her feet along the ray.

import {
  BufferAttribute,
  BufferGeometry,
  CustomBlending,
  DoubleSide,
  DynamicDrawUsage,
  Group,
  HalfFloatType,
  LinearFilter,
  LinearMipmapLinearFilter,
  LinearMipmapNearestFilter,
  Matrix4,
  MaxEquation,
  Mesh,
  OneFactor,
  OrthographicCamera,
  PerspectiveCamera,
  Scene,
  ShaderMaterial,
  Vector2,
  Vector3,
  WebGLRenderTarget,
} from "three";

import { DROP } from "./house.js";
import { laid } from "./laid.js";
import { sightOf } from "./reflection.js";
import { CLOTH } from "./settings/painter.js";

const FLOOR = { back: -7.25, front: 6.15, wide: 26.4 }; // [m]
const SHADOW_BACK = 1.1; // how far upstage of her its middle lies [m]
const SHADOW_HALF = 3.2; // half the side of the shadow's square [m]

const FLAT_VERTEX = /* glsl */ `
#include <common>
uniform vec3 lamp;
uniform vec3 square; // centre x, y, half side
varying float vHeight;
void main() {
  vec3 place = position; // dancer and net are given in the world's own coordinates
  vHeight = max( place.z, 0.0 );
  vec2 at = place.xy - lamp.xy / lamp.z * vHeight;
  gl_Position = vec4( ( at - square.xy ) / square.z, 0.0, 1.0 );
}`;

const FLAT_FRAGMENT = /* glsl */ `
uniform vec3 channel;
uniform float cover;
varying float vHeight;
void main() {
  float near = max( 0.0, 1.0 - vHeight / 0.30 );
  float touch = max( 0.0, 1.0 - vHeight / 0.06 );
  gl_FragColor = vec4( channel.rg * cover, channel.b * near * near, channel.b * touch );
}`;

const FLOOR_VERTEX = /* glsl */ `
varying vec3 vPlace;
varying vec4 vMirror;
uniform mat4 mirror;
void main() {
  vec4 place = modelMatrix * vec4( position, 1.0 );
  vPlace = place.xyz;
  vMirror = mirror * place;
  gl_Position = projectionMatrix * viewMatrix * place;
}`;

const FLOOR_FRAGMENT = /* glsl */ `
#include <common>
uniform sampler2D laid;
uniform sampler2D pools;
uniform sampler2D shadow;
uniform sampler2D sheen;
uniform sampler2D drop;
uniform vec3 square;
uniform float texel;
uniform vec3 feet;
uniform vec3 follow; // x, y, strength
uniform vec3 keyLamp;
uniform vec3 followLamp;
uniform vec3 keyColour;
uniform vec3 followColour;
uniform vec3 tint;
uniform vec3 ambientColour;
uniform vec3 washColour;
uniform vec2 gloss; // of the varnish; how bright the drop stands in it
varying vec3 vPlace;
varying vec4 vMirror;
${CLOTH}

float shade( vec3 lamp, vec3 mask, float softness ) {
  vec2 away = -normalize( lamp.xy );
  float height = max( dot( vPlace.xy - feet.xy, away ), 0.0 ) * lamp.z / length( lamp.xy );
  float radius = 0.010 + softness * height;
  vec2 uv = ( vPlace.xy - square.xy ) / square.z * 0.5 + 0.5;
  float lod = max( log2( radius / texel ) - 0.6, 0.0 );
  float step = radius / ( 2.0 * square.z );
  #ifndef FINE
    return dot( textureLod( shadow, uv, lod + 0.8 ).rgb, mask );
  #endif
  float sum = dot( textureLod( shadow, uv + vec2( 0.7, 0.4 ) * step, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( -0.7, 0.4 ) * step, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( 0.0, -0.8 ) * step, lod ).rgb, mask );
  return sum / 3.0;
}

void main() {
  // Seen aslant, a point of the picture is long on the floor: three looks along it, or two.
  vec2 way = vPlace.xy * 0.25;
  vec2 across = dFdx( way );
  vec2 along = dFdy( way );
  vec2 far = dot( across, across ) > dot( along, along ) ? across : along;
  #ifdef FINE
    vec3 albedo = texture2D( laid, way, -1.2 ).rgb + texture2D( laid, way + 0.34 * far, -1.2 ).rgb + texture2D( laid, way - 0.34 * far, -1.2 ).rgb;
    albedo *= tint / 3.0;
  #else
    vec3 albedo = 0.5 * tint * ( texture2D( laid, way + 0.25 * far, -1.0 ).rgb + texture2D( laid, way - 0.25 * far, -1.0 ).rgb );
  #endif
  vec2 p = vPlace.xy;
  vec2 off = ( p - vec2( 0.6, 0.0 ) ) / vec2( 5.2, 6.4 );
  float wash = exp( -dot( off, off ) );
  float cool = 0.35 + 0.65 * smoothstep( 2.0, -5.5, p.x );
  vec3 key = keyColour * wash;
  float r = length( ( p - follow.xy ) * vec2( 0.86, 1.0 ) );
  vec3 spot = followColour * follow.z * ( 1.0 - smoothstep( 1.15, 1.95, r ) );
  vec3 ambient = ambientColour * cool + washColour * ( wash + 1.1 * exp2( 2.2 * ( p.x - 6.15 ) ) );
  ambient += cloth( texture2D( pools, vec2( ( p.y + ${(FLOOR.wide / 2).toFixed(1)} ) / ${FLOOR.wide.toFixed(1)}, ( p.x - ${FLOOR.back.toFixed(2)} ) / ${(FLOOR.front - FLOOR.back).toFixed(2)} ) ) );
  float contact = 0.0;
  #ifdef DANCED
    vec2 inside = abs( p - square.xy ) / square.z;
    float near = 1.0 - smoothstep( 0.90, 1.0, max( inside.x, inside.y ) );
    vec2 at = ( p - square.xy ) / square.z * 0.5 + 0.5;
    key *= 1.0 - 0.92 * near * shade( keyLamp, vec3( 1.0, 0.0, 0.0 ), 0.075 );
    spot *= 1.0 - 0.92 * near * shade( followLamp, vec3( 0.0, 1.0, 0.0 ), 0.035 );
    // The dark between shoe and boards, and the dimness round it that tells how near she is.
    vec3 wide = log2( vec3( 0.014, 0.040, 0.13 ) / texel ); // [m]
    #ifdef FINE
      contact = 1.7 * textureLod( shadow, at, wide.x ).a + 0.8 * textureLod( shadow, at, wide.y ).b + 1.1 * textureLod( shadow, at, wide.z ).b;
    #else
      contact = 1.7 * textureLod( shadow, at, wide.x ).a + 1.9 * textureLod( shadow, at, 0.4 * wide.y + 0.6 * wide.z ).b;
    #endif
    contact = clamp( near * contact, 0.0, 1.0 );
  #endif
  ambient *= 1.0 - 0.92 * contact;
  key *= 1.0 - 0.72 * contact;
  spot *= 1.0 - 0.72 * contact;
  vec3 colour = albedo * ( key + spot + ambient );

  vec3 toEye = normalize( cameraPosition - vPlace );
  float grazing = pow( 1.0 - clamp( toEye.z, 0.0, 1.0 ), 5.0 );
  float fresnel = ( 0.035 + 0.50 * grazing ) * ( 0.75 + 0.5 * albedo.r ) * gloss.x;
  // The painted drop, seen in the varnish far out of focus.
  vec3 ray = vec3( -toEye.xy, toEye.z );
  float reach = ( vPlace.x - ${DROP.x.toFixed(1)} ) / max( -ray.x, 0.05 );
  vec3 hit = vPlace + ray * reach;
  vec3 mirrored = cloth( textureLod( drop, vec2( hit.y / ${DROP.width.toFixed(1)} + 0.5, hit.z / ${DROP.height.toFixed(1)} ), 4.6 ) ) * gloss.y;
  mirrored *= smoothstep( 11.0, 8.0, abs( hit.y ) );
  // To one who looks the other way, the lamps along the tiers.
  float tier = 3.0 * ( toEye.z / max( ray.x, 0.05 ) ) * 25.0 / 8.1 - 0.0;
  mirrored += vec3( 0.34, 0.21, 0.10 ) * step( 0.0, ray.x ) * exp( -0.35 * tier ) * ( 0.35 + 0.65 * pow( 0.5 + 0.5 * cos( 6.2832 * tier ), 4.0 ) );
  #ifdef DANCED
    vec2 uv = vMirror.xy / max( vMirror.w, 1e-3 );
    vec2 within = abs( uv - 0.5 );
    if ( max( within.x, within.y ) < 0.5 && vMirror.w > 0.0 ) {
      vec2 toward = normalize( toEye.xy );
      float height = max( dot( p - feet.xy, toward ), 0.0 ) * toEye.z / length( toEye.xy );
      // Brushed boards blur what is high above them, and scatter the most of what is brightest: white net is a breath there.
      float lod = 1.4 + 3.4 * smoothstep( 0.0, 1.0, height );
      #ifdef FINE
        vec2 aside = vec2( 0.004, 0.002 ) * exp2( 0.5 * lod );
        vec4 her = 0.5 * ( textureLod( sheen, uv + aside, lod ) + textureLod( sheen, uv - aside, lod ) );
      #else
        vec4 her = textureLod( sheen, uv, lod + 0.4 );
      #endif
      her *= mix( 0.9, 0.18, smoothstep( 0.05, 0.85, height ) );
      her.rgb /= 1.0 + 0.7 * max( her.r, max( her.g, her.b ) );
      mirrored = mirrored * ( 1.0 - her.a ) + her.rgb;
    }
  #endif
  colour = mix( colour, mirrored, clamp( fresnel, 0.0, 0.6 ) * ( 1.0 - 0.6 * contact ) );
  gl_FragColor = vec4( colour, 1.0 );
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`;

// The floor in tiles, each drawn by the plainest material that will do: where neither a shadow nor her sheen can fall, there is
// nothing to look up. (A software driver runs both sides of every `if`, so the choice cannot be left to the shader.)
const TILE = 0.3;
const FROM = { x: FLOOR.back, y: -FLOOR.wide / 2 };
const TILES = { x: Math.ceil((FLOOR.front - FLOOR.back) / TILE), y: Math.round(FLOOR.wide / TILE) };
const NOT_DRAWN = 2;
const POOL = 2.27; // how far the follow spot reaches along the floor [m]

class Tiles {
  constructor(uniforms, lamps, fine) {
    this.lamps = [lamps.key.from, lamps.follow.from];
    const corners = [];
    for (let i = 0; i <= TILES.x; i++)
      for (let j = 0; j <= TILES.y; j++) corners.push(Math.min(FROM.x + i * TILE, FLOOR.front), FROM.y + j * TILE, 0);
    const position = new BufferAttribute(new Float32Array(corners), 3);
    this.kind = new Uint8Array(TILES.x * TILES.y);
    this.group = new Group();
    // Two kinds and no more, both there from the first frame on: a software driver compiles for seconds when it meets a new one.
    this.meshes = [0, 1].map((kind) => {
      const geometry = new BufferGeometry();
      geometry.setAttribute("position", position);
      geometry.setIndex(new BufferAttribute(new Uint16Array(this.kind.length * 6), 1).setUsage(DynamicDrawUsage));
      const defines = { ...(kind ? { DANCED: 1 } : {}), ...(fine ? { FINE: 1 } : {}) };
      const mesh = new Mesh(
        geometry,
        new ShaderMaterial({ uniforms, defines, vertexShader: FLOOR_VERTEX, fragmentShader: FLOOR_FRAGMENT }),
      );
      mesh.frustumCulled = false;
      this.group.add(mesh);
      return mesh;
    });
  }

  // Tiles that the follow spot can reach, which nothing else changes.
  _round(pool) {
    for (let i = 0, t = 0; i < TILES.x; i++)
      for (let j = 0; j < TILES.y; j++, t++)
        if (Math.hypot(FROM.x + (i + 0.5) * TILE - pool.x, FROM.y + (j + 0.5) * TILE - pool.y) < POOL + 0.71 * TILE) this.kind[t] = 0;
  }

  _mark(x, y, reach) {
    const lo = (v, from) => Math.max(Math.floor((v - reach - from) / TILE), 0);
    const hi = (v, from, n) => Math.min(Math.floor((v + reach - from) / TILE), n - 1);
    for (let i = lo(x, FROM.x); i <= hi(x, FROM.x, TILES.x); i++)
      for (let j = lo(y, FROM.y); j <= hi(y, FROM.y, TILES.y); j++) this.kind[i * TILES.y + j] = 1;
  }

  // `bones` and the points of the `hem` stand for all that can throw a shadow or be mirrored. Where `pool` is given (x, y),
  // only what the dancer and her spot change is drawn.
  sort(bones, hem, eye, pool = null) {
    this.kind.fill(pool ? NOT_DRAWN : 0);
    if (pool) this._round(pool);
    const mark = (p, round) => {
      const z = Math.max(p.z, 0);
      for (const lamp of this.lamps)
        this._mark(p.x - (lamp.x / lamp.z) * z, p.y - (lamp.y / lamp.z) * z, round + 0.10 + 0.13 * z);
      if (z < 0.35) this._mark(p.x, p.y, round + 0.2);
      if (eye.z > 0) {
        // To a low eye the image of a hand's breadth lies metres long in the varnish.
        const at = (height) => eye.z / (eye.z + Math.max(height, 0));
        const [near, far] = [at(z + round), at(z - round)];
        const long = (far - near) * Math.hypot(p.x - eye.x, p.y - eye.y);
        const steps = Math.max(1, Math.ceil(long / TILE));
        for (let k = 0; k <= steps; k++) {
          const t = near + ((far - near) * k) / steps;
          this._mark(eye.x + t * (p.x - eye.x), eye.y + t * (p.y - eye.y), round + 0.06 + 0.05 * z);
        }
      }
    };
    for (const bone of bones) mark(bone, 0.22);
    for (const point of hem) mark(point, 0.12);
    const filled = [0, 0];
    const indices = this.meshes.map((mesh) => mesh.geometry.index.array);
    const row = TILES.y + 1;
    for (let i = 0, t = 0; i < TILES.x; i++)
      for (let j = 0; j < TILES.y; j++, t++) {
        const kind = this.kind[t];
        if (kind === NOT_DRAWN) continue;
        const out = indices[kind];
        const a = i * row + j;
        let n = filled[kind];
        out[n++] = a;
        out[n++] = a + row;
        out[n++] = a + row + 1;
        out[n++] = a;
        out[n++] = a + row + 1;
        out[n++] = a + 1;
        filled[kind] = n;
      }
    this.meshes.forEach((mesh, kind) => {
      mesh.geometry.setDrawRange(0, filled[kind]);
      mesh.geometry.index.needsUpdate = true;
      mesh.visible = filled[kind] > 0;
    });
  }
}

export class Floor {
  constructor({ kind, tint, gloss, mirror, ambient, wash, pools, sharp = 1 }, { dancer, tutu, drop, lamps, painter }, { fine = true } = {}) {
    this.square = new Vector3(0, 0, SHADOW_HALF);
    const size = fine ? 1024 : 512;
    // Without the blend between two finenesses a lookup costs half.
    const minFilter = fine ? LinearMipmapLinearFilter : LinearMipmapNearestFilter;
    this.shadow = new WebGLRenderTarget(size, size, {
      minFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
      depthBuffer: false,
    });
    const sheen = fine ? 384 : 256;
    this.sheen = new WebGLRenderTarget(sheen, sheen, {
      type: HalfFloatType,
      minFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
    });
    this.mirrorCamera = new PerspectiveCamera(20, 1, 1, 80);
    this.uniforms = {
      laid: { value: laid(kind) },
      pools: { value: painter.paint(512, 256, pools, { seed: 83, fineness: sharp }) },
      tint: { value: new Vector3(...tint) },
      ambientColour: { value: new Vector3(...ambient) },
      washColour: { value: new Vector3(...wash) },
      gloss: { value: new Vector2(gloss, mirror) },
      shadow: { value: this.shadow.texture },
      sheen: { value: this.sheen.texture },
      drop: { value: drop },
      square: { value: this.square },
      texel: { value: (2 * SHADOW_HALF) / size },
      feet: { value: new Vector3() },
      follow: { value: new Vector3(0, 0, 1) },
      keyLamp: { value: lamps.key.from },
      followLamp: { value: lamps.follow.from },
      keyColour: { value: lamps.key.pool },
      followColour: { value: lamps.follow.pool },
      mirror: { value: new Matrix4() },
    };
    this.tiles = new Tiles(this.uniforms, lamps, fine);
    this.group = this.tiles.group;
    this._flat = this._flattened(dancer, tutu, lamps);
    this._flatCamera = new OrthographicCamera(-1, 1, 1, -1, -1, 1);
  }

  // Everything that throws a shadow, once for each lamp and once straight down.
  _flattened(dancer, tutu, lamps) {
    const scene = new Scene();
    scene.matrixWorldAutoUpdate = false;
    const passes = [
      [lamps.key.from, new Vector3(1, 0, 0)],
      [lamps.follow.from, new Vector3(0, 1, 0)],
      [new Vector3(0, 0, 1), new Vector3(0, 0, 1)],
    ];
    for (const [lamp, channel] of passes) {
      const flat = (cover) =>
        new ShaderMaterial({
          uniforms: {
            lamp: { value: lamp },
            channel: { value: channel },
            cover: { value: cover },
            square: { value: this.square },
          },
          vertexShader: FLAT_VERTEX,
          fragmentShader: FLAT_FRAGMENT,
          side: DoubleSide,
          depthTest: false,
          depthWrite: false,
          transparent: true,
          blending: CustomBlending,
          blendEquation: MaxEquation,
          blendSrc: OneFactor,
          blendDst: OneFactor,
        });
      scene.add(dancer.copy(flat(1), { coarse: true }));
      if (tutu && channel.z === 0) {
        const plate = tutu.meshes.at(-1); // the widest layer hides what the others would add
        const mesh = new Mesh(plate.geometry, flat(0.8));
        mesh.frustumCulled = false;
        scene.add(mesh);
      }
    }
    return scene;
  }

  // Where the dancer is decides where the shadow's texture lies and what the varnish mirrors. Without `still`, only what she
  // and her spot change is drawn.
  place({ bones, feet, follow, strength, hem }, camera, { still = true } = {}) {
    const pelvis = bones[0];
    // Shadows fall upstage and to both sides.
    this.square.set(pelvis.x - SHADOW_BACK, pelvis.y, SHADOW_HALF);
    this.uniforms.feet.value.copy(feet);
    this.uniforms.follow.value.set(follow.x, follow.y, strength);
    const eye = this.mirrorCamera;
    eye.position.set(camera.position.x, camera.position.y, -Math.max(camera.position.z, 0.05));
    sightOf(eye, pelvis, 1.35, this.uniforms.mirror.value);
    this.tiles.sort(bones, hem, camera.position, still ? null : follow);
  }

  // Without her and without her spot.
  bare() {
    this.uniforms.follow.value.z = 0;
    this.tiles.sort([], [], this.mirrorCamera.position);
  }

  drawShadow(renderer) {
    renderer.setRenderTarget(this.shadow);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, false, false);
    renderer.render(this._flat, this._flatCamera);
    renderer.setRenderTarget(null);
  }

  // Of her, no more is drawn than up to `height` [m]: nobody sees the rest mirrored.
  drawSheen(renderer, act, height = Infinity) {
    const { sheen, mirrorCamera } = this;
    sheen.scissorTest = false;
    renderer.setRenderTarget(sheen);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, true, false);
    const top = height < 2 ? new Vector3(this.square.x + SHADOW_BACK, this.square.y, height).project(mirrorCamera).y : 1;
    sheen.scissor.set(0, 0, sheen.width, Math.min(Math.max(Math.ceil((top * 0.5 + 0.5) * sheen.height), 1), sheen.height));
    sheen.scissorTest = true;
    renderer.setRenderTarget(sheen);
    renderer.render(act, mirrorCamera);
    renderer.setRenderTarget(null);
  }
}
