import { useCallback, useMemo, useRef } from "preact/hooks";

import { describe } from "../../api/client.ts";
import type { ModelResponse, OutputItem } from "../../api/operations.ts";
import { AnswerNotes } from "../../parts/answer-notes.tsx";
import { CopyButton, CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Markdown } from "../../parts/markdown/markdown.tsx";
import { ErrorNotice, Note } from "../../parts/notice.tsx";
import type { SourcePlace } from "../../parts/source/source-panel.tsx";
import { Name } from "../../parts/text.tsx";
import { linkWith } from "../../state/links.ts";
import { recordOf, type Turn } from "../../state/turn.ts";
import { readCitedText, type Source } from "./citations.ts";

type TurnProps = {
  readonly turn: Turn;
  /** Id of the conversation that shows the turn. */
  readonly conversation: string;
  readonly isLast: boolean;
  readonly onSource: (place: SourcePlace, stores: readonly string[]) => void;
  readonly onAgain: () => void;
  readonly onFork: () => void;
};

/** A question and its answer. */
export function ShownTurn({ turn, conversation, ...props }: TurnProps) {
  const { isLast, onSource, onAgain, onFork } = props;
  const { question, output, response, state, error, isForgotten } = turn;
  const { text, sources } = useMemo(() => readCitedText(output), [output]);
  const stores = listStores(response);
  const latest = useRef({ sources, stores });
  latest.current = { sources, stores };
  const openSource = useCallback(
    ({ citation }: Source) => onSource(citation, latest.current.stores),
    [],
  );
  const showMark = useCallback(
    (number: number) => (
      <Chip number={number} find={() => latest.current.sources[number - 1]} onOpen={openSource} />
    ),
    [],
  );
  const isOver = state === "done";
  return (
    <article class="turn" aria-label={question.slice(0, 100)}>
      <div class="question" dir="auto">
        {question}
      </div>
      <div class="answer" aria-busy={!isOver}>
        <Thinking output={output} />
        {text !== "" && <Markdown text={text} showMark={showMark} />}
        {state !== "done" && <Progress state={state} output={output} />}
        <ErrorNotice error={error} />
        {isOver && response && <AnswerNotes response={response} />}
        {isOver && isForgotten && <Forgotten />}
        {sources.length > 0 && (
          <ul class="sources" aria-label="Sources">
            {sources.map((source) => (
              <li key={source.number}>
                <button type="button" class="source" onClick={() => openSource(source)}>
                  <b>{source.number}</b> <Name of={source.citation.filename} />
                  {source.citation.page && <span class="soft">p. {source.citation.page}</span>}
                </button>
              </li>
            ))}
          </ul>
        )}
        {isOver && (
          <div class="answer-actions">
            {text !== "" && (
              <CopyButton label="Copy" text={() => text.replaceAll(/[\ue000-\uf8ff]/g, "")} />
            )}
            {response && <CopyCurl request={() => describeQuestion(question, response)} />}
            {isLast && (
              <button type="button" class="button quiet small" onClick={onAgain}>
                <Icon name="retry" size={16} /> Ask again
              </button>
            )}
            <button type="button" class="button quiet small" onClick={onFork}>
              <Icon name="fork" size={16} /> Fork from here
            </button>
            <WhyLink turn={turn} conversation={conversation} />
          </div>
        )}
      </div>
    </article>
  );
}

/** The link to the record of an answer. From a copy, the way back leads to the conversation that has the copy. */
function WhyLink({ turn, conversation }: Pick<TurnProps, "turn" | "conversation">) {
  const record = recordOf(turn);
  if (record === null) return null;
  const copy = turn.originId === null ? undefined : conversation;
  return (
    <a class="button quiet small" href={linkWith(`/why/${record}`, { copy })}>
      <Icon name="why" size={16} /> Why
    </a>
  );
}

const Forgotten = () => (
  <Note>
    <p>
      The record of this answer was deleted. Its text and citations are kept here, but how well it
      is supported, and why, is no longer known.
    </p>
  </Note>
);

type ChipProps = {
  readonly number: number;
  readonly find: () => Source | undefined;
  readonly onOpen: (source: Source) => void;
};

function Chip({ number, find, onOpen }: ChipProps) {
  const open = () => {
    const source = find();
    if (source) onOpen(source);
  };
  return (
    <button type="button" class="chip" aria-label={`Source ${number}`} onClick={open}>
      {number}
    </button>
  );
}

/** The reasoning of a model that shows it. It is no part of the answer. */
function Thinking({ output }: { output: readonly OutputItem[] }) {
  const texts = output.flatMap((item) =>
    item.type === "reasoning" ? (item.content ?? []).map(({ text }) => text) : [],
  );
  if (texts.length === 0) return null;
  return (
    <details>
      <summary class="soft small">Reasoning of the model</summary>
      <div class="soft small">
        <Markdown text={texts.join("\n\n")} />
      </div>
    </details>
  );
}

const PROGRESS = {
  sending: "Answering",
  answering: "Answering",
  reconnecting: "The connection broke; connecting again",
  waiting: "Waiting for its answer",
} as const satisfies Record<Exclude<Turn["state"], "done">, string>;

function Progress({ state, output }: { state: keyof typeof PROGRESS; output: Turn["output"] }) {
  const isSearching = output.some(
    (item) => item.type === "file_search_call" && item.status !== "completed",
  );
  const words = isSearching && state === "answering" ? "Searching the documents" : PROGRESS[state];
  return (
    <p class="row soft small" role="status">
      <span class="spinner" aria-hidden="true" /> {words} …
    </p>
  );
}

const listStores = (response: ModelResponse | null): readonly string[] =>
  (response?.tools ?? []).flatMap((tool) =>
    tool.type === "file_search" ? tool.vector_store_ids : [],
  );

/** Describes the request that asks a question as it was asked, in no conversation. */
function describeQuestion(input: string, { model, tools }: ModelResponse) {
  const searches = tools.filter((tool) => tool.type === "file_search");
  const body = { model, input, ...(searches.length > 0 && { tools: searches }) };
  return describe("POST /v1/responses", { body });
}
