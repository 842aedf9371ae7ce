import { deflateRawSync, inflateRawSync } from "node:zlib";

import { z } from "zod";

import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { InputItemParam, type SentItem } from "./input-item.ts";
import type { Item } from "./item.ts";

/** Maximum size of the packed items before they are compressed, as JSON. */
const UNPACKED_BYTES_MAX = 8 * 1024 * 1024;
/** The form of the text; another form gets another prefix. */
const PREFIX = "ew1.";

/**
 * Packs items into one text: their JSON, compressed. Nothing that a model reads is lost; results of searches and
 * citations are left out. The text is not secret, since it holds only what the client sent and received.
 */
export function packItems(items: readonly Item[]): Result<string, Refusal> {
  const json = new TextEncoder().encode(JSON.stringify(items.map(withoutSources)));
  if (json.byteLength > UNPACKED_BYTES_MAX) return err(TOO_LARGE);
  return ok(PREFIX + deflateRawSync(json).toString("base64url"));
}

/** Unpacks a text of `packItems`. Refuses any other text, and one that unpacks to more than `packItems` takes. */
export function unpackItems(text: string): Result<readonly SentItem[], Refusal> {
  if (!text.startsWith(PREFIX)) return err(UNREADABLE);
  try {
    const bytes = Buffer.from(text.slice(PREFIX.length), "base64url");
    const json = inflateRawSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString();
    const items = z.array(InputItemParam).parse(JSON.parse(json));
    const sent = items.filter(
      (item) => item.type !== "item_reference" && item.type !== "compaction",
    );
    return sent.length === items.length ? ok(sent) : err(UNREADABLE);
  } catch {
    return err(UNREADABLE);
  }
}

/** Leaves out what a model does not read. */
function withoutSources(item: Item): Item {
  if (item.type === "file_search_call") return { ...item, results: null };
  if (item.type !== "message" || item.role !== "assistant") return item;
  const content = item.content.map((part) =>
    part.type === "output_text" ? { ...part, annotations: [] } : part,
  );
  return { ...item, content };
}

const TOO_LARGE: Refusal = {
  code: "payload_too_large",
  message: "The items to compact have more than 8 MiB of JSON. Compact fewer items at a time.",
};
const UNREADABLE: Refusal = {
  code: "invalid_request",
  message:
    "'encrypted_content' was not made by this service. Send the items that POST /v1/responses/compact returned, unchanged.",
};
