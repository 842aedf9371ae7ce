/**
 * The patterns by which the output filter finds images, links and tags. They match what strict and lenient renderers of
 * Markdown and HTML might interpret.
 */

/** Characters of the text so far that are remembered. */
export const TAIL = 80;
/** The end of a text that a mark would join: a bracket, or text that may belong to a URL. */
export const JOINS_MARK = /\]$|(?:(?:https?|ftp):[\\/]|www\.)\S*$|^\S{80}$/i;
/** The length within which an image that is not closed may be, in characters. */
export const OPEN_IMAGE = 4_000;
/** The characters with which an image, a link or a tag begins or goes on. */
export const MARKS = /[![\]<]/;
/** Also the first letters of a bare URL: `http`, `ftp`, `www`. */
export const MARKS_AND_URLS = /[![\]<]|h(?:t(?:t(?:p|$)|$)|$)|f(?:t(?:p|$)|$)|w(?:w(?:w|$)|$)/i;
/** A destination that would be another one without the links or tags within it. Marks of removed ones stay in it. */
export const MARKUP_IN_URL = /^\s*\[|\]\s*\((?!(?:image|link) removed)|<[a-z/]/i;
/** Another image or a tag within an image. */
export const MARKUP_WITHIN = /<[a-z/]|!\[/i;
/** A destination in angle brackets that is also a tag with an attribute. */
export const TAG_AS_URL = /^<[^>]*\s[^>]*=/;
/** The end of the rest of a URL that was cut. */
export const REST_OF_URL = /[)\s<>"\\]/;
/** The end of the rest of a tag that was cut. */
export const REST_OF_TAG = /[<>]|\n\s*\n/;
