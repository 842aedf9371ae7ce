import type { WarningCode } from "../../knowledge/file-warnings.ts";
import {
  CODE,
  STRUCK_OUT,
  endsBefore,
  endsWith,
  FOREIGN,
  LANDMARKS,
  VOID,
} from "./element-kinds.ts";
import type { TagAttributes } from "./tag-attributes.ts";

/** The reason why the content of an element is left out. */
export type LeftOut = "code" | "foreign" | "menu" | "footer" | "hidden" | "deleted";

/** The losses that leaving out an element counts as; null if nothing is lost. */
export const LOSSES: Readonly<Record<LeftOut, WarningCode | null>> = {
  code: null,
  foreign: "objects_without_text",
  menu: "menus_left_out",
  footer: "footers_left_out",
  hidden: "hidden_text_left_out",
  deleted: "deleted_text_left_out",
};

/** Returns true for an element without content. */
export const standsAlone = (tag: string): boolean => VOID.has(tag);

/** The place of an element: inside the content of the page, and whether a style sheet hides it. */
export type Circumstances = { readonly isInContent: boolean; readonly isHiddenByStyle: boolean };

/** Returns the reason why the content of an element is left out; null if it is kept. */
export function findLeftOut(
  tag: string,
  attributes: TagAttributes,
  { isInContent, isHiddenByStyle }: Circumstances,
): LeftOut | null {
  if (CODE.has(tag)) return isShown(tag, attributes) ? null : "code";
  if (FOREIGN.has(tag)) return attributes.isHidden || isHiddenByStyle ? "code" : "foreign";
  if (attributes.isHidden || isHiddenByStyle) return VOID.has(tag) ? "code" : "hidden";
  if (tag === "nav") return "menu";
  if (tag === "footer" && !isInContent) return "footer";
  if (tag === "dialog" && !attributes.has("open")) return "hidden";
  return STRUCK_OUT.has(tag) || attributes.isStruck ? "deleted" : null;
}

/** Templates of components that browsers show at once, and equations in TeX, which scripts show. */
function isShown(tag: string, attributes: TagAttributes): boolean {
  if (tag === "template") return attributes.has("shadowrootmode");
  return tag === "script" && /^\s*math\//i.test(attributes.read("type"));
}

/** The element whose content is being left out, with the elements of the same name inside it. */
export class LeftOutRegion {
  readonly #tag: string;
  readonly #reason: LeftOut;
  #depth = 1;
  /** Open lists and tables inside it, whose items and cells do not end it. */
  #nested = 0;

  constructor(tag: string, reason: LeftOut) {
    this.#tag = tag;
    this.#reason = reason;
  }

  /** True for the parts of a page that a missing closing tag could extend over the text. */
  get isMenu(): boolean {
    return this.#reason === "menu" || this.#reason === "footer";
  }

  /** Reads an opening tag. Returns true if it ends the region; the element it opens is then outside. */
  open(tag: string): boolean {
    if (this.isMenu && LANDMARKS.has(tag)) return true;
    if (this.#nested === 0 && endsBefore(this.#tag, tag)) return true;
    if (CONTAINERS.has(tag)) this.#nested++;
    if (tag === this.#tag) this.#depth++;
    return false;
  }

  /** Reads a closing tag. Returns "within" while the region goes on; else whether the tag belongs to it. */
  close(tag: string): "within" | "ended" | "ended outside" {
    if (tag === this.#tag) return --this.#depth === 0 ? "ended" : "within";
    if (tag === "body" && !CODE.has(this.#tag)) return "ended outside";
    if (this.#nested === 0 && endsWith(this.#tag, tag)) return "ended outside";
    if (this.#nested > 0 && CONTAINERS.has(tag)) this.#nested--;
    return "within";
  }
}

const CONTAINERS = new Set(["ul", "ol", "dl", "table", "select"]);
