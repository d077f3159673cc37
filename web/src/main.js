// What the page and the film can call, and what a console can play with.

import { startFilm } from "./film.js";
import { fromBase64, unpack } from "./package.js";
import { startPage } from "./page.js";
import { Smoother } from "./smooth.js";
import { Stage } from "./stage.js";

globalThis.petipa = { Smoother, Stage, fromBase64, startFilm, startPage, unpack };
