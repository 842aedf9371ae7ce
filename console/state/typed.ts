import { useEffect, useRef, useState } from "preact/hooks";

/** Pause after the last key before what was typed is taken, in milliseconds. */
const TYPING_MS = 250;

/**
 * Returns the text of a field, and the function that changes it. `take` gets what was typed after a pause; until then the
 * field has it alone, however often it is drawn again. A value that comes from elsewhere replaces it.
 */
export function useTyped(
  value: string,
  take: (typed: string) => void,
): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const taken = useRef(value);
  useEffect(() => {
    // What comes back after it was taken may be older than what was typed since.
    if (value !== taken.current) setTyped(value);
    taken.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === taken.current) return;
    const timer = setTimeout(() => {
      taken.current = typed;
      take(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
