import { err, ok, type Result } from "../../../result.ts";

/** One instruction of the program that SQLite makes of a query, as EXPLAIN lists it. */
export type Instruction = {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
  readonly p5: number;
};

/** A row of `sqlite_master`: which table the b-tree at `rootpage` belongs to, as itself or as its index. */
export type SchemaRow = {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly rootpage: number | null;
};

/**
 * Decides by the compiled program whether a query only reads tables that it may. Views, joins, subqueries and common table
 * expressions are gone by then: what is left opens b-trees by their root page.
 */
export function checkProgram(
  program: readonly Instruction[],
  schema: readonly SchemaRow[],
  readable: ReadonlySet<string>,
): Result<null, string> {
  const tables = new Map(schema.map(({ rootpage, table }) => [rootpage, table.toLowerCase()]));
  for (const instruction of program) {
    const { opcode } = instruction;
    if (writes(instruction)) return err("The query writes; this step only reads.");
    if (VIRTUAL_TABLE.test(opcode)) {
      return err("The query reads a virtual table or a table-valued function; neither is served.");
    }
    if (!/open/i.test(opcode) || OPENS_SCRATCH.has(opcode)) continue;
    const isPlain = opcode === "OpenRead" || opcode === "ReopenIdx";
    if (!isPlain || (instruction.p5 & ROOT_IN_REGISTER) !== 0) {
      return err(`The query needs ${opcode}, which is not served.`);
    }
    const table = instruction.p3 === MAIN_DATABASE ? tables.get(instruction.p2) : undefined;
    if (table === undefined) return err("The query reads SQLite's own tables.");
    if (!readable.has(table)) return err(notGranted(table));
  }
  return ok(null);
}

/** Whether SQLite's plan has a recursive step. RECURSIVE is an optional word, so the query's text does not tell. */
export function isRecursive(plan: readonly { readonly detail: string }[]): boolean {
  return plan.some(({ detail }) => detail === "RECURSIVE STEP");
}

/**
 * What is told about a query that does not compile. A table that is missing and one that the project may not read sound the
 * same, and no word on columns gives away that there is one.
 */
export function compileError(
  message: string,
  names: ReadonlySet<string>,
  schema: readonly SchemaRow[],
  readable: ReadonlySet<string>,
): string {
  const [, missing] = /no such table: (?:main\.)?(.+?)\.?$/.exec(message) ?? [];
  const known = schema.flatMap(({ type, table }) =>
    type === "table" ? [table.toLowerCase()] : [],
  );
  const closed = known.find((table) => !readable.has(table) && names.has(table));
  const table = closed ?? missing?.toLowerCase();
  return table === undefined ? message : notGranted(table);
}

const notGranted = (table: string) =>
  `The query reads the table '${table}', which is not there or not granted to the project.`;

const MAIN_DATABASE = 0;
/** The flag of an instruction whose root page is known only when it runs. */
const ROOT_IN_REGISTER = 0x10;

/** Tables that live as long as the query. */
const OPENS_SCRATCH: ReadonlySet<string> = new Set([
  "OpenAutoindex",
  "OpenDup",
  "OpenEphemeral",
  "OpenPseudo",
  "SorterOpen",
]);

/** Virtual tables have instructions of their own: VOpen, VFilter, VColumn … */
const VIRTUAL_TABLE = /^V[A-Z]/;

/** Every change of the database needs a write transaction; the rest is named besides, so that one rule covers for the other. */
function writes({ opcode, p2 }: Instruction): boolean {
  return (opcode === "Transaction" && p2 !== 0) || WRITES.test(opcode);
}

const WRITES =
  /^(?:OpenWrite|Clear|Destroy|CreateBtree|Drop(?:Table|Index|Trigger)|SqlExec|ParseSchema|Vacuum|IncrVacuum|JournalMode|Checkpoint|SetCookie|AutoCommit|Savepoint|Program|LoadAnalysis|Expire|MaxPgcnt|TableLock)$/;
