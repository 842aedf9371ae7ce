/**
 * The patterns by which the output filter finds images, links and tags. They match what strict and lenient renderers of
 * Markdown and HTML might interpret.
 */

/** The number of characters that `OutputFilter` remembers of the text that it has passed on. */
export const KEPT_TAIL = 80;
/**
 * The end of a text after which a note such as `(link removed)` would be read as part of a link: `]`, or text that may
 * belong to a URL.
 */
export const JOINS_MARK = /\]$|(?:(?:https?|ftp):[\\/]|www\.)\S*$|^\S{80}$/i;
/**
 * The number of characters after `![` in which `](…)` counts as the end of an image although the bracket exceeds its
 * limit.
 */
export const OPEN_IMAGE = 4_000;
/** The characters with which a Markdown image, a link or an HTML tag begins or continues. */
export const MARKS = /[![\]<]/;
/** The characters of `MARKS`, and the first letters of a bare URL: `http`, `ftp`, `www`. */
export const MARKS_AND_URLS = /[![\]<]|h(?:t(?:t(?:p|$)|$)|$)|f(?:t(?:p|$)|$)|w(?:w(?:w|$)|$)/i;
/**
 * A URL with a link or a tag in it, which would become another URL if the link or tag were removed. The notes in place
 * of removed links, such as `(link removed)`, do not count.
 */
export const MARKUP_IN_URL = /^\s*\[|\]\s*\((?!(?:image|link) removed)|<[a-z/]/i;
/** The beginning of an HTML tag or of another image, within the description of an image. */
export const MARKUP_WITHIN = /<[a-z/]|!\[/i;
/** A destination in angle brackets that can also be read as an HTML tag with an attribute. */
export const TAG_AS_URL = /^<[^>]*\s[^>]*=/;
/**
 * The end of a URL. When a URL is removed of which only the beginning has arrived, all further text up to this is
 * dropped.
 */
export const REST_OF_URL = /[)\s<>"\\]/;
/**
 * The end of an HTML tag. When a tag is removed of which only the beginning has arrived, all further text up to this is
 * dropped.
 */
export const REST_OF_TAG = /[<>]|\n\s*\n/;
