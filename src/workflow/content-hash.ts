import { canonicalJson } from "../canonical-json.ts";
import type { Definition } from "../kernel/rules/definition.ts";
import { sha256Hex } from "../sha256.ts";

/**
 * Computes the SHA-256 of a definition, in hex, by which an unchanged workflow is recognised. The hash does not depend
 * on the name of the workflow, the order of properties, or defaults that are written explicitly.
 */
export async function contentHash({ name: _name, ...graph }: Definition): Promise<string> {
  return await sha256Hex(canonicalJson(graph));
}
