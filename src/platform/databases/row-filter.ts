/**
 * A condition that a client sets for the rows of a list, beside the conditions of the list itself. `sql` makes it of the
 * name of its parameter, whose value is `value`.
 */
export type RowFilter = {
  readonly value: string | number;
  readonly sql: (parameter: string) => string;
};

/** Makes the filter of rows whose `column`, which is SQL, has exactly this value. None without a value. */
export const hasValue = (column: string, value: string | undefined): readonly RowFilter[] =>
  value === undefined ? [] : [{ value, sql: (parameter) => `${column} = ${parameter}` }];

/** Makes the filter of rows whose `column`, which is SQL, is at least this number. None without a number. */
export const isAtLeast = (column: string, value: number | undefined): readonly RowFilter[] =>
  value === undefined ? [] : [{ value, sql: (parameter) => `${column} >= ${parameter}` }];

/** Makes the filter of rows whose `column`, which is SQL, is less than this number. None without a number. */
export const isBelow = (column: string, value: number | undefined): readonly RowFilter[] =>
  value === undefined ? [] : [{ value, sql: (parameter) => `${column} < ${parameter}` }];

/** Makes the filter of rows whose `column`, which is SQL, contains a text in upper or lower case. None without a text. */
export const containsText = (column: string, text: string | undefined): readonly RowFilter[] =>
  text === undefined
    ? []
    : [
        {
          value: JSON.stringify(listSpellings(text)),
          sql: (parameter) => `EXISTS (SELECT 1 FROM json_each(${parameter}) spelling
            WHERE instr(lower(${column}), lower(spelling.value)) > 0)`,
        },
      ];

/**
 * Lists a text as it may be written: SQLite compares the letters A to Z alone without regard to case, so others are
 * looked for as they were sent, all small, all capital, and with a capital at the beginning.
 */
function listSpellings(text: string): string[] {
  const small = text.toLowerCase();
  const [first = "", ...rest] = Array.from(small);
  return [...new Set([text, small, text.toUpperCase(), first.toUpperCase() + rest.join("")])];
}
