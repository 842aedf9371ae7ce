/** A character that no message of ours has: whatever of it an answer contains was sent by the client. */
export const MARK = "§";

/** Counts the client's characters in each text of an answer: a message, a name, a member of `errors`. */
export function countEchoed(value: unknown): number {
  if (typeof value === "string") return value.split(MARK).length - 1;
  if (typeof value !== "object" || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(countEchoed));
}

/** Finds the longest run of a letter. */
export function countRun(text: string, letter: string): number {
  return Math.max(0, ...(text.match(new RegExp(`${letter}+`, "g")) ?? []).map((run) => run.length));
}
