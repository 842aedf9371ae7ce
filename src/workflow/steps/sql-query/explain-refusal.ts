import { shorten } from "../../../shorten.ts";
import { notGranted } from "./program.ts";

/** SQLite's wordings of what is wrong with a query, each with ours. `$` stands for the name in the wording. */
const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/no such column: (.+)/, "names the column '$', which none of its tables has"],
  [/ambiguous column name: (.+)/, "names the column '$', which several of its tables have"],
  [/no such function: (.+)/, "calls the function '$', which SQLite does not have"],
  [/wrong number of arguments to function (.+?)\(\)/, "calls '$' with a wrong number of arguments"],
  [/misuse of (?:aggregate|window function):? (.+?)\(\)/, "uses '$' where it is not allowed"],
  [/not authorized to use function: (.+)/, "calls the function '$', which is not allowed"],
  [/near "(.+)": syntax error/, "has a mistake in its syntax near '$'"],
  [/unrecognized token: "(.+)"/, "has a mistake in its syntax near '$'"],
  [/no such collation sequence: (.+)/, "uses the collation '$', which SQLite does not have"],
  [/incomplete input/, "is not complete"],
  [/same number of result columns/, "joins results with different numbers of columns"],
  [/sub-select returns|row value misused/, "has a wrong number of columns in a sub-select"],
  [/Wrong number of parameter/, "has another number of parameters than `params`"],
  [/D1_TYPE_ERROR|type '.*' not supported/i, "has a parameter of a type that is not supported"],
  [/variable number must be/, "has a parameter whose number is not allowed"],
  [/malformed JSON|JSON path/i, "reads JSON that is not valid, or by a path that is not"],
  [/integer overflow/, "computes an integer that is too large"],
  [
    /too big|too large|too many|too deep|too long|limit|out of memory/i,
    "exceeds a limit of SQLite",
  ],
  [/datatype mismatch/, "uses a value of another type than is needed"],
  [/not authorized|prohibited/, "does what is not allowed"],
];

/**
 * Converts SQLite's error message about a query to a message for clients. SQLite's message may have names of tables and
 * columns that the project must not learn, such as those within a view: a name is repeated only if it is in the query.
 */
export function explainRefusal(message: string, query: string): string {
  const [, table] = /no such table: (?:main\.)?(.+?)\.?$/.exec(message) ?? [];
  if (table !== undefined)
    return isIn(query, table) ? notGranted(table.toLowerCase()) : BEHIND_VIEW;
  for (const [wording, words] of WORDINGS) {
    const found = wording.exec(message);
    if (!found) continue;
    const name = found[1] ?? "";
    return `The query failed: it ${isIn(query, name) ? words.replace("$", () => shorten(name)) : withoutName(words)}.`;
  }
  return "The query failed: SQLite refuses it. The service's log has the reason.";
}

const isIn = (query: string, name: string) => query.toLowerCase().includes(name.toLowerCase());

const withoutName = (words: string) => words.replace(/ ?(?:near )?'\$'/, "");

const BEHIND_VIEW = "The query reads a view whose tables do not exist.";
