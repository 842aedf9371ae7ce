/**
 * Numbers every mark of a query, as SQLite does by itself. Node binds the values of a statement by position or by
 * number, never by both.
 */
export function numberMarks(query: string): string {
  let last = 0;
  return query.replaceAll(/\?(\d*)/g, (_mark, digits: string) => {
    const number = digits === "" ? last + 1 : Number(digits);
    last = Math.max(last, number);
    return `?${number}`;
  });
}
