// The film's first and last card: what is danced, to what, and by whom, over the dark house before the light comes up, and
// over the dark when all is over.

import { CanvasTexture, GLSL3, LinearFilter, Mesh, OrthographicCamera, PlaneGeometry, RawShaderMaterial, Scene } from "three";

import { ease } from "./director.js";
import { write } from "./letters.js";
import { FULL_VERTEX } from "./smooth.js";

const FRAGMENT = /* glsl */ `
precision highp float;
uniform sampler2D card;
uniform float opacity;
in vec2 vUv;
out vec4 colour;
void main() {
  colour = texture( card, vUv );
  colour.a *= opacity;
}`;

const DUSK = 0.16; // share of the light there is behind the first card
const INK = "#f3e6cc";
const GOLD = "#c9a86a";

function paint(width, height, { title, lines }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const g = canvas.getContext("2d");
  const unit = Math.min(height, (width * 9) / 16);
  const most = width * 0.84;
  const middle = width / 2;
  const top = height / 2 - unit * (0.02 + 0.028 * lines.length);
  // Dark behind the letters, with no edge.
  const shade = g.createRadialGradient(0, 0, 0, 0, 0, 1);
  for (let k = 0; k <= 8; k++) shade.addColorStop(k / 8, `rgba(4,3,6,${(0.62 * (1 - ease(k / 8))).toFixed(3)})`);
  g.save();
  g.translate(middle, height / 2);
  g.scale(width * 0.52, unit * 0.42);
  g.fillStyle = shade;
  g.fillRect(-1, -1, 2, 2);
  g.restore();
  const pen = (colour) => (g.strokeStyle = g.fillStyle = colour);
  pen(INK);
  if (title) write(g, title, middle, top, unit * 0.072, { most });
  pen(GOLD);
  if (title && lines.length > 0) {
    // A rule that thins out to both sides, and a lozenge on it.
    const y = top + unit * 0.062;
    g.beginPath();
    g.moveTo(middle - unit * 0.20, y);
    g.quadraticCurveTo(middle, y - unit * 0.0022, middle + unit * 0.20, y);
    g.quadraticCurveTo(middle, y + unit * 0.0022, middle - unit * 0.20, y);
    g.fill();
    g.beginPath();
    for (const [dx, dy] of [[-0.009, 0], [0, -0.006], [0.009, 0], [0, 0.006]]) g.lineTo(middle + unit * dx, y + unit * dy);
    g.fill();
  }
  pen(INK);
  lines.forEach((words, k) => write(g, words, middle, top + unit * (0.135 + 0.062 * k), unit * 0.026, { apart: 0.22, most }));
  return canvas;
}

class Card {
  constructor(width, height, words) {
    const texture = new CanvasTexture(paint(width, height, words));
    texture.minFilter = texture.magFilter = LinearFilter;
    texture.generateMipmaps = false;
    this.opacity = { value: 0 };
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      uniforms: { card: { value: texture }, opacity: this.opacity },
      vertexShader: FULL_VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
      transparent: true,
    });
    const quad = new Mesh(new PlaneGeometry(2, 2), material);
    quad.frustumCulled = false;
    this.scene = new Scene();
    this.scene.add(quad);
  }
}

export class Titles {
  // `lead` and `tail`: how long the cards stand before and after the dance [s].
  constructor(width, height, { lead, tail, first, last }, duration) {
    Object.assign(this, { lead, tail, duration });
    this.first = new Card(width, height, first);
    this.last = new Card(width, height, last);
    this.camera = new OrthographicCamera();
  }

  // The share of the stage's light at time t, 0 being where the dance begins.
  light(t) {
    if (t >= 0) return 1 - ease((t - this.duration) / 1.5);
    const s = t + this.lead;
    return ease(s / 1.2) * (DUSK + (1 - DUSK) * ease((t + 1.3) / 1.3));
  }

  draw(renderer, t) {
    const [card, since, left] = t < 0 ? [this.first, t + this.lead, -t] : [this.last, t - this.duration, this.duration + this.tail - t];
    if (t >= 0 && t < this.duration) return;
    card.opacity.value = Math.min(ease((since - 0.4) / 0.9), ease((left - 0.5) / 0.8));
    if (card.opacity.value > 0.002) renderer.render(card.scene, this.camera);
  }
}
