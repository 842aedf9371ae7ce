import type { StepHandler } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { readRows } from "../../platform/read-only-query.ts";
import { readWith } from "../../workflow/steps/read-with.ts";
import { SqlWith } from "../../workflow/steps/sql-query/sql-with.ts";
import type { StepAccess } from "../../workflow/steps/step-access.ts";

/** `sql@1`: a read-only query on tables of DATA that the project was granted. */
export const sqlStep = (env: Env, { projectId }: Scope, access: StepAccess): StepHandler => ({
  kind: "local",
  async run({ with: given, signal }) {
    const { query, params, max_rows: rowsMax } = readWith(SqlWith, given);
    const { sqlTables } = await access.grants(projectId);
    const readable = tablesOf("data", sqlTables);
    const rows = readRows(env.DATA, { query, params, rowsMax, readable }, signal);
    return await unlessAborted(rows, signal);
  },
});

function tablesOf(database: string, granted: ReadonlySet<string>): ReadonlySet<string> {
  const prefix = `${database}.`;
  return new Set(
    [...granted]
      .filter((table) => table.startsWith(prefix))
      .map((table) => table.slice(prefix.length)),
  );
}

/** D1 takes no signal: the query may go on, but nobody waits for it. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error("The query was given up: the attempt is out of time."));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  promise.catch(() => {});
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
