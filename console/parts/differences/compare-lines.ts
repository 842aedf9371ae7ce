/** A line of a comparison: in both texts, added by the second, or removed from the first. */
export type ComparedLine = { readonly state: "same" | "added" | "removed"; readonly text: string };

/** Number of equal lines that are shown around a change. */
const CONTEXT = 3;

/** Leaves out equal lines that are far from every change; null stands for some that were left out. */
export function foldLines(lines: readonly ComparedLine[]): (ComparedLine | null)[] {
  const isNear = lines.map((_line, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ state }) => state !== "same"),
  );
  return lines.flatMap((line, at) => {
    if (isNear[at]) return [line];
    return at === 0 || isNear[at - 1] ? [null] : [];
  });
}

/** Compares two texts by their lines, with the longest common subsequence. */
export function compareLines(before: string, after: string): ComparedLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const lines: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      lines.push({ state: "same", text: left });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined ||
        (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      lines.push({ state: "removed", text: left });
      i++;
    } else {
      lines.push({ state: "added", text: right ?? "" });
      j++;
    }
  }
  return lines;
}
