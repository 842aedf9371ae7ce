/** A longer path is cut in its middle, so that the text stays a small multiple of its source. */
const PATH_LENGTH_MAX = 240;
/** Characters that are kept of each end of a longer path. */
const PATH_END_LENGTH = 100;

/** Appends a member's name or position to the path of the object that has it. */
export function appendPath(path: string, step: string): string {
  const joined = path === "" || step.startsWith("[") ? path + step : `${path}.${step}`;
  if (joined.length <= PATH_LENGTH_MAX) return joined;
  return `${joined.slice(0, PATH_END_LENGTH)}…${joined.slice(-PATH_END_LENGTH)}`;
}
