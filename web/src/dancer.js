// The body: one skinned mesh, one material whose colour and gloss come with each vertex.

import {
  Bone,
  BufferAttribute,
  BufferGeometry,
  Color,
  DetachedBindMode,
  MeshDepthMaterial,
  MeshStandardMaterial,
  RGBADepthPacking,
  Skeleton,
  SkinnedMesh,
  Vector2,
} from "three";

// Colour (sRGB), roughness, satin (a sheen at grazing angles), flesh (light that bleeds through at the edge).
const SURFACES = {
  skin: ["#e7b698", 0.52, 0.0, 1.0],
  face: ["#e7b698", 0.5, 0.0, 1.0],
  tights: ["#eec4b4", 0.6, 0.22, 0.35],
  bodice: ["#f3e7ea", 0.34, 0.9, 0.0],
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

function surfaceOf(name) {
  if (SURFACES[name]) return SURFACES[name];
  const known = Object.keys(SURFACES).find((k) => name.includes(k));
  return known ? SURFACES[known] : OTHERWISE;
}

function geometryOf({ header, array, scaled }) {
  const part = array("body.part").values;
  const n = part.length;
  const color = new Float32Array(n * 3);
  const surface = new Float32Array(n * 3);
  const table = header.parts.map((name) => {
    const [hex, roughness, satin, flesh] = surfaceOf(name);
    return { color: new Color(hex), rest: [roughness, satin, flesh] };
  });
  for (let i = 0; i < n; i++) {
    const look = table[part[i]];
    look.color.toArray(color, i * 3);
    surface.set(look.rest, i * 3);
  }
  const geometry = new BufferGeometry();
  const put = (name, values, size) => geometry.setAttribute(name, new BufferAttribute(values, size));
  put("position", scaled("body.position"), 3);
  put("normal", scaled("body.normal"), 3);
  put("pointDelta", scaled("body.point"), 3);
  put("color", color, 3);
  put("surface", surface, 3);
  put("skinIndex", array("body.bone").values, 4);
  put("skinWeight", scaled("body.weight"), 4);
  geometry.setIndex(new BufferAttribute(array("body.index").values, 1));
  return geometry;
}

// The pointed foot's shape, added before skinning, in every material that draws the body.
export function withPointing(material, pointing, more = () => {}) {
  material.onBeforeCompile = (shader) => {
    shader.uniforms.pointing = pointing;
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nattribute vec3 pointDelta;\nuniform vec2 pointing;")
      .replace(
        "#include <begin_vertex>",
        "#include <begin_vertex>\ntransformed += pointDelta * ( position.y > 0.0 ? pointing.x : pointing.y );",
      );
    more(shader);
  };
  return material;
}

function bodyMaterial(pointing, shade) {
  const material = new MeshStandardMaterial({ vertexColors: true, roughness: 1, metalness: 0 });
  return withPointing(material, pointing, (shader) => {
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
        uniform float floorGlow;`,
      )
      .replace("#include <roughnessmap_fragment>", "float roughnessFactor = vSurface.x;")
      .replace(
        "#include <aomap_fragment>",
        `#include <aomap_fragment>
        // The net overhead dims what is under it, and the lit floor answers from below.
        vec3 seat = ( pelvisFromWorld * vec4( vPlace, 1.0 ) ).xyz;
        float under = tutuRadius > 0.0 ? smoothstep( 0.02, -0.10, seat.z ) * smoothstep( -0.75, -0.05, seat.z )
          * smoothstep( tutuRadius * 1.05, tutuRadius * 0.55, length( seat.xy ) ) : 0.0;
        float open = 1.0 - 0.62 * under;
        reflectedLight.indirectDiffuse *= open;
        reflectedLight.indirectSpecular *= open;
        reflectedLight.directDiffuse *= mix( 1.0, 0.82, under );
        vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
        float up = max( 0.0, -worldNormal.z * 0.5 + 0.5 );
        reflectedLight.indirectDiffuse += diffuseColor.rgb * vec3( 0.34, 0.22, 0.14 ) * up * up * floorGlow * exp( -max( vPlace.z, 0.0 ) * 0.8 );`,
      )
      .replace(
        "#include <opaque_fragment>",
        `float rim = 1.0 - saturate( dot( normal, normalize( vViewPosition ) ) );
        vec3 lit = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
        outgoingLight += vSurface.y * rim * rim * ( 0.55 * lit + 0.08 );
        outgoingLight += vSurface.z * rim * rim * lit * vec3( 0.30, 0.07, 0.03 );
        #include <opaque_fragment>`,
      );
  });
}

export class Dancer {
  constructor(pack, dance, shade) {
    this.dance = dance;
    this.geometry = geometryOf(pack);
    this.pointing = { value: new Vector2() };
    this.bones = dance.joints.map((joint) => {
      const bone = new Bone();
      bone.position.copy(joint);
      bone.updateMatrixWorld(true);
      return bone;
    });
    this.skeleton = new Skeleton(this.bones);
    this.mesh = this.copy(bodyMaterial(this.pointing, shade));
    this.mesh.castShadow = this.mesh.receiveShadow = true;
    this.mesh.customDepthMaterial = withPointing(
      new MeshDepthMaterial({ depthPacking: RGBADepthPacking }),
      this.pointing,
    );
  }

  // Another mesh of the same moving body, for another scene (its shadow, its reflection).
  copy(material) {
    const mesh = new SkinnedMesh(this.geometry, material);
    mesh.bindMode = DetachedBindMode;
    mesh.bind(this.skeleton);
    mesh.frustumCulled = false;
    return mesh;
  }

  // Takes the pose the dance is at.
  update() {
    const { positions, quaternions, pointing } = this.dance;
    for (let b = 0; b < this.bones.length; b++) {
      const bone = this.bones[b];
      bone.position.copy(positions[b]);
      bone.quaternion.copy(quaternions[b]);
      bone.updateMatrix();
      bone.matrixWorld.copy(bone.matrix);
    }
    this.skeleton.update();
    this.pointing.value.set(pointing[0], pointing[1]);
  }
}
