/**
 * The markers by which a model cites passages: `[1]`, `[1, 2]`, `【1】`. A number has at most three digits, so that a
 * year in brackets stays text.
 */
const NUMBERS = String.raw`\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*`;
const MARKER = String.raw`[[【]\s*${NUMBERS}\s*[\]】]`;

/** All markers of a text, each with the spaces before it; the group has its numbers. */
export const MARKERS = new RegExp(String.raw`[ \t\u00a0]*[[【]\s*(${NUMBERS})\s*[\]】]`, "gu");
/** A marker at the beginning of a text. */
export const LEADING_MARKER = new RegExp(`^${MARKER}`, "u");
/** A text that may become a marker when more text arrives. */
export const BEGUN_MARKER = /^[[【][\s\d,，、;]*$/u;
/** A label of Markdown that could be a marker without its brackets. */
export const MARKER_LABEL = new RegExp(`^${NUMBERS}$`, "u");
/** A definition of Markdown whose label could be a marker, `[1]:`. */
export const MARKER_DEFINITION = new RegExp(String.raw`^\[\s*${NUMBERS}\s*\]:`, "u");
/** A text that may become such a definition when more text arrives. */
export const BEGUN_MARKER_DEFINITION = /^\[[\s\d,，、;]{0,40}\]?$/u;
/** An exclamation mark at the end of a text, also before markers. */
export const EXCLAMATION_BEFORE_MARKERS = new RegExp(String.raw`!(?:[ \t\u00a0]*${MARKER})*$`, "u");
