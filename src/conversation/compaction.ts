import { deflateRawSync, inflateRawSync } from "node:zlib";

import { z } from "zod";

import { isNestedDeeper, JSON_DEPTH_MAX } from "../bounds.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { replaceLoneSurrogates } from "../surrogates.ts";
import { InputItemParam, type SentItem } from "./input-item.ts";
import type { Item } from "./item.ts";
import { COPIED_BYTES_MAX, ITEMS_TOO_LARGE } from "./refusals.ts";

/** The form of the text; another form gets another prefix. */
const PREFIX = "ew1.";

/**
 * Encodes items as one text of compressed JSON, which replaces the items in a compacted conversation. Everything that a
 * model reads is kept; reasoning, search results and citations are left out. The text is not encrypted, since it holds
 * only items that the client sent or received. Refuses items whose total size is too large.
 */
export function packItems(items: readonly Item[]): Result<string, Refusal> {
  const json = new TextEncoder().encode(JSON.stringify(items.flatMap(readByModels)));
  if (json.byteLength > COPIED_BYTES_MAX) return err(ITEMS_TOO_LARGE);
  return ok(PREFIX + deflateRawSync(json).toString("base64url"));
}

/** Unpacked items, and the bytes of their JSON. */
type Unpacked = { readonly items: readonly SentItem[]; readonly bytes: number };

/**
 * Decodes a text that `packItems` encoded. Refuses any other text, and one that unpacks to more than `bytesMax` bytes.
 * The text comes from a client, so its items are checked like those of a request.
 */
export function unpackItems(text: string, bytesMax: number): Result<Unpacked, Refusal> {
  if (!text.startsWith(PREFIX)) return err(UNREADABLE);
  try {
    const packed = Buffer.from(text.slice(PREFIX.length), "base64url");
    const bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
    const json = bytes.toString();
    if (isNestedDeeper(json, JSON_DEPTH_MAX)) return err(UNREADABLE);
    const items = z.array(InputItemParam).parse(JSON.parse(replaceLoneSurrogates(json)));
    const sent = items.filter(
      (item) => item.type !== "item_reference" && item.type !== "compaction",
    );
    if (sent.length < items.length) return err(UNREADABLE);
    return ok({ items: sent, bytes: bytes.byteLength });
  } catch (error) {
    return err(error instanceof RangeError ? ITEMS_TOO_LARGE : UNREADABLE);
  }
}

/** Leaves out what a model does not read. */
function readByModels(item: Item): Item | [] {
  if (item.type === "reasoning") return [];
  if (item.type === "file_search_call") return { ...item, results: null };
  if (item.type !== "message" || item.role !== "assistant") return item;
  const content = item.content.map((part) =>
    part.type === "output_text" ? { ...part, annotations: [] } : part,
  );
  return { ...item, content };
}

const UNREADABLE: Refusal = {
  code: "invalid_request",
  message:
    "'encrypted_content' was not made by this service. Send the items that POST /v1/responses/compact returned, unchanged.",
};
