import { useEffect, useRef } from "preact/hooks";

/** Calls `work` at an interval while the page is seen; null for not at all. */
export function useInterval(ms: number | null, work: () => void): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    if (ms === null) return;
    const timer = setInterval(() => !document.hidden && latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}
