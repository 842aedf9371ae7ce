import { useState } from "preact/hooks";

/** Work that a button begins: whether it is going on, its error, and the function that begins it. */
export type Action = {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly run: (work: () => Promise<void>) => void;
};

/** Runs one piece of work at a time, and keeps the error of the last one. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    void work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { isBusy, error, run };
}
