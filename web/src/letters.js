// Roman capitals as a broad pen writes them: each letter is the path of the pen's middle, and the slant of its edge makes
// thick stems and thin bars. Drawn here, so that a title looks the same wherever it is made.

const foot = (x, y, half = 0.1) => `M${x - half} ${y}H${x + half}`;
const stem = (x) => `M${x} 0V1`;
const posts = (...places) => places.map(([x, y]) => foot(x, y)).join("");

const ROUND = "C.22 1 .04 .78 .04 .5C.04 .22 .22 0 .48 0C.74 0 .92 .22 .92 .5C.92 .78 .74 1 .48 1Z";
const BOWL = "M0 1H.34C.63 1 .63 .47 .34 .47H.12";

// Width, and path; x to the right, y up, capitals one high.
const LETTERS = {
  A: [0.8, `M.03 0L.40 1L.78 0M.16 .35H.65${posts([0.03, 0], [0.78, 0])}`],
  B: [0.64, `${stem(0.12)}M0 1H.33C.58 1 .58 .54 .33 .54H.12M.33 .54C.72 .54 .72 0 .33 0H0`],
  C: [0.78, "M.74 .82C.64 .95 .55 1 .46 1C.21 1 .04 .78 .04 .5C.04 .22 .21 0 .46 0C.58 0 .68 .05 .77 .18M.74 .99V.76"],
  D: [0.87, `${stem(0.12)}M0 1H.34C.66 1 .83 .78 .83 .5C.83 .22 .66 0 .34 0H0`],
  E: [0.57, `${stem(0.12)}M0 1H.50V.84M.12 .53H.40M.40 .61V.45M0 0H.53V.17`],
  F: [0.54, `${stem(0.12)}M0 1H.50V.84M.12 .51H.40M.40 .59V.43${foot(0.12, 0)}`],
  G: [0.87, "M.75 .82C.65 .95 .56 1 .47 1C.21 1 .04 .78 .04 .5C.04 .22 .21 0 .47 0C.60 0 .72 .04 .79 .11V.42M.75 .99V.76M.68 .42H.90"],
  H: [0.84, `${stem(0.12)}${stem(0.72)}M.12 .53H.72${posts([0.12, 0], [0.12, 1], [0.72, 0], [0.72, 1])}`],
  I: [0.24, `${stem(0.12)}${posts([0.12, 0], [0.12, 1])}`],
  J: [0.3, `M.17 1V.08C.17 -.12 .08 -.22 -.05 -.24${foot(0.17, 1)}`],
  K: [0.74, `${stem(0.12)}M.60 1L.12 .46M.25 .60L.70 0${posts([0.12, 0], [0.12, 1], [0.6, 1], [0.7, 0])}`],
  L: [0.55, `${stem(0.12)}M0 0H.53V.18${foot(0.12, 1)}`],
  M: [1.04, `M.10 0L.20 1L.52 .05L.84 1L.94 0M.09 1H.20M.84 1H.95${posts([0.1, 0], [0.94, 0])}`],
  N: [0.88, `M.12 0V1L.76 0V1M.02 1H.12${posts([0.12, 0], [0.76, 1])}`],
  O: [0.96, `M.48 1${ROUND}`],
  P: [0.58, `${stem(0.12)}${BOWL}${foot(0.12, 0)}`],
  Q: [0.96, `M.48 1${ROUND}M.52 .04C.64 -.08 .82 -.22 1.04 -.22`],
  R: [0.7, `${stem(0.12)}${BOWL}M.30 .47L.66 0H.72${foot(0.12, 0)}`],
  S: [0.54, "M.45 .84C.41 .95 .35 1 .27 1C.15 1 .07 .92 .07 .80C.07 .52 .48 .55 .48 .25C.48 .10 .38 0 .26 0C.16 0 .09 .05 .05 .16M.45 .99V.80M.05 .01V.20"],
  T: [0.72, `M.03 .84V1H.69V.84${stem(0.36)}${foot(0.36, 0)}`],
  U: [0.8, `M.12 1V.32C.12 .10 .24 0 .40 0C.56 0 .68 .10 .68 .32V1${posts([0.12, 1], [0.68, 1])}`],
  V: [0.78, `M.03 1L.40 0L.76 1${posts([0.03, 1], [0.76, 1])}`],
  W: [1.12, `M.03 1L.32 0L.57 1L.84 0L1.10 1${posts([0.03, 1], [1.1, 1])}`],
  X: [0.72, `M.07 1L.67 0M.65 1L.05 0${posts([0.07, 1], [0.67, 0], [0.65, 1], [0.05, 0])}`],
  Y: [0.74, `M.03 1L.37 .48L.71 1M.37 .48V0${posts([0.03, 1], [0.71, 1], [0.37, 0])}`],
  Z: [0.66, "M.06 .84V1H.60L.04 0H.63V.17"],
  0: [0.62, "M.31 1C.14 1 .05 .78 .05 .5C.05 .22 .14 0 .31 0C.48 0 .57 .22 .57 .5C.57 .78 .48 1 .31 1Z"],
  1: [0.34, `M.04 .84L.18 1V0${foot(0.18, 0)}`],
  2: [0.56, "M.06 .80C.10 .94 .18 1 .28 1C.42 1 .50 .90 .50 .77C.50 .52 .22 .26 .05 0H.52V.14"],
  3: [0.54, "M.08 .86C.13 .96 .19 1 .27 1C.40 1 .46 .91 .46 .79C.46 .64 .34 .55 .20 .55C.38 .55 .49 .44 .49 .28C.49 .11 .38 0 .24 0C.15 0 .09 .04 .05 .12"],
  4: [0.6, "M.44 0V1L.03 .28H.57"],
  5: [0.54, "M.46 1H.14L.11 .54C.34 .68 .49 .53 .49 .30C.49 .11 .38 0 .24 0C.15 0 .09 .04 .05 .12"],
  6: [0.58, "M.48 .98C.22 .92 .05 .68 .05 .34C.05 .12 .16 0 .30 0C.44 0 .53 .12 .53 .29C.53 .46 .44 .58 .30 .58C.18 .58 .09 .50 .05 .38"],
  7: [0.56, "M.05 .86V1H.53L.18 0"],
  8: [0.56, "M.28 1C.16 1 .09 .91 .09 .79C.09 .50 .51 .56 .51 .26C.51 .10 .42 0 .28 0C.14 0 .05 .10 .05 .26C.05 .56 .47 .50 .47 .79C.47 .91 .40 1 .28 1Z"],
  9: [0.58, "M.10 .02C.36 .08 .53 .32 .53 .66C.53 .88 .42 1 .28 1C.14 1 .05 .88 .05 .71C.05 .54 .14 .42 .28 .42C.40 .42 .49 .50 .53 .62"],
  ".": [0.2, "M.09 .02H.11"],
  ",": [0.2, "M.11 .03C.13 -.04 .10 -.12 .04 -.17"],
  ":": [0.2, "M.09 .06H.11M.09 .56H.11"],
  "'": [0.16, "M.09 1.0C.11 .94 .09 .86 .04 .80"],
  "-": [0.36, "M.05 .40H.31"],
  "–": [0.6, "M.04 .42H.56"],
  "/": [0.4, "M.02 -.1L.38 1.05"],
  "(": [0.3, "M.26 1.08C.02 .80 .02 .14 .26 -.14"],
  ")": [0.3, "M.04 1.08C.28 .80 .28 .14 .04 -.14"],
  "!": [0.2, "M.10 1V.30M.09 .02H.11"],
  "?": [0.44, "M.05 .84C.09 .96 .15 1 .22 1C.34 1 .40 .91 .40 .79C.40 .60 .20 .54 .20 .30M.19 .02H.21"],
  "&": [0.84, "M.80 0C.62 .10 .22 .62 .22 .80C.22 .93 .29 1 .38 1C.47 1 .53 .93 .53 .83C.53 .60 .06 .56 .06 .24C.06 .09 .17 0 .31 0C.52 0 .66 .22 .72 .50M.64 .50H.80"],
  "·": [0.3, "M.14 .42H.16"],
  " ": [0.34, ""],
};

