// What shines toward the stage, for one who looks into the house from it: the footlights along its edge, and the follow spot
// with its beam in the dusty air.

import { AdditiveBlending, DoubleSide, Group, Mesh, PlaneGeometry, ShaderMaterial, Vector3 } from "three";

const LAMP = new Vector3(27.6, -3.1, 10.9); // where the spot stands, above the last tier [m]

// A ribbon turned to the eye from the lamp to where it points: narrow and bright there, wide and faint here.
function beam(uniforms) {
  const material = new ShaderMaterial({
    uniforms,
    vertexShader: /* glsl */ `
      uniform vec3 target;
      varying vec2 vAt;
      void main() {
        vAt = vec2( position.x * 2.0, position.y + 0.5 );
        vec3 lamp = vec3( ${LAMP.toArray().map((v) => v.toFixed(2)).join(", ")} );
        vec3 place = mix( lamp, target, vAt.y );
        vec3 side = normalize( cross( target - lamp, cameraPosition - place ) );
        gl_Position = projectionMatrix * viewMatrix * vec4( place + side * vAt.x * mix( 0.22, 1.45, vAt.y ), 1.0 );
      }`,
    fragmentShader: /* glsl */ `
      varying vec2 vAt;
      void main() {
        float across = 1.0 - vAt.x * vAt.x;
        float along = ( 0.13 * exp( -1.6 * vAt.y ) + 0.35 * exp( -12.0 * vAt.y ) ) * smoothstep( 1.0, 0.6, vAt.y );
        gl_FragColor = vec4( vec3( 1.0, 0.93, 0.80 ) * across * across * along, 1.0 );
      }`,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    side: DoubleSide,
  });
  return new Mesh(new PlaneGeometry(1, 1, 1, 12), material);
}

// The lens itself, that dazzles.
function lens() {
  const material = new ShaderMaterial({
    vertexShader: /* glsl */ `
      varying vec2 vAt;
      void main() {
        vAt = position.xy * 2.0;
        vec4 seen = viewMatrix * modelMatrix * vec4( 0.0, 0.0, 0.0, 1.0 );
        gl_Position = projectionMatrix * ( seen + vec4( position.xy * 7.0, 0.0, 0.0 ) );
      }`,
    fragmentShader: /* glsl */ `
      varying vec2 vAt;
      void main() {
        float r = length( vAt );
        float rays = pow( max( 0.0, 1.0 - 26.0 * abs( vAt.x * vAt.y ) ), 3.0 ) * max( 0.0, 1.0 - 1.6 * r );
        float light = 1.5 * smoothstep( 0.060, 0.022, r ) + 0.75 * exp( -15.0 * r ) + 0.16 * exp( -4.5 * r ) * ( 1.0 - r ) + 0.22 * rays;
        gl_FragColor = vec4( vec3( 1.0, 0.94, 0.84 ) * max( light, 0.0 ) * smoothstep( 1.0, 0.7, r ), 1.0 );
      }`,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
  });
  const mesh = new Mesh(new PlaneGeometry(1, 1), material);
  mesh.position.copy(LAMP);
  return mesh;
}

export class Glare {
  constructor(footlights) {
    this.target = { value: new Vector3() };
    this.group = new Group();
    this.group.add(footlights, lens(), beam({ target: this.target }));
    for (const mesh of this.group.children) {
      mesh.frustumCulled = false;
      mesh.renderOrder = 7;
    }
  }

  // The spot points at a place of the floor.
  follow({ x, y }) {
    this.target.value.set(x, y, 0.3);
  }
}
