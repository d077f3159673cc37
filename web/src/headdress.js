// What she wears in her hair, as petipa/dancer/headdress.py lays it there. It goes rigidly with her head.

import { BufferAttribute, BufferGeometry, Matrix4, Mesh, MeshStandardMaterial, Vector3 } from "three";

const LOOKS = {
  tiara: { color: "#fff3dc", roughness: 0.16, metalness: 0.0, emissive: "#4a4130", emissiveIntensity: 0.5, flatShading: true },
  wreath: { color: "#fbf7f2", roughness: 0.7, metalness: 0.0, emissive: "#20222a", emissiveIntensity: 0.5 },
};

export class Headdress {
  constructor(pack, dance) {
    this.dance = dance;
    this.head = pack.header.names.indexOf("head");
    this.fromJoint = new Matrix4().makeTranslation(dance.joints[this.head].clone().negate());
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(pack.scaled("headdress.position"), 3));
    geometry.setIndex(new BufferAttribute(pack.array("headdress.index").values, 1));
    geometry.computeVertexNormals();
    this.mesh = new Mesh(geometry, new MeshStandardMaterial(LOOKS[pack.header.headdress]));
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
  }

  update() {
    const { quaternions, positions } = this.dance;
    this.mesh.matrix.compose(positions[this.head], quaternions[this.head], new Vector3(1, 1, 1)).multiply(this.fromJoint);
    this.mesh.matrixWorldNeedsUpdate = true;
  }
}
