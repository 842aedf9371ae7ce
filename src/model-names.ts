import { closestName } from "./closest-name.ts";
import { isVectorStoreId, type VectorStoreId } from "./ids.ts";
import type { Refusal } from "./refusal.ts";
import { shorten } from "./shorten.ts";

/** The names of a deployment's models, in two lists: those that answer, and those that embed texts. */
export type ModelNames = {
  readonly answering: readonly string[];
  readonly embedding: readonly string[];
};

/** The use that a model is named for: `listing` for the list of all models. */
type ModelUse = keyof typeof NOUN;

/** The beginning of a name that stands for a vector store: `store:vs_…`. */
const STORE_PREFIX = "store:";

/** Returns the name by which a request uses a vector store in place of a model, as in `store:vs_…`. */
export const nameStoreModel = (id: VectorStoreId): string => STORE_PREFIX + id;

/** Returns the id of the vector store that a model's name stands for, as in `store:vs_…`; null for any other name. */
export function readStoreModel(name: string): VectorStoreId | null {
  const id = name.startsWith(STORE_PREFIX) ? name.slice(STORE_PREFIX.length) : "";
  return isVectorStoreId(id) ? id : null;
}

/**
 * Makes the refusal of a model name that does not exist, or whose model cannot be used for `use`. The message names the
 * closest model and some others. A vector store of another project gets the same message as one that does not exist.
 */
export const unknownModel = (name: string, names: ModelNames, use: ModelUse): Refusal => ({
  code: "model_not_found",
  message: describeUnknown(name, names, use),
  param: "model",
});

/** Builds the message that a model does not exist or cannot be used for `use`, with the names of models that can. */
export function describeUnknown(name: string, names: ModelNames, use: ModelUse): string {
  const known = use === "listing" ? [...names.answering, ...names.embedding] : names[use];
  const fault = `The model '${shorten(name)}' ${findAbility(name, names) ?? "does not exist."}`;
  const isStoreId = isVectorStoreId(name) && use !== "embedding";
  const closest = isStoreId ? nameStoreModel(name) : suggestModel(name, known);
  const hint = closest === null ? "" : ` Did you mean '${shorten(closest)}'?`;
  const advice = name.startsWith(STORE_PREFIX) && use !== "embedding" ? STORE_ADVICE : "";
  return `${fault}${hint} This service has ${listNames(known)}${NOUN[use]}; GET /v1/models lists all models.${advice}`;
}

/** Returns the use of a model that exists, which then is another one than the request's. */
function findAbility(name: string, { answering, embedding }: ModelNames): string | null {
  if (answering.includes(name)) return "answers, and makes no embeddings.";
  return embedding.includes(name) ? "makes embeddings, and cannot answer." : null;
}

const NOUN = { answering: "", embedding: " for embeddings", listing: "" };
const STORE_ADVICE =
  " A vector store of your project answers as 'store:' with its id, as in 'store:vs_abc123'.";

/** Maximum number of models that a message names. */
const NAMES_MAX = 5;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => `'${shorten(name)}'`);
  return names.length > NAMES_MAX ? `${shown.join(", ")} and others` : joinWords(shown);
}

const joinWords = (words: readonly string[]) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** Shortest name that is searched for within others: `gpt` would be in too many. */
const PART_LENGTH_MIN = 4;

/** Finds the model with the fewest edits, or one whose name contains the given name or is contained in it. */
function suggestModel(name: string, names: readonly string[]): string | null {
  const closest = closestName(name, names);
  if (closest !== null || name.length < PART_LENGTH_MIN) return closest;
  const part = name.toLowerCase();
  const isSimilar = (other: string) =>
    other.includes(part) || (other.length >= PART_LENGTH_MIN && part.includes(other));
  return names.find((other) => isSimilar(other.toLowerCase())) ?? null;
}
