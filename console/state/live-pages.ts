import { useEffect, useRef, useState } from "preact/hooks";

import { type Call, describe, send } from "../api/client.ts";
import type { Pages } from "./pages.ts";
import { useRecovery } from "./recovery.ts";
import { appendPage, type Listed, type Page, splicePage } from "./splice-page.ts";
import { type Answer, watch, type WatchedName } from "./watch.ts";

/** A list whose pages can be watched. */
type LiveList = {
  [Name in WatchedName]: Answer<Name> extends Page<{ readonly id: string }> ? Name : never;
}[WatchedName];
type ItemOf<Name extends LiveList> = Answer<Name>["data"][number];

/** While one of the first items is seen, the list is watched from its beginning. */
const TOP = 30;
/** Pause after scrolling before the items that are seen then are watched, in milliseconds. */
const SETTLE_MS = 400;

type State<Item, Whole> = Listed<Item> & {
  readonly key: string;
  /** False until the list was read once. */
  readonly isRead: boolean;
  readonly error: unknown;
  /** The last page that was watched, with what it has besides the items. */
  readonly answer: Whole | undefined;
};

/** A list that is followed. */
type LivePages<Name extends LiveList> = Pages<ItemOf<Name>> &
  Pick<State<ItemOf<Name>, Answer<Name>>, "answer">;

/**
 * Reads a list by its pages, and follows the changes of the items that are looked at: of the page that begins a little
 * before the first one that is seen. Another `key`, such as another filter, begins again.
 */
export function useLivePages<Name extends LiveList>(
  name: Name,
  key: string,
  request: (after: string | undefined) => Call<Name>,
): LivePages<Name> {
  type Item = ItemOf<Name>;
  type Shown = State<Item, Answer<Name>>;
  const [state, setState] = useState((): Shown => emptyState(key));
  const [place, setPlace] = useState<Place>({ key, after: undefined, round: 0 });
  const [isReading, setReading] = useState(false);
  const latest = useRef({ request, reading: null as AbortController | null, timer: 0 });
  latest.current.request = request;
  const after = place.key === key ? place.after : undefined;
  const edit = (change: (last: Shown) => Partial<Shown>) =>
    setState((last) => {
      const own = last.key === key ? last : emptyState<Item, Answer<Name>>(key);
      return { ...own, ...change(own) };
    });
  useEffect(() => {
    const controller = new AbortController();
    void watch(name, latest.current.request(after), controller.signal, {
      onAnswer: (answer) =>
        edit((last) => ({ ...splicePage<Item>(last, after, answer), ...READ, answer })),
      onError: (error) => edit(() => ({ error })),
    });
    return () => controller.abort();
  }, [key, after, place.round]);
  useEffect(
    () => () => {
      latest.current.reading?.abort();
      latest.current.reading = null;
      setReading(false);
      clearTimeout(latest.current.timer);
    },
    [key],
  );
  const shown: Shown = state.key === key ? state : emptyState(key);
  const read = async () => {
    if (latest.current.reading || !shown.hasMore || !shown.isRead) return;
    const controller = new AbortController();
    latest.current.reading = controller;
    setReading(true);
    try {
      const readPage = makeReader(name, latest.current.request, controller.signal);
      for await (const [begin, page] of readOn(readPage, shown.after)) {
        if (controller.signal.aborted) return;
        edit((last) => ({ ...appendPage<Item>(last, begin, page), error: undefined }));
      }
    } catch (error) {
      if (controller.signal.aborted) return;
      edit(() => ({ error }));
    }
    latest.current.reading = null;
    setReading(false);
  };
  useRecovery(shown.error, () => void read());
  const isSearching = needsMore(shown);
  useEffect(() => {
    if (isSearching) void read();
  }, [key, isSearching]);
  return {
    answer: shown.answer,
    items: shown.items,
    hasMore: shown.hasMore,
    isLoading: isReading || isSearching || (!shown.isRead && shown.error === undefined),
    error: shown.error,
    more: () => {
      if (!shown.error) void read();
    },
    reload: () => setPlace((last) => ({ key, after: undefined, round: last.round + 1 })),
    change: (change) => edit((last) => ({ items: change(last.items) })),
    look: (first) => {
      clearTimeout(latest.current.timer);
      const seen = first < TOP ? undefined : shown.items[first - 1]?.id;
      const move = () => setPlace(({ round }) => ({ key, after: seen, round }));
      latest.current.timer = seen === after ? 0 : window.setTimeout(move, SETTLE_MS);
    },
  };
}

/** Tests whether nothing was found in the part of a list that is read, though there is more. */
const needsMore = ({ isRead, items, hasMore, error }: State<unknown, unknown>): boolean =>
  isRead && items.length === 0 && hasMore && error === undefined;

/** Makes the function that reads the page of a list after an item. */
const makeReader =
  <Name extends LiveList>(
    name: Name,
    request: (after: string | undefined) => Call<Name>,
    signal: AbortSignal,
  ) =>
  async (after: string | undefined): Promise<Answer<Name>> =>
    await (await send(describe(name, request(after)), signal)).json();

/** Reads the next pages up to one that has an item: one with filters can be empty although there is more. */
async function* readOn<Read extends Page<unknown>>(
  read: (after: string | undefined) => Promise<Read>,
  from: string | undefined,
): AsyncGenerator<[string | undefined, Read]> {
  for (let after = from; ;) {
    const page = await read(after);
    yield [after, page];
    if (page.data.length > 0 || !page.has_more) return;
    after = page.last_id ?? undefined;
  }
}

/** The place in a list from which it is watched, and how often it was asked to be read again. */
type Place = { readonly key: string; readonly after: string | undefined; readonly round: number };

/** What is known of a list once a page of it was read. */
const READ = { isRead: true, error: undefined } as const;

const emptyState = <Item, Whole>(key: string): State<Item, Whole> => ({
  key,
  items: [],
  after: undefined,
  hasMore: true,
  isRead: false,
  error: undefined,
  answer: undefined,
});
