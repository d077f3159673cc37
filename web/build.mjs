// Bundles the scene into the Python package, where page.py and film.py find it.
import { build } from "esbuild";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "petipa", "stage", "web");

await mkdir(out, { recursive: true });
await build({
  entryPoints: [join(here, "src", "main.js")],
  outfile: join(out, "petipa.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome100", "firefox113", "safari16.4"],
  legalComments: "inline",
  charset: "ascii",
  logLevel: "info",
});
for (const name of ["page.html", "page.css", "film.html"]) await cp(join(here, "src", name), join(out, name));
