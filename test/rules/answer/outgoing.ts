import { AllowedLinks } from "../../../src/answer/output/allowed-links.ts";
import { OutgoingText } from "../../../src/answer/output/outgoing-text.ts";
import type { TextPiece } from "../../../src/answer/stop-sequences.ts";
import { completeSettings } from "../../../src/knowledge/project-settings.ts";

const SOURCES = [
  {
    text: "The picture is at https://docs.ok.com/a.png, or on bücher.example.",
    heading: "",
    filename: "handbook.md",
  },
];
/** Judges by an output policy and a source that names hosts of "ok.com". */
export const allowLinks = (output: object = {}) =>
  new AllowedLinks(completeSettings({ output }).output, () => SOURCES);
/** The default: links lead anywhere, images to hosts of sources. */
export const FREE = {};
/** Links and images lead to hosts of sources. */
export const STRICT = { links: { allow: "sources" } };
/** No links and no images. */
export const CLOSED = { images: { allow: "none" }, links: { allow: "none" } };

/** Sends a text in pieces of some sizes, in turn. */
export function send(
  text: string,
  output: object,
  sizes: readonly number[],
  format: "text" | "json" = "text",
) {
  const outgoing = openText(output, format);
  let sent = "";
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    sent += outgoing.push(text.slice(at, at + size));
    at += size;
  }
  return sent + outgoing.flush();
}

const join = (pieces: readonly TextPiece[]) => pieces.map(({ text }) => text).join("");

/** Opens a text without citations. */
export function openText(output: object, format: "text" | "json" = "text") {
  const outgoing = new OutgoingText(allowLinks(output), format);
  return {
    push: (text: string) => join(outgoing.push({ text, citations: [], sentence: null })),
    flush: () => join(outgoing.flush()),
  };
}
