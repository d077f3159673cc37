// What the page and the film can call, and what a console can play with.

import { Dance } from "./dance.js";
import { Director } from "./director.js";
import { startFilm } from "./film.js";
import { fromBase64, unpack } from "./package.js";
import { startPage } from "./page.js";
import { Stage } from "./stage.js";

globalThis.petipa = { Dance, Director, Stage, fromBase64, startFilm, startPage, unpack };
