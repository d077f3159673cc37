// The wooden floor: pools of light, the dancer's soft shadows and her sheen in the varnish.
//
// A flat floor needs no shadow map: the body itself is drawn flattened along each lamp's rays into one small
// texture laid on the floor round the dancer (red: key, green: follow spot, blue: nearness, for the contact shadow), and
// how soft a place is follows from how far it lies from her feet along the ray.

import {
  AddEquation,
  CanvasTexture,
  CustomBlending,
  DoubleSide,
  HalfFloatType,
  LinearFilter,
  LinearMipmapLinearFilter,
  Matrix4,
  MaxEquation,
  Mesh,
  OneFactor,
  OrthographicCamera,
  PerspectiveCamera,
  PlaneGeometry,
  RepeatWrapping,
  SRGBColorSpace,
  Scene,
  ShaderMaterial,
  Vector2,
  Vector3,
  WebGLRenderTarget,
} from "three";

import { LAMPS } from "./light.js";
import { seeded } from "./seeded.js";

const SHADOW_HALF = 3.2; // half the side of the shadow's square [m]

function planks() {
  const random = seeded(7);
  const size = 1024; // 4 m of floor
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const g = canvas.getContext("2d");
  const board = size / 32; // 12.5 cm
  for (let row = 0; row < 32; row++) {
    for (let x = -random() * size * 0.5; x < size; ) {
      const length = size * (0.45 + 0.35 * random());
      const tone = 0.86 + 0.2 * random();
      g.fillStyle = `rgb(${150 * tone}, ${104 * tone}, ${68 * tone})`;
      g.fillRect(x, row * board, length, board);
      for (let grain = 0; grain < 22; grain++) {
        g.strokeStyle = `rgba(${random() < 0.6 ? "62,36,18" : "214,168,120"}, ${0.03 + 0.07 * random()})`;
        g.lineWidth = 0.6 + 1.2 * random();
        const y = row * board + board * random();
        g.beginPath();
        g.moveTo(x, y);
        g.bezierCurveTo(
          x + length * 0.3, y + 4 * (random() - 0.5), x + length * 0.6, y + 4 * (random() - 0.5), x + length, y,
        );
        g.stroke();
      }
      g.fillStyle = "rgba(28,15,8,0.55)";
      g.fillRect(x + length - 1.2, row * board, 1.2, board);
      x += length;
    }
    g.fillStyle = "rgba(28,15,8,0.5)";
    g.fillRect(0, row * board, size, 1.4);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.minFilter = LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.anisotropy = 1;
  return texture;
}

const FLAT_VERTEX = /* glsl */ `
#include <common>
#include <skinning_pars_vertex>
uniform vec3 lamp;
uniform vec3 square; // centre x, y, half side
#ifdef USE_SKINNING
attribute vec3 pointDelta;
uniform vec2 pointing;
#endif
varying float vHeight;
void main() {
  #include <skinbase_vertex>
  #include <begin_vertex>
  #ifdef USE_SKINNING
  transformed += pointDelta * ( position.y > 0.0 ? pointing.x : pointing.y );
  #endif
  #include <skinning_vertex>
  vec3 place = ( modelMatrix * vec4( transformed, 1.0 ) ).xyz;
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
  gl_FragColor = vec4( channel.rg * cover, channel.b * near * near, 1.0 );
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
uniform sampler2D wood;
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
uniform float danced; // 0: the empty stage
uniform vec4 fade; // the piece of the picture that is drawn anew, in pixels, and soft at its border
varying vec3 vPlace;
varying vec4 vMirror;

float shade( vec3 lamp, vec3 mask, float softness ) {
  vec2 away = -normalize( lamp.xy );
  float height = max( dot( vPlace.xy - feet.xy, away ), 0.0 ) * lamp.z / length( lamp.xy );
  float radius = 0.010 + softness * height;
  vec2 uv = ( vPlace.xy - square.xy ) / square.z * 0.5 + 0.5;
  float lod = max( log2( radius / texel ) - 0.6, 0.0 );
  float step = radius / ( 2.0 * square.z );
  float sum = 2.0 * dot( textureLod( shadow, uv, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( 0.9, 0.3 ) * step, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( -0.3, 0.9 ) * step, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( -0.9, -0.3 ) * step, lod ).rgb, mask );
  sum += dot( textureLod( shadow, uv + vec2( 0.3, -0.9 ) * step, lod ).rgb, mask );
  return sum / 6.0;
}

void main() {
  vec3 albedo = texture2D( wood, vPlace.xy * 0.25, -1.0 ).rgb;
  vec2 p = vPlace.xy;
  float wash = exp( -dot( ( p - vec2( 0.6, 0.0 ) ) / vec2( 5.2, 6.4 ), ( p - vec2( 0.6, 0.0 ) ) / vec2( 5.2, 6.4 ) ) );
  float cool = 0.35 + 0.65 * smoothstep( 2.0, -5.5, p.x );
  vec3 key = keyColour * wash;
  float r = length( ( p - follow.xy ) * vec2( 0.86, 1.0 ) );
  vec3 spot = followColour * follow.z * ( 1.0 - smoothstep( 1.15, 1.95, r ) );
  vec3 ambient = vec3( 0.050, 0.062, 0.110 ) * cool + vec3( 0.055, 0.040, 0.030 ) * wash;
  float contact = 0.0;
  vec2 inside = abs( p - square.xy ) / square.z;
  float near = danced * ( 1.0 - smoothstep( 0.90, 1.0, max( inside.x, inside.y ) ) );
  if ( near > 0.0 ) {
    key *= 1.0 - 0.92 * near * shade( keyLamp, vec3( 1.0, 0.0, 0.0 ), 0.075 );
    spot *= 1.0 - 0.92 * near * shade( followLamp, vec3( 0.0, 1.0, 0.0 ), 0.035 );
    vec2 uv = ( p - square.xy ) / square.z * 0.5 + 0.5;
    contact = near * ( 0.55 * textureLod( shadow, uv, 2.0 ).b + 0.6 * textureLod( shadow, uv, 4.2 ).b );
    contact = clamp( contact, 0.0, 1.0 );
  }
  ambient *= 1.0 - 0.8 * contact;
  key *= 1.0 - 0.45 * contact;
  spot *= 1.0 - 0.45 * contact;
  vec3 colour = albedo * ( key + spot + ambient );

  vec3 toEye = normalize( cameraPosition - vPlace );
  float grazing = pow( 1.0 - clamp( toEye.z, 0.0, 1.0 ), 5.0 );
  float fresnel = ( 0.035 + 0.50 * grazing ) * ( 0.75 + 0.5 * albedo.r );
  // The painted drop, seen in the varnish far out of focus.
  vec3 ray = vec3( -toEye.xy, toEye.z );
  float reach = ( vPlace.x + 5.7 ) / max( -ray.x, 0.05 );
  vec3 hit = vPlace + ray * reach;
  vec3 mirrored = textureLod( drop, vec2( hit.y / 22.0 + 0.5, hit.z / 9.5 ), 4.6 ).rgb * 0.55;
  mirrored *= smoothstep( 11.0, 8.0, abs( hit.y ) );
  if ( near > 0.0 && vMirror.w > 0.0 ) {
    vec2 uv = vMirror.xy / vMirror.w;
    vec2 off = abs( uv - 0.5 );
    if ( max( off.x, off.y ) < 0.5 ) {
      vec2 toward = normalize( toEye.xy );
      float height = max( dot( p - feet.xy, toward ), 0.0 ) * toEye.z / length( toEye.xy );
      float lod = 1.2 + 2.6 * smoothstep( 0.0, 1.2, height );
      vec4 her = textureLod( sheen, uv, lod );
      her += textureLod( sheen, uv + vec2( 0.006, 0.004 ), lod ) + textureLod( sheen, uv - vec2( 0.006, 0.004 ), lod );
      her /= 3.0;
      mirrored = mirrored * ( 1.0 - her.a ) + her.rgb * mix( 1.0, 0.35, smoothstep( 0.0, 1.6, height ) );
    }
  }
  colour = mix( colour, mirrored, clamp( fresnel, 0.0, 0.6 ) * ( 1.0 - 0.6 * contact ) );
  float edge = 1.0;
  if ( fade.z > fade.x ) {
    vec2 into = min( gl_FragCoord.xy - fade.xy, fade.zw - gl_FragCoord.xy );
    edge = smoothstep( 0.0, 14.0, min( into.x, into.y ) );
  }
  gl_FragColor = vec4( colour, edge );
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`;

export class Floor {
  constructor(dancer, tutu, drop, { fine = true } = {}) {
    this.square = new Vector3(0, 0, SHADOW_HALF);
    const size = fine ? 1024 : 768;
    this.shadow = new WebGLRenderTarget(size, size, {
      minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
      depthBuffer: false,
    });
    const sheen = fine ? 384 : 256;
    this.sheen = new WebGLRenderTarget(sheen, sheen, {
      type: HalfFloatType,
      minFilter: LinearMipmapLinearFilter,
      magFilter: LinearFilter,
      generateMipmaps: true,
    });
    this.mirrorCamera = new PerspectiveCamera(20, 1, 1, 80);
    this.uniforms = {
      wood: { value: planks() },
      shadow: { value: this.shadow.texture },
      sheen: { value: this.sheen.texture },
      drop: { value: drop },
      square: { value: this.square },
      texel: { value: (2 * SHADOW_HALF) / size },
      feet: { value: new Vector3() },
      follow: { value: new Vector3(0, 0, 1) },
      keyLamp: { value: LAMPS.key.from },
      followLamp: { value: LAMPS.follow.from },
      keyColour: { value: LAMPS.key.pool },
      followColour: { value: LAMPS.follow.pool },
      mirror: { value: new Matrix4() },
      danced: { value: 1 },
      fade: { value: { x: 0, y: 0, z: 0, w: 0 } },
    };
    this.mesh = new Mesh(
      new PlaneGeometry(13.4, 26),
      new ShaderMaterial({ uniforms: this.uniforms, vertexShader: FLOOR_VERTEX, fragmentShader: FLOOR_FRAGMENT }),
    );
    this.mesh.position.x = -0.55; // from behind the drop to the front edge at x = 6.15
    this.mesh.frustumCulled = false;
    this._flat = this._flattened(dancer, tutu);
    this._flatCamera = new OrthographicCamera(-1, 1, 1, -1, -1, 1);
  }

  // Everything that throws a shadow, once for each lamp and once straight down.
  _flattened(dancer, tutu) {
    const scene = new Scene();
    scene.matrixWorldAutoUpdate = false;
    const passes = [
      [LAMPS.key.from, new Vector3(1, 0, 0)],
      [LAMPS.follow.from, new Vector3(0, 1, 0)],
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
            pointing: dancer.pointing,
          },
          vertexShader: FLAT_VERTEX,
          fragmentShader: FLAT_FRAGMENT,
          side: DoubleSide,
          depthTest: false,
          depthWrite: false,
          transparent: true,
          blending: CustomBlending,
          blendEquation: MaxEquation,
          blendEquationAlpha: AddEquation,
          blendSrc: OneFactor,
          blendDst: OneFactor,
        });
      scene.add(dancer.copy(flat(1)));
      if (tutu && channel.z === 0) {
        const mesh = new Mesh(tutu.geometry, flat(0.8));
        mesh.frustumCulled = false;
        scene.add(mesh);
      }
    }
    return scene;
  }

  // Where the dancer is decides where the shadow's texture lies and what the varnish mirrors.
  place({ pelvis, feet, follow, strength }, camera) {
    // Shadows fall upstage and to both sides.
    this.square.set(pelvis.x - 1.1, pelvis.y, SHADOW_HALF);
    this.uniforms.feet.value.copy(feet);
    this.uniforms.follow.value.set(follow.x, follow.y, strength);
    const eye = this.mirrorCamera;
    eye.position.set(camera.position.x, camera.position.y, -Math.max(camera.position.z, 0.05));
    const middle = new Vector3(pelvis.x, pelvis.y, pelvis.z);
    const distance = eye.position.distanceTo(middle);
    eye.fov = (2 * 180 * Math.asin(Math.min(1.35 / distance, 0.9))) / Math.PI;
    eye.near = Math.max(distance - 2, 0.1);
    eye.far = distance + 2;
    eye.up.set(0, 0, 1);
    eye.lookAt(middle);
    eye.updateProjectionMatrix();
    eye.updateMatrixWorld(true);
    this.uniforms.mirror.value
      .set(0.5, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 1)
      .multiply(eye.projectionMatrix)
      .multiply(eye.matrixWorldInverse);
  }

  drawShadow(renderer) {
    renderer.setRenderTarget(this.shadow);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, false, false);
    renderer.render(this._flat, this._flatCamera);
    renderer.setRenderTarget(null);
  }

  drawSheen(renderer, act) {
    renderer.setRenderTarget(this.sheen);
    renderer.setClearColor(0x000000, 0);
    renderer.clear(true, true, false);
    renderer.render(act, this.mirrorCamera);
    renderer.setRenderTarget(null);
  }
}
