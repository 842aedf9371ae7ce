import type { MarkdownWriter } from "../markdown/markdown-writer.ts";
import type { TagAttributes } from "./tag-attributes.ts";

/** Inputs without a text that readers see. */
const UNSEEN = new Set(["hidden", "password", "file", "range", "color"]);

/**
 * Writes what a form element shows: the value of an input, a mark for a checkbox, a space before the text of any other
 * one. In a list of options, the chosen ones are marked.
 */
export function writeControl(writer: MarkdownWriter, tag: string, attributes: TagAttributes): void {
  writer.breakWord();
  if (tag === "option") {
    if (attributes.has("selected")) writer.text("☒ ");
    else if (attributes.has("label")) writer.text(`${attributes.read("label")} `);
  }
  if (tag !== "input") return;
  const type = attributes.read("type").toLowerCase();
  if (type === "checkbox" || type === "radio") {
    writer.text(attributes.has("checked") ? "☒ " : "☐ ");
  } else if (!UNSEEN.has(type)) {
    const value = attributes.read("value") || attributes.read("alt");
    writer.text(`${value} `);
  }
}
