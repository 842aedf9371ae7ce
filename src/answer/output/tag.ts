import type { LinkJudge } from "./link-judge.ts";
import { readAttributes } from "./markup.ts";

/**
 * Tests whether an HTML tag may stay in an answer. `inner` is the text between its angle brackets. The `href` of `<a>`
 * and `<area>` is judged as a link, every other URL as an image, since browsers load it without a click.
 */
export function allowsTag(judge: LinkJudge, inner: string): boolean {
  const name = readName(inner);
  if (name === "") return true;
  if (ACTIVE.has(name)) return judge.allowsAll("images");
  return readAttributes(inner).every(({ name: attribute, value }) => {
    const kind = attribute === "href" && isAnchor(inner) ? "links" : "images";
    if (judge.allowsAll(kind)) return true;
    return listUrls(attribute, value).every((url) => judge.allows(kind, url));
  });
}

/** Tests whether an HTML tag is a link (`<a>` or `<area>`). If it is removed, the text in it remains. */
export const isAnchor = (inner: string): boolean => /^a(?:rea)?$/.test(readName(inner));

/** Reads the `alt` text from the inner text of an HTML tag; "" without one. */
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
