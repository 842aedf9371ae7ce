import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Pages } from "../state/pages.ts";
import { ErrorNotice, Loading } from "./notice.tsx";

/** Height of a row in pixels; the style has the same. All rows are equal, so that a place needs no measuring. */
const ROW = 56;
/** Number of rows that are made above and below those that are seen. */
const MARGIN = 12;

type ListProps<Item> = {
  readonly label: string;
  readonly pages: Pages<Item>;
  readonly keyOf: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
  /** Shown if the list has no item. */
  readonly empty: ComponentChildren;
  /** The widths of the columns of a row, as `grid-template-columns` has them. */
  readonly columns: string;
};

/**
 * A list of any length: only the rows near the window exist, and further pages are read when the end comes near. Arrow
 * keys move between the rows.
 */
export function List<Item>({ label, pages, keyOf, row, empty, columns }: ListProps<Item>) {
  const place = useRef<HTMLUListElement>(null);
  const [from, to] = useWindow(place, pages.items.length);
  const { items, hasMore, isLoading, error } = pages;
  useEffect(() => {
    if (hasMore && to >= items.length - 1 && items.length > 0) pages.more();
  }, [to, items.length, hasMore]);
  useEffect(() => pages.look?.(from), [from]);
  if (items.length === 0) {
    if (error) return <ErrorNotice error={error} retry={pages.reload} />;
    return isLoading ? <Loading /> : <>{empty}</>;
  }
  return (
    <>
      <ul
        class="list"
        ref={place}
        aria-label={label}
        style={{
          "--columns": columns,
          padding: `${from * ROW}px 0 ${(items.length - to) * ROW}px`,
        }}
        onKeyDown={moveFocus}
      >
        {items.slice(from, to).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-posinset={from + index + 1}
            aria-setsize={hasMore ? -1 : items.length}
          >
            {row(item)}
          </li>
        ))}
      </ul>
      <ErrorNotice error={error} retry={pages.reload} />
      {hasMore && isLoading && <Loading label="Loading more" />}
    </>
  );
}

/** Returns the first row that is to exist, and the one after the last. */
function useWindow(place: { current: HTMLElement | null }, count: number): [number, number] {
  const [range, setRange] = useState<[number, number]>([0, 40]);
  useEffect(() => {
    const measure = () => {
      if (!place.current) return;
      const above = -place.current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / ROW) - MARGIN);
      const rows = Math.ceil(innerHeight / ROW) + 2 * MARGIN;
      setRange((last) =>
        last[0] === first && last[1] === first + rows ? last : [first, first + rows],
      );
    };
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, [count]);
  const from = Math.min(range[0], Math.max(0, count - 1));
  return [from, Math.min(count, Math.max(range[1], from + 1))];
}

const STEPS: Readonly<Record<string, "nextElementSibling" | "previousElementSibling">> = {
  ArrowDown: "nextElementSibling",
  ArrowUp: "previousElementSibling",
};

function moveFocus(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  if (!step || !(event.target instanceof Element)) return;
  const target = event.target.closest("li")?.[step]?.querySelector("a, button");
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.focus();
}
