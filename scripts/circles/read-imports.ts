/** An import of one file of the project in another. */
export type Import = {
  readonly from: string;
  readonly to: string;
  /** The imported names as they are written, with `type`. Empty for an import without names. */
  readonly names: readonly string[];
};

const STATEMENT = /^(?:import|export)\s+([^;"']*?)\s*from\s*"(\.[^"]+)"/gm;
const BARE = /^import\s*"(\.[^"]+)"/gm;
const CALL = /\bimport\(\s*"(\.[^"]+)"\s*\)(?:\.(\w+))?/g;

/**
 * Reads the relative imports and re-exports of a file, including those of types. `from` is the file's path, with `/`,
 * `text` its source.
 */
export function readImports(from: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, clause = "", target = ""] of text.matchAll(STATEMENT)) {
    found.push({ from, to: resolve(from, target), names: namesIn(clause) });
  }
  for (const [, target = ""] of text.matchAll(BARE)) {
    found.push({ from, to: resolve(from, target), names: [] });
  }
  for (const [, target = "", name] of text.matchAll(CALL)) {
    found.push({ from, to: resolve(from, target), names: name === undefined ? [] : [name] });
  }
  return found;
}

/** `type { One, type Two as Other }` → `type One`, `type Two`. */
function namesIn(clause: string): string[] {
  const isType = clause.startsWith("type ");
  return clause
    .replace(/^type\s+/, "")
    .replaceAll(/[{}]/g, ",")
    .split(",")
    .map((name) => name.trim().replace(/\s+as\s+\w+$/, ""))
    .filter((name) => name !== "")
    .map((name) => (isType && !name.startsWith("type ") ? `type ${name}` : name));
}

function resolve(from: string, target: string): string {
  const path = from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") path.pop();
    else if (part !== ".") path.push(part);
  }
  return path.join("/");
}
