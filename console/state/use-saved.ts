import { useState } from "preact/hooks";

/**
 * Returns the service's value or, right after it was saved, what the service answered then: until the value is read
 * again, the one that is known is the one before.
 */
export function useSaved<Value>(value: Value): {
  readonly value: Value;
  /** Notes the answer to a request that has saved it. */
  readonly save: (saved: Value) => void;
} {
  const [last, setLast] = useState<{ readonly before: Value; readonly saved: Value } | null>(null);
  return {
    value: last !== null && last.before === value ? last.saved : value,
    save: (saved) => setLast({ before: value, saved }),
  };
}
