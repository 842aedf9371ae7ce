/**
 * Ids are prefixed, sortable by creation time and typed by their prefix. A response's id contains its
 * conversation's key, so that the object which owns it is found without a look-up.
 */
export type ProjectId = `proj_${string}`;
export type ApiKeyId = `key_${string}`;
export type FileId = `file-${string}`;
export type VectorStoreId = `vs_${string}`;
export type FileBatchId = `vsfb_${string}`;
export type ConversationId = `conv_${string}`;
export type ResponseId = `resp_${string}`;
export type WorkflowId = `wf_${string}`;
export type RunId = `run_${string}`;
export type ScheduleId = `sched_${string}`;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 15;

/** Length of what follows the prefix, in characters: 9 of time and 15 (75 bits) of randomness. */
export const KEY_LENGTH = TIME_LENGTH + RANDOM_LENGTH;

/** A fresh key: the time in milliseconds, then randomness, both in Crockford's base 32. */
export function newKey(now = Date.now(), random = randomBytes(RANDOM_LENGTH)): string {
  let time = "";
  for (let rest = now, digit = 0; digit < TIME_LENGTH; digit++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return time + Array.from(random, (byte) => ALPHABET.charAt(byte % 32)).join("");
}

export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}${string}` {
  return `${prefix}${newKey()}`;
}

/** `conv_K` → K; `resp_KR` → K, the key of the conversation that the response lives in. */
export function conversationKeyOf(id: ConversationId | ResponseId): string {
  const key = id.slice(id.indexOf("_") + 1);
  return key.slice(0, KEY_LENGTH);
}

/** A response's id within the conversation object that `conversationKey` names. */
export function newResponseId(conversationKey: string): ResponseId {
  return `resp_${conversationKey}${newKey()}`;
}

/** The run that an idempotency key stands for: the same digest is the same run. Sorts by nothing. */
export function runIdOf(digest: Uint8Array): RunId {
  const bytes = digest.subarray(0, KEY_LENGTH);
  return `run_${Array.from(bytes, (byte) => ALPHABET.charAt(byte % 32)).join("")}`;
}

const KEY = `[${ALPHABET}]{${KEY_LENGTH}}`;
export const isConversationId = matcher<ConversationId>(`conv_${KEY}`);
export const isResponseId = matcher<ResponseId>(`resp_${KEY}${KEY}`);
export const isVectorStoreId = matcher<VectorStoreId>(`vs_${KEY}`);
export const isFileId = matcher<FileId>(`file-${KEY}`);
export const isRunId = matcher<RunId>(`run_${KEY}`);
export const isScheduleId = matcher<ScheduleId>(`sched_${KEY}`);
export const isFileBatchId = matcher<FileBatchId>(`vsfb_${KEY}`);

function matcher<Id extends string>(pattern: string) {
  const whole = new RegExp(`^${pattern}$`);
  return (id: string): id is Id => whole.test(id);
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
