// Those who sit in the house. Everyone turns to the stage: from there a face over a dark coat or a bare neck, and hands that
// clap; from behind the outline of a head.

import { DoubleSide, InstancedMesh, Matrix4, PlaneGeometry, ShaderMaterial, Vector4 } from "three";

import { END } from "./scenery.js";

const SIZE = [0.74, 0.92]; // of the piece one person is drawn on [m]

const VERTEX = /* glsl */ `
uniform float time;
uniform vec4 hands; // shares who clap and who do so together; the beat they are at; the share who have risen
uniform vec2 heads; // how much they stir, and how they start
varying vec2 vUv;
varying vec3 vSeat;
varying float vOwn;
varying vec3 vClap; // how far apart the hands are, how high, and whether there are any
varying float vTurn;
float own( float k ) { return fract( vOwn * k ); }
void main() {
  vec3 seat = ( modelMatrix * instanceMatrix[ 3 ] ).xyz;
  vSeat = seat;
  vOwn = fract( sin( dot( seat.xy + seat.z, vec2( 12.9898, 78.233 ) ) ) * 43758.5453 );
  vec2 toEye = normalize( cameraPosition.xy - seat.xy );
  float size = instanceMatrix[ 0 ][ 0 ];
  // From behind nobody moves: what is before a camera in the house keeps still, and hides nothing of her.
  float faced = step( cameraPosition.x, seat.x );
  float risen = faced * smoothstep( -0.04, 0.04, hands.w - own( 17.0 ) ) * 0.42;
  float claps = smoothstep( -0.03, 0.03, hands.x - own( 31.0 ) );
  float rate = 1.7 + 0.9 * own( 53.0 ); // there and back again
  float alone = abs( sin( 3.1416 * ( rate * time + own( 71.0 ) * 9.0 ) ) );
  float timed = abs( sin( 3.1416 * ( hands.z + 0.09 * ( own( 97.0 ) - 0.5 ) ) ) );
  vClap = vec3( mix( alone, timed, hands.y ), own( 11.0 ), faced * claps );
  vTurn = heads.x * sin( time * ( 0.5 + own( 41.0 ) ) + 40.0 * own( 7.0 ) );
  vec2 place = position.xy;
  float up = place.y + 0.46;
  // Who claps is not quite still; who murmurs leans to a neighbour; who starts sits up.
  float sway = 0.05 * vTurn + 0.012 * claps * sin( 2.3 * time + 30.0 * own( 13.0 ) );
  place.x += faced * sway * up;
  float lift = risen + faced * ( 0.05 * heads.y * own( 19.0 ) + 0.008 * claps * vClap.x );
  // Whoever rises stands where he sat.
  place.y += position.y > 0.0 ? lift : 0.0;
  vUv = vec2( uv.x, uv.y - ( position.y > 0.0 ? 0.0 : lift / ( ${SIZE[1].toFixed(2)} * size ) ) );
  vec3 at = seat + vec3( size * place.x * vec2( -toEye.y, toEye.x ), size * position.y + place.y - position.y );
  gl_Position = projectionMatrix * viewMatrix * vec4( at, 1.0 );
}`;

