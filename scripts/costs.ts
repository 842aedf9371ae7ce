/** `npm run costs`: prints the table of monthly costs in docs/operations.md, for a change of a price or an assumption. */
import { readCommandLine } from "./local/command-line.ts";
import { COSTS } from "./local/test-commands.ts";
import { costTable } from "./operations/monthly-costs.ts";

readCommandLine(COSTS, () => null);
console.log(costTable());
