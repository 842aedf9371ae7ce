/** Elements without content, which no closing tag follows. */
export const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
/** Elements whose content is no text of the page. */
export const CODE: ReadonlySet<string> = new Set(["script", "style", "template", "datalist", "rp"]);
/** Elements that show something other than text, whose content is left out. */
export const FOREIGN: ReadonlySet<string> = new Set(["svg", "iframe", "audio", "video"]);
/** Elements that may stand in a head. Any other one ends it. */
export const IN_HEAD: ReadonlySet<string> = new Set(
  "head title meta link style script base noscript template".split(" "),
);
/** Elements in which a header or footer belongs to the content, not to the page. */
export const CONTENT: ReadonlySet<string> = new Set(
  "article aside blockquote dialog details fieldset figure li main section table td".split(" "),
);
/** Elements where the text of the page starts or ends: leaving out a menu stops here. */
export const LANDMARKS: ReadonlySet<string> = new Set(["main", "article", "body"]);
/** Elements that begin and end a paragraph. */
export const BLOCKS: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure " +
    "footer form header hgroup hr html legend main nav optgroup p search section summary"
  ).split(" "),
);
/** Elements of forms, whose text stands apart from the text beside them. */
export const FORM_CONTROLS: ReadonlySet<string> = new Set(
  "button label meter option output progress select textarea".split(" "),
);
/** Elements that contain list items. */
export const LISTS: ReadonlySet<string> = new Set(["ul", "ol", "menu", "dir"]);
/** The tags of headings. */
export const HEADING: RegExp = /^h[1-6]$/;
/** Text that is struck out or deleted. */
export const STRUCK_OUT: ReadonlySet<string> = new Set(["del", "s", "strike"]);
/** Tags that end an element whose closing tag may be missing. */
const ENDING_TAGS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["li", new Set(["li"])],
  ["dt", new Set(["dt", "dd"])],
  ["dd", new Set(["dt", "dd"])],
  ["option", new Set(["option", "optgroup"])],
  ["td", new Set(["td", "th", "tr", "tbody", "thead", "tfoot"])],
  ["th", new Set(["td", "th", "tr", "tbody", "thead", "tfoot"])],
  ["tr", new Set(["tr", "tbody", "thead", "tfoot"])],
]);
/** Elements whose end ends what they contain. */
const PARENTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["li", LISTS],
  ["dt", new Set(["dl"])],
  ["dd", new Set(["dl"])],
  ["option", new Set(["select", "optgroup"])],
  ["td", new Set(["table", "tr"])],
  ["th", new Set(["table", "tr"])],
  ["tr", new Set(["table", "tbody", "thead", "tfoot"])],
]);

/** Returns true if the opening tag `tag` ends the open element `open`, whose closing tag may be missing. */
export function endsBefore(open: string, tag: string): boolean {
  if (open === "p") {
    return BLOCKS.has(tag) || LISTS.has(tag) || HEADING.test(tag) || tag === "table";
  }
  return ENDING_TAGS.get(open)?.has(tag) ?? false;
}

/** Returns true if the closing tag `tag` also ends the open element `open` inside of it. */
export function endsWith(open: string, tag: string): boolean {
  if (open === "p") return (BLOCKS.has(tag) && tag !== "p") || tag === "td" || tag === "li";
  return PARENTS.get(open)?.has(tag) ?? false;
}