const fragment = (edge) => /* glsl */ `
#include <common>
varying vec2 vUv;
varying vec3 vSeat;
varying float vOwn;
varying vec3 vClap;
varying float vTurn;
float rod( vec2 p, vec2 a, vec2 b ) {
  vec2 along = b - a;
  return length( p - a - along * clamp( dot( p - a, along ) / dot( along, along ), 0.0, 1.0 ) );
}
void main() {
  float woman = step( 0.5, vOwn );
  vec2 p = vUv - vec2( 0.5 + 0.05 * ( fract( vOwn * 7.0 ) - 0.5 ), 0.68 );
  float head = length( p * vec2( 1.22, 0.95 ) ) - 0.128;
  float hair = length( ( p - vec2( 0.0, 0.035 ) ) * vec2( 1.0, 1.05 ) ) - mix( 0.128, 0.150, woman );
  float bun = length( p - vec2( 0.02, 0.17 ) ) - 0.055;
  hair = min( hair, mix( 1.0, bun, woman * step( 0.75, vOwn ) ) );
  vec2 q = vUv - vec2( 0.5, 0.10 );
  // Sloping shoulders over a trunk.
  float broad = mix( 0.345, 0.30, woman );
  float slope = q.y - 0.42 + 0.55 * abs( q.x ) + 0.9 * max( abs( q.x ) - 0.20, 0.0 );
  float coat = max( 0.8 * slope, abs( q.x ) - broad );
  float neck = max( abs( p.x ) - 0.055, abs( p.y + 0.16 ) - 0.07 );
  float d = min( min( head, hair ), min( coat, neck ) );
  // Forearms and hands before the breast, higher the more one is moved.
  vec2 folded = vec2( abs( vUv.x - 0.5 ), vUv.y );
  vec2 palm = vec2( 0.022 + 0.11 * vClap.x, 0.36 + 0.17 * vClap.y );
  float none = 1.0 - step( 0.5, vClap.z );
  float arm = rod( folded, vec2( 0.29, 0.15 ), palm ) - mix( 0.046, 0.034, woman ) + none;
  float hand = length( ( folded - palm ) * vec2( 1.25, 0.8 ) ) - 0.052 + none;
  d = min( d, min( arm, hand ) );
  if ( d > 0.0 ) discard;
  // What the stage throws back at them, less the further they sit.
  float far = max( vSeat.x - ${edge.toFixed(1)}, 0.0 );
  vec3 stage = vec3( 0.50, 0.42, 0.36 ) / ( 1.0 + 0.010 * far * far );
  vec3 colour;
  if ( cameraPosition.x < vSeat.x ) {
    stage = vec3( 0.66, 0.52, 0.40 ) / ( 1.0 + 0.0045 * far * far ) + vec3( 0.050, 0.036, 0.024 );
    vec2 f = p - vec2( 0.045 * vTurn, 0.0 );
    vec3 skin = mix( vec3( 0.50, 0.33, 0.25 ), vec3( 0.66, 0.48, 0.38 ), fract( vOwn * 13.0 ) );
    float face = smoothstep( 0.02, -0.03, length( ( f + vec2( 0.0, 0.025 ) ) * vec2( 1.30, 0.95 ) ) - 0.105 );
    float eyes = smoothstep( 0.030, 0.0, abs( f.y - 0.004 ) ) * smoothstep( 0.09, 0.05, abs( f.x ) ) * smoothstep( 0.012, 0.030, abs( f.x ) );
    // The light comes from below and before: chin and cheeks, less the brow, a shade under the nose.
    float nose = smoothstep( 0.016, 0.0, abs( f.x ) ) * smoothstep( 0.05, 0.0, abs( f.y + 0.035 ) );
    skin *= ( 1.12 - 1.6 * max( p.y + 0.02, 0.0 ) ) * ( 1.0 - 0.42 * eyes - 0.12 * nose ) * ( 1.0 - 1.6 * abs( f.x ) );
    vec3 dress = mix( vec3( 0.024, 0.023, 0.028 ), mix( vec3( 0.15, 0.035, 0.05 ), vec3( 0.05, 0.07, 0.12 ), fract( vOwn * 29.0 ) ), woman * 0.8 );
    dress = mix( dress, vec3( 0.20, 0.17, 0.14 ), woman * step( 0.88, fract( vOwn * 61.0 ) ) );
    float shirt = ( 1.0 - woman ) * smoothstep( 0.075, 0.05, abs( q.x ) + 0.30 * max( 0.36 - q.y, 0.0 ) ) * step( q.y, 0.42 );
    float bare = woman * smoothstep( 0.16, 0.10, length( ( q - vec2( 0.0, 0.44 ) ) * vec2( 0.8, 1.0 ) ) );
    vec3 body = mix( dress, vec3( 0.42, 0.40, 0.38 ), shirt * 0.6 );
    body = mix( body, skin * 0.8, max( bare, step( neck, 0.0 ) ) );
    colour = coat < 0.0 && head > 0.0 && hair > 0.0 ? body : mix( mix( vec3( 0.035, 0.024, 0.018 ), vec3( 0.075, 0.05, 0.034 ), fract( vOwn * 5.0 ) ), skin, face );
    if ( neck < 0.0 && head > 0.0 ) colour = skin * 0.62;
    if ( arm < 0.0 && head > 0.0 ) colour = mix( dress * 1.25 + 0.012, skin * 0.72, woman * step( 0.4, fract( vOwn * 37.0 ) ) );
    if ( hand < 0.0 ) colour = skin * 0.95;
    // Faces and hands take the light; below them it is lost between the rows.
    colour *= stage * mix( 0.16, 1.0, smoothstep( -0.10, 0.62, q.y ) ) * ( 0.50 + 0.50 * smoothstep( -0.20, 0.0, min( min( head, hair ), min( coat, hand ) ) ) );
  } else {
    // The stage lights only the crown of each head, from in front.
    float crown = smoothstep( -0.060, 0.0, d ) * smoothstep( 0.60, 0.86, vUv.y );
    colour = vec3( 0.0048, 0.0042, 0.0052 ) + stage * vec3( 0.040, 0.032, 0.027 ) * crown;
  }
  gl_FragColor = vec4( colour, 1.0 );
  ${END}
}`;

// What all of them do, for the material: set from what `crowdOf` says of a moment.
export class Mood {
  constructor() {
    this.uniforms = { time: { value: 0 }, hands: { value: new Vector4() }, heads: { value: [0, 0] } };
  }

  at(time, { clap, together, beat, risen, stir, start }) {
    this.uniforms.time.value = time;
    this.uniforms.hands.value.set(clap, together, beat, risen);
    this.uniforms.heads.value = [stir, start];
  }
}

// People on `seats`, [x, y, z, size] each, beyond the `edge` of the stage.
export function spectators(seats, edge, mood) {
  const material = new ShaderMaterial({ uniforms: mood.uniforms, vertexShader: VERTEX, fragmentShader: fragment(edge), side: DoubleSide });
  const mesh = new InstancedMesh(new PlaneGeometry(...SIZE), material, seats.length);
  seats.forEach(([x, y, z, s], i) => mesh.setMatrixAt(i, new Matrix4().makeScale(s, s, s).setPosition(x, y, z)));
  mesh.frustumCulled = false;
  return mesh;
}
