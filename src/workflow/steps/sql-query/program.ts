import { err, ok, type Result } from "../../../result.ts";
import { shorten } from "../../../shorten.ts";

/** An instruction of the program to which SQLite compiles a query, as EXPLAIN lists it. */
export type Instruction = {
  readonly addr: number;
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
  /** The fourth operand: a constant, a function with its number of arguments, or the description of a key. */
  readonly p4: string | null;
  readonly p5: number;
};

/** A row of `sqlite_master`: a table or an index, whose data is the b-tree at `rootpage`. */
export type SchemaRow = {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly rootpage: number | null;
  /** The statement that created it; null for an index that SQLite made for a constraint. */
  readonly sql: string | null;
};

/**
 * Checks that a query reads only the tables in `readable` (names in lower case) and writes none. Examines the program
 * to which SQLite compiles the query (the rows of EXPLAIN): views, joins and subqueries are resolved in it to b-trees,
 * which are opened by their root pages; `schema` has their tables. The error is a message for the user.
 */
export function checkProgram(
  program: readonly Instruction[],
  schema: readonly SchemaRow[],
  readable: ReadonlySet<string>,
): Result<null, string> {
  const tables = new Map(schema.map(({ rootpage, table }) => [rootpage, table.toLowerCase()]));
  for (const instruction of program) {
    const { opcode } = instruction;
    if (isWrite(instruction)) return err("The query writes; this step only reads.");
    if (VIRTUAL_TABLE.test(opcode)) {
      return err(
        "The query reads a virtual table or a table-valued function; neither is supported.",
      );
    }
    if (!/open/i.test(opcode) || OPENS_SCRATCH.has(opcode)) continue;
    if (!isPlainOpen(opcode) || (instruction.p5 & ROOT_IN_REGISTER) !== 0) {
      return err(`The query needs ${opcode}, which is not supported.`);
    }
    const table = instruction.p3 === MAIN_DATABASE ? tables.get(instruction.p2) : undefined;
    if (table === undefined) return err("The query reads SQLite's own tables.");
    if (!readable.has(table)) return err(notGranted(table));
  }
  return ok(null);
}

/** Lists the root pages of the tables and indexes that a program opens. */
export const listRootPages = (program: readonly Instruction[]): readonly number[] =>
  program.flatMap(({ opcode, p2 }) => (isPlainOpen(opcode) ? [p2] : []));

const isPlainOpen = (opcode: string) => opcode === "OpenRead" || opcode === "ReopenIdx";

/**
 * Tests whether SQLite's query plan has a recursive step. The text of a query does not show that, since the word
 * RECURSIVE is optional.
 */
export function isRecursive(plan: readonly { readonly detail: string }[]): boolean {
  return plan.some(({ detail }) => detail === "RECURSIVE STEP");
}

/**
 * Lists the names, in lower case, of the tables and views that a project may not read, and whose names it must not
 * learn.
 */
export function listHidden(
  schema: readonly SchemaRow[],
  readable: ReadonlySet<string>,
): ReadonlySet<string> {
  const names = schema.flatMap(({ type, name }) =>
    type === "table" || type === "view" ? [name.toLowerCase()] : [],
  );
  return new Set(names.filter((name) => !readable.has(name)));
}

/**
 * Makes the message that refuses to read a table. It is the same for a table that does not exist and for one that is
 * not granted.
 */
export const notGranted = (table: string) =>
  `The query reads the table '${shorten(table)}', which does not exist or is not granted to the project.`;

const MAIN_DATABASE = 0;
/** Flag of an instruction whose root page is known only at run time. */
const ROOT_IN_REGISTER = 0x10;

/** Instructions that open tables for the duration of the query. */
const OPENS_SCRATCH: ReadonlySet<string> = new Set([
  "OpenAutoindex",
  "OpenDup",
  "OpenEphemeral",
  "OpenPseudo",
  "SorterOpen",
]);

/** Virtual tables have their own instructions: VOpen, VFilter, VColumn … */
const VIRTUAL_TABLE = /^V[A-Z]/;

/**
 * Returns true for instructions that write. Every change of the database needs a write transaction; the other opcodes
 * are a second safeguard.
 */
function isWrite({ opcode, p2 }: Instruction): boolean {
  return (opcode === "Transaction" && p2 !== 0) || WRITES.test(opcode);
}

const WRITES =
  /^(?:OpenWrite|Clear|Destroy|CreateBtree|Drop(?:Table|Index|Trigger)|SqlExec|ParseSchema|Vacuum|IncrVacuum|JournalMode|Checkpoint|SetCookie|AutoCommit|Savepoint|Program|LoadAnalysis|Expire|MaxPgcnt|TableLock)$/;
