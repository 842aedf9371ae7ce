import type { Sliced } from "../slices.ts";
import type { WordContext, WordNote } from "./word-context.ts";
import { WordReader } from "./word-reader.ts";
import { readXml, type XmlHandler } from "./xml/read-xml.ts";

/** Reads the notes or comments of a Word document from their part, by id. `element` contains one of them. */
export function* readNotes(
  xml: string,
  element: string,
  context: WordContext,
): Sliced<Map<string, WordNote>> {
  const notes = new Map<string, WordNote>();
  const reader = new WordReader(context);
  let open: { readonly id: string; readonly author: string } | null = null;
  const handler: XmlHandler = {
    open(name, attributes) {
      if (name === element) {
        open = { id: attributes.get("w:id") ?? "", author: attributes.get("w:author") ?? "" };
      } else reader.open(name, attributes);
    },
    close(name) {
      if (name !== element) {
        reader.close(name);
      } else if (open) {
        notes.set(open.id, { author: open.author, text: (reader.finish() ?? "").trim() });
        open = null;
      }
    },
    text: (text) => reader.text(text),
  };
  yield* readXml(xml, handler);
  return notes;
}
