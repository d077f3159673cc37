// What the page and the film can call.

import { startFilm } from "./film.js";
import { startPage } from "./page.js";

globalThis.petipa = { startFilm, startPage };
