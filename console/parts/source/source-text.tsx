import { useEffect, useRef, useState } from "preact/hooks";

import { usePages } from "../../state/pages.ts";
import { ErrorNotice, Loading } from "../notice.tsx";
import { Words } from "../text.tsx";
import { cursorBefore, type Passage, readPassages } from "./chunks.ts";

/** A place in the extracted text of a file, to show and to mark. */
type Span = { readonly start: number; readonly end: number };

type SourceTextProps = {
  readonly storeId: string;
  readonly fileId: string;
  /** The chunk near which the text begins; without it, it begins at its beginning. */
  readonly chunkId: string | null;
  readonly mark: Span | null;
};

/** The extracted text of a file by its chunks, with a quote marked and in view, and the boundaries of the chunks. */
export function SourceText({ storeId, fileId, chunkId, mark }: SourceTextProps) {
  const [isWhole, setWhole] = useState(false);
  const [hasBoundaries, setBoundaries] = useState(chunkId === null);
  const from = chunkId === null || isWhole ? undefined : cursorBefore(chunkId);
  const pages = usePages(`${storeId}:${fileId}:${from ?? ""}`, async (after, signal) => {
    const page = await readPassages({ storeId, fileId }, after ?? from, signal);
    return { data: page.passages, last_id: page.lastId, has_more: page.hasMore };
  });
  return (
    <div class="stack">
      <div class="row">
        <label class="row small">
          <input
            type="checkbox"
            checked={hasBoundaries}
            onChange={({ currentTarget }) => setBoundaries(currentTarget.checked)}
          />
          Show chunks
        </label>
        {from !== undefined && (
          <button type="button" class="button quiet small" onClick={() => setWhole(true)}>
            From the beginning
          </button>
        )}
      </div>
      <div class={`source-text ${hasBoundaries ? "has-boundaries" : ""}`} dir="auto">
        {pages.items.map((passage, index) => (
          <ShownPassage
            key={passage.chunkId}
            passage={passage}
            before={pages.items[index - 1]}
            hasBoundaries={hasBoundaries}
            mark={mark}
          />
        ))}
      </div>
      <ErrorNotice error={pages.error} retry={pages.reload} />
      {pages.isLoading && <Loading label="Reading the text" />}
      {!pages.isLoading && pages.hasMore && !pages.error && <More onSeen={pages.more} />}
      {!pages.isLoading && pages.items.length === 0 && !pages.error && (
        <p class="soft">This file has no text yet.</p>
      )}
    </div>
  );
}

/** Reads on when the end of the text comes near; a button too, for those who go by keys. */
function More({ onSeen }: { onSeen: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && onSeen(),
      { rootMargin: "400px" },
    );
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  });
  return (
    <button ref={button} type="button" class="button small" onClick={onSeen}>
      Read on
    </button>
  );
}

type PassageProps = {
  readonly passage: Passage;
  readonly before: Passage | undefined;
  readonly hasBoundaries: boolean;
  readonly mark: Span | null;
};

function ShownPassage({ passage, before, hasBoundaries, mark }: PassageProps) {
  const heading = passage.headingPath.join(" › ");
  const isNewHeading = heading !== (before?.headingPath.join(" › ") ?? "");
  const isNewPage = passage.page !== null && passage.page !== before?.page;
  const Box = hasBoundaries ? "div" : "span";
  return (
    <Box class={hasBoundaries ? "chunk" : undefined}>
      {hasBoundaries && (
        <div class="chunk-head">
          Chunk {passage.index + 1}
          {passage.page !== null && ` · page ${passage.page}`}
          {isNewHeading && heading !== "" && (
            <>
              {" · "}
              <Words of={heading} />
            </>
          )}
        </div>
      )}
      {!hasBoundaries && isNewPage && <span class="chunk-head">{`\nPage ${passage.page}\n`}</span>}
      {!hasBoundaries && passage.isApart && "\n\n"}
      <Marked passage={passage} mark={mark} />
    </Box>
  );
}

/** The text of a passage, with the part of the mark that lies in it. The first mark is scrolled into view. */
function Marked({ passage: { text, start, end }, mark }: Pick<PassageProps, "passage" | "mark">) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "center" }), []);
  if (!mark || mark.end <= start || mark.start >= end) return <>{text}</>;
  const from = Math.max(0, mark.start - start);
  const to = Math.min(text.length, mark.end - start);
  return (
    <>
      {text.slice(0, from)}
      <mark ref={place}>{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}
