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

type State<Item> = Listed<Item> & {
  readonly key: string;
  /** False until the list was read once. */
  readonly isRead: boolean;
  readonly error: unknown;
};

/** A list that is followed. `answer` is the last one that was watched, with what it has besides the items. */
type LivePages<Name extends LiveList> = Pages<ItemOf<Name>> & {
  readonly answer: Answer<Name> | undefined;
};

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
  const [state, setState] = useState(() => emptyState<Item>(key));
  const [place, setPlace] = useState<Place>({ key, after: undefined, round: 0 });
  const [isReading, setReading] = useState(false);
  const [answer, setAnswer] = useState<Answer<Name>>();
  const latest = useRef({ request, reading: null as AbortController | null, timer: 0 });
  latest.current.request = request;
  const after = place.key === key ? place.after : undefined;
  const edit = (change: (last: State<Item>) => Partial<State<Item>>) =>
    setState((last) => {
      const own = last.key === key ? last : emptyState<Item>(key);
      return { ...own, ...change(own) };
    });
  useEffect(() => {
    const controller = new AbortController();
    void watch(name, latest.current.request(after), controller.signal, {
      onAnswer: (page) => {
        setAnswer(page);
        edit((last) => ({
          ...splicePage<Item>(last, after, page),
          isRead: true,
          error: undefined,
        }));
      },
      onError: (error) => edit(() => ({ error })),
    });
    return () => controller.abort();
  }, [key, after, place.round]);
  useEffect(
    () => () => {
      latest.current.reading?.abort();
      clearTimeout(latest.current.timer);
    },
    [key],
  );
  const shown = state.key === key ? state : emptyState<Item>(key);
  const read = async () => {
    if (latest.current.reading || !shown.hasMore || !shown.isRead) return;
    const controller = new AbortController();
    latest.current.reading = controller;
    setReading(true);
    try {
      const asked = describe(name, latest.current.request(shown.after));
      const page: Answer<Name> = await (await send(asked, controller.signal)).json();
      if (controller.signal.aborted) return;
      edit((last) => ({ ...appendPage<Item>(last, shown.after, page), error: undefined }));
    } catch (error) {
      if (!controller.signal.aborted) edit(() => ({ error }));
    }
    latest.current.reading = null;
    setReading(false);
  };
  useRecovery(shown.error, () => void read());
  return {
    answer,
    items: shown.items,
    hasMore: shown.hasMore,
    isLoading: isReading || (!shown.isRead && shown.error === undefined),
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

/** The place in a list from which it is watched, and how often it was asked to be read again. */
type Place = { readonly key: string; readonly after: string | undefined; readonly round: number };

const emptyState = <Item>(key: string): State<Item> => ({
  key,
  items: [],
  after: undefined,
  hasMore: true,
  isRead: false,
  error: undefined,
});
