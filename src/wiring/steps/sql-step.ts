import { raceAbort } from "../../abort.ts";
import type { StepHandler } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { readRows } from "../../platform/read-only-query.ts";
import { PublicError } from "../../public-error.ts";
import { readWith } from "../../workflow/steps/read-with.ts";
import { SqlWith } from "../../workflow/steps/sql-query/sql-with.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

/**
 * Creates the handler of the step type `sql@1`, which runs a read-only query on the tables of DATA that the project may
 * read.
 */
export const sqlStep = (env: Env, { projectId }: Scope, access: StepAccess): StepHandler => ({
  kind: "local",
  async run({ with: given, signal }) {
    const { query, params, max_rows: rowsMax } = readWith(SqlWith, given);
    const { sqlTables } = await access.grants(projectId);
    const readable = selectTables("data", sqlTables);
    const rows = readRows(env.DATA, { query, params, rowsMax, readable }, signal);
    try {
      return await raceAbort(rows, signal);
    } catch (error) {
      throw signal.aborted ? new PublicError(TIMED_OUT) : error;
    }
  },
});

const TIMED_OUT = "The query was cancelled: the time limit of the attempt has passed.";

function selectTables(database: string, granted: ReadonlySet<string>): ReadonlySet<string> {
  const prefix = `${database}.`;
  return new Set(
    [...granted]
      .filter((table) => table.startsWith(prefix))
      .map((table) => table.slice(prefix.length)),
  );
}