// About the letter's middle: marks above stand over its top, a cedilla hangs from its foot.
const MARKS = {
  "\u0301": "M-.03 1.13L.12 1.30",
  "\u0300": "M-.12 1.30L.03 1.13",
  "\u0302": "M-.13 1.13L0 1.28L.13 1.13",
  "\u0308": "M-.13 1.20H-.11M.11 1.20H.13",
  "\u0303": "M-.14 1.16C-.06 1.30 .06 1.10 .14 1.24",
  "\u030c": "M-.13 1.28L0 1.13L.13 1.28",
  "\u0327": "M.0 0L.03 -.08C.12 -.12 .08 -.24 -.06 -.22",
};

const SIGNS = { "’": "'", "‘": "'", "“": "'", "”": "'", "—": "–", œ: "oe", æ: "ae", ß: "ss" };

const SMALL = 0.78; // small capitals stand for small letters
const PEN = { edge: 0.105, slant: 0.36, hair: 0.024 }; // shares of a capital's height, and radians
const STROKES = 9;

// What to write: letters with their places on the line, and how long the line is, in heights of a capital.
function line(words, apart) {
  const plain = [...words].map((sign) => SIGNS[sign] ?? sign).join("").normalize("NFD");
  const placed = [];
  let at = 0;
  for (const sign of plain) {
    if (MARKS[sign]) {
      const before = placed.at(-1);
      if (before) placed.push({ path: MARKS[sign], x: before.x + (before.width * before.scale) / 2, scale: before.scale, width: 0 });
      continue;
    }
    const upper = sign.toUpperCase();
    const scale = sign !== upper ? SMALL : 1;
    const [width, path] = LETTERS[upper] ?? [0.7, null];
    placed.push({ path, sign: upper, x: at, scale, width });
    at += width * scale + apart;
  }
  return { placed, length: Math.max(at - apart, 0) };
}

// Writes a line with its middle at x and its foot at y, capitals `size` high, no wider than `most` [points].
export function write(g, words, x, y, size, { apart = 0.16, most = Infinity } = {}) {
  const { placed, length } = line(words, apart);
  const height = Math.min(size, most / Math.max(length, 1e-6));
  const whole = new Path2D();
  g.textAlign = "center";
  g.font = `${height * 1.4}px Georgia, serif`;
  for (const { path, sign, x: at, scale, width } of placed) {
    const left = x + (at - length / 2) * height;
    if (path === null) g.fillText(sign, left + (width * scale * height) / 2, y); // a script we have no pen for
    else if (path) whole.addPath(new Path2D(path), new DOMMatrix([height * scale, 0, 0, -height * scale, left, y]));
  }
  g.lineWidth = height * PEN.hair;
  g.lineCap = g.lineJoin = "round";
  for (let k = 0; k < STROKES; k++) {
    const off = (k / (STROKES - 1) - 0.5) * PEN.edge * height;
    g.save();
    g.translate(off * Math.cos(PEN.slant), -off * Math.sin(PEN.slant));
    g.stroke(whole);
    g.restore();
  }
}
