/**
 * Labels of Markdown links that look like citation markers, by which the output filter tells a citation from a link.
 * `NUMBERS` are the numbers in such a label.
 */
const NUMBERS = String.raw`\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*`;
const MARKER = String.raw`[[【]\s*${NUMBERS}\s*[\]】]`;

/** A label of a Markdown link that looks like a citation marker once it is in brackets, such as `1` or `1, 2`. */
export const MARKER_LABEL = new RegExp(`^${NUMBERS}$`, "u");
/** The beginning of a Markdown link definition whose label is like a citation marker: `[1]:`. */
export const MARKER_DEFINITION = new RegExp(String.raw`^\[\s*${NUMBERS}\s*\]:`, "u");
/** A text that may become a `MARKER_DEFINITION` when more text arrives, such as `[1`. */
export const BEGUN_MARKER_DEFINITION = /^\[[\s\d,，、;]{0,40}\]?$/u;
/** An exclamation mark that ends a text, or that only citation markers follow at the end of the text. */
export const EXCLAMATION_BEFORE_MARKERS = new RegExp(String.raw`!(?:[ \t\u00a0]*${MARKER})*$`, "u");
