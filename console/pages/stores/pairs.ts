/** Formats metadata as text, a line each such as `team = people`. */
export const formatPairs = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n");

/** Reads metadata from its text. A line that is no pair is left out. */
export const readPairs = (text: string): Record<string, string> =>
  Object.fromEntries(text.split("\n").flatMap((line) => readPair(line) ?? []));

/** Finds the lines that are no pair and not empty. */
export const findUnpaired = (text: string): string[] =>
  text.split("\n").filter((line) => line.trim() !== "" && readPair(line) === null);

function readPair(line: string): [[name: string, value: string]] | null {
  const at = line.indexOf("=");
  const name = line.slice(0, Math.max(0, at)).trim();
  return name === "" ? null : [[name, line.slice(at + 1).trim()]];
}
