import type { AllowedLinks } from "./allowed-links.ts";
import { readAttributes, TAG_MAX, type Undecided } from "./markup.ts";
import { keep, NO_TAG, type Piece, removed } from "./piece.ts";

/**
 * Tests whether an HTML tag may stay in an answer. `inner` is the text between its angle brackets. The `href` of `<a>`
 * and `<area>` follows the policy for links, every other URL that for images, since browsers load it without a click.
 */
export function allowsTag(links: AllowedLinks, inner: string): boolean {
  const name = readName(inner);
  if (name === "") return true;
  if (ACTIVE.has(name)) return links.allowsAll("images");
  return readAttributes(inner).every(({ name: attribute, value }) => {
    const kind = attribute === "href" && isAnchor(inner) ? "links" : "images";
    if (links.allowsAll(kind)) return true;
    return listUrls(attribute, value).every((url) => links.allows(kind, url));
  });
}

/**
 * Decides on a text that begins with an HTML tag whose closing bracket does not come: before it, another tag opens, a
 * blank line follows, or `TAG_MAX` characters are reached. Returns the piece that replaces the tag; if its length is
 * `TAG_MAX`, the tag continues after it.
 */
export function decideUnclosedTag(
  links: AllowedLinks,
  text: string,
  isEnd: boolean,
): Piece | Undecided {
  const [begun = ""] = BEGUN_TAG.exec(text.slice(0, TAG_MAX)) ?? [];
  if (begun === "") return keep(text, 1);
  if (text.charAt(begun.length) === "<" && !begun.includes("=")) {
    // Another tag begins, as in `Map<String, List<Integer>>`. For a browser, all of them are one.
    const [tags] = TAGS.exec(text.slice(0, TAGS_MAX)) ?? [];
    if (tags === undefined && !isEnd && text.length < TAGS_MAX) return "undecided";
    if (tags !== undefined && arePlainTags(links, tags.slice(1, -1)))
      return keep(text, begun.length);
  }
  return allowsTag(links, begun.slice(1)) ? NO_TAG : removed("", begun.length);
}

/** A tag up to the next angle bracket or a blank line. */
const BEGUN_TAG = /^<[a-z](?:(?!\n[ \t]*\n)[^<>])*/i;
/** Maximum length of tags without attributes that begin in each other, in characters. */
const TAGS_MAX = 300;
/** Text up to the bracket that ends it for a browser, if it has no quotes. */
const TAGS = /^<[^>]*>/;

/** Tests whether all tags in a text stay as they are, none of which has an attribute with a value. */
function arePlainTags(links: AllowedLinks, inner: string): boolean {
  if (/[![\]="'`]|\n[ \t]*\n/.test(inner)) return false;
  if (!links.allowsAll("links") && /(?:https?|ftp):|www\./i.test(inner)) return false;
  return inner.split("<").every((one) => readAutolink(one) === null && allowsTag(links, one));
}

/**
 * Reads the URL of an autolink, such as `<https://example.com>` or `<me@example.com>`, from the text between its angle
 * brackets. Returns null if they enclose an HTML tag.
 */
export function readAutolink(inner: string): string | null {
  const url = AUTOLINK.exec(inner)?.[0];
  if (url === undefined) return null;
  return url.includes(":") ? url : `mailto:${url}`;
}

const AUTOLINK = /^(?:[a-z][a-z\d+.-]{1,31}:[^\s<>]*|[^\s<>"'=@/]+@[^\s<>"'=@/]+)$/i;

/**
 * Tests whether an HTML tag is a link (`<a>` or `<area>`). When such a tag is removed, the text between it and its end
 * tag remains.
 */
export const isAnchor = (inner: string): boolean => /^a(?:rea)?$/.test(readName(inner));

/** Reads the attribute `alt` from the inner text of an HTML tag; "" if there is none. */
export const readAlt = (inner: string): string =>
  readAttributes(inner).find(({ name }) => name === "alt")?.value ?? "";

const readName = (inner: string) => (/^[^\s/]+/.exec(inner)?.[0] ?? "").toLowerCase();

/** Lists the URLs in the value of an attribute. One that cannot be read is listed as an empty URL with no host. */
function listUrls(attribute: string, value: string): readonly string[] {
  if (attribute === "srcset") return value.split(/[\s,]+/).filter((part) => /[^\d.wx]/.test(part));
  if (LOADING.has(attribute)) return [value];
  const urls = value.match(/(?:[a-z][a-z\d+.-]*:)?[\\/]{2}[^\s"')]+/gi) ?? [];
  const isOpaque = attribute === "style" && /[(\\@&]/.test(value) && urls.length === 0;
  return isOpaque ? [""] : urls;
}

/** Attributes whose value is a URL. */
const LOADING = new Set(
  "src href xlink:href data poster background action formaction ping cite longdesc lowsrc dynsrc code codebase classid manifest profile usemap icon".split(
    " ",
  ),
);
/** Tags that run, embed or redirect, whatever their attributes are. */
const ACTIVE = new Set(
  "script style link meta base iframe frame frameset object embed applet form portal".split(" "),
);
