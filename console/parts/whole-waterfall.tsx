import { useMemo } from "preact/hooks";

import { type RunLog, useWholeLog } from "../state/run-log.ts";
import { formatNumber } from "../state/words.ts";
import { ErrorNotice, Loading } from "./notice.tsx";
import { Waterfall } from "./waterfall.tsx";

/** The time of a run by its steps, for which its whole log is read. `total` is the number of its events, if known. */
export function WholeWaterfall({ log, total }: { log: RunLog; total?: number }) {
  useWholeLog(log);
  const events = useMemo(() => log.pages.flat(), [log.pages]);
  if (log.error !== undefined) return <ErrorNotice error={log.error} retry={log.more} />;
  // The bars that are shown stay while what has happened since is read.
  const isFirst = log.hasMore && (total === undefined || log.count < total / 2);
  if (!isFirst) return <Waterfall events={events} />;
  const of = total === undefined ? "" : ` of ${formatNumber(total)}`;
  return <Loading label={`Reading the log: ${formatNumber(log.count)}${of} events`} />;
}
