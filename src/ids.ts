/**
 * Id of a project, such as `proj_01…`.
 *
 * All ids begin with the type of the resource, and the ids of one type sort by creation time. The ids of responses and
 * items contain the key of their conversation, so that the Durable Object that stores them is found without a look-up
 * in a database.
 */
export type ProjectId = `proj_${string}`;
/** Id of an API key, by which the admin API refers to the key. The id is not the key itself, and not secret. */
export type ApiKeyId = `key_${string}`;
/** Id of an uploaded file. It has a hyphen, unlike the other ids, since OpenAI's clients expect one. */
export type FileId = `file-${string}`;
/** Id of a vector store. */
export type VectorStoreId = `vs_${string}`;
/** Id of a batch of files that were attached to a vector store in one request. */
export type FileBatchId = `vsfb_${string}`;
/** Id of a conversation. */
export type ConversationId = `conv_${string}`;
/** Id of a response: `resp_`, the key of its conversation, and a key of its own. */
export type ResponseId = `resp_${string}`;
/** Id of a workflow. */
export type WorkflowId = `wf_${string}`;
/** Id of a run of a workflow. */
export type RunId = `run_${string}`;
/** Id of a schedule. */
export type ScheduleId = `sched_${string}`;
/** Id of a dead letter. */
export type DeadLetterId = `dl_${string}`;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 15;

/** Number of characters after the prefix: 9 of time and 15 (75 bits) of randomness. */
const KEY_LENGTH = TIME_LENGTH + RANDOM_LENGTH;

/**
 * Creates the part of an id after the prefix: the time `now` (milliseconds since the epoch), then random bits, both in
 * Crockford's base 32. Ids with such keys sort by time.
 */
export function newKey(now = Date.now(), random = randomBytes(RANDOM_LENGTH)): string {
  let time = "";
  for (let rest = now, digit = 0; digit < TIME_LENGTH; digit++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return time + Array.from(random, (byte) => ALPHABET.charAt(byte % 32)).join("");
}

/** Returns the lowest possible key of an id that was made at `at`, in milliseconds since the epoch. */
export const firstKey = (at: number): string => newKey(at, new Uint8Array(RANDOM_LENGTH));

/**
 * Returns the lowest possible id of a file created at `at` (milliseconds since the epoch). Ids sort by creation time,
 * so queries find the files created before or after that time by comparing ids.
 */
export const firstFileId = (at: number): FileId => `file-${firstKey(at)}`;

/** Reads from a file's id the time at which the id was made, in milliseconds since the epoch. */
export function readFileTime(id: FileId): number {
  let time = 0;
  for (const digit of id.slice("file-".length).slice(0, TIME_LENGTH)) {
    time = time * 32 + ALPHABET.indexOf(digit);
  }
  return time;
}

/** Creates a new id with the given prefix, such as `run_`. */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}${string}` {
  return `${prefix}${newKey()}`;
}

/**
 * Reads the key of the Durable Object that stores a conversation or a response from its id: K from `conv_K` and from
 * `resp_KR`.
 */
export function readConversationKey(id: ConversationId | ResponseId): string {
  const key = id.slice(id.indexOf("_") + 1);
  return key.slice(0, KEY_LENGTH);
}

/**
 * Creates the id of a new response in the conversation whose key is `conversationKey`. `own` is the response's own key.
 */
export function newResponseId(conversationKey: string, own = newKey()): ResponseId {
  return `resp_${conversationKey}${own}`;
}

/**
 * Creates the part of a new item's id after the prefix: the key of the conversation that stores the item, then a key of
 * the item's own.
 */
export function newItemKey(conversationKey: string): string {
  return `${conversationKey}${newKey()}`;
}

/**
 * Derives the id of a run from the SHA-256 `digest` of the idempotency key of the request that starts it, so that a
 * repeated request finds the same run. Such ids do not sort by time.
 */
export function deriveRunId(digest: Uint8Array): RunId {
  const bytes = digest.subarray(0, KEY_LENGTH);
  return `run_${Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join("")}`;
}

const KEY = `[${ALPHABET}]{${KEY_LENGTH}}`;
/** Tests whether a text has the form of a conversation's id. */
export const isConversationId = matcher<ConversationId>(`conv_${KEY}`);
/** Tests whether a text has the form of a response's id. */
export const isResponseId = matcher<ResponseId>(`resp_${KEY}${KEY}`);
/** Tests whether a text has the form of a vector store's id. */
export const isVectorStoreId = matcher<VectorStoreId>(`vs_${KEY}`);
/** Tests whether a text has the form of a file's id. */
export const isFileId = matcher<FileId>(`file-${KEY}`);
/** Tests whether a text has the form of a run's id. */
export const isRunId = matcher<RunId>(`run_${KEY}`);
/** Tests whether a text has the form of a schedule's id. */
export const isScheduleId = matcher<ScheduleId>(`sched_${KEY}`);
/** Tests whether a text has the form of a dead letter's id. */
export const isDeadLetterId = matcher<DeadLetterId>(`dl_${KEY}`);
/** Tests whether a text has the form of a project's id. */
export const isProjectId = matcher<ProjectId>(`proj_${KEY}`);
/** Tests whether a text has the form of an API key's id. */
export const isApiKeyId = matcher<ApiKeyId>(`key_${KEY}`);
/** Tests whether a text has the form of a workflow's id. */
export const isWorkflowId = matcher<WorkflowId>(`wf_${KEY}`);
/** Tests whether a text has the form of a file batch's id. */
export const isFileBatchId = matcher<FileBatchId>(`vsfb_${KEY}`);

const ITEM_OWNER = new RegExp(`^[a-z]+_(${KEY})${KEY}[0-9]*$`);

/**
 * Reads from an item's id the key of the conversation that stores the item. Returns null for an id that does not
 * contain it, as those made by early versions.
 */
export function readItemOwner(id: string): string | null {
  return ITEM_OWNER.exec(id)?.[1] ?? null;
}

function matcher<Id extends string>(pattern: string) {
  const whole = new RegExp(`^${pattern}$`);
  return (id: string): id is Id => whole.test(id);
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
