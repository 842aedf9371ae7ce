import { useEffect, useState } from "preact/hooks";

import { ApiError } from "../api/client.ts";
import { isExpired } from "./session.ts";

/** Work that a button begins: whether it is going on, its error, and the function that begins it. */
export type Action = {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly run: (work: () => Promise<void>) => void;
};

/**
 * Runs one piece of work at a time, and keeps the error of the last one. That of a session that had ended is forgotten
 * once somebody has signed in: the work can be begun again.
 */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isOver = isExpired.value;
  useEffect(() => {
    if (!isOver)
      setError((last: unknown) =>
        last instanceof ApiError && last.status === 401 ? undefined : last,
      );
  }, [isOver]);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    void work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { isBusy, error, run };
}
