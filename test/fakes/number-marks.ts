/**
 * Replaces each parameter `?` of a SQL statement by a numbered one, as SQLite itself numbers them. Node's SQLite binds
 * values by position or by number, never by both.
 */
export function numberMarks(query: string): string {
  let last = 0;
  return query.replaceAll(/\?(\d*)/g, (_mark, digits: string) => {
    const number = digits === "" ? last + 1 : Number(digits);
    last = Math.max(last, number);
    return `?${number}`;
  });
}
