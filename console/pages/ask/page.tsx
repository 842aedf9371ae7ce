import { useLocation, useRoute } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { isMissing } from "../../api/client.ts";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading } from "../../parts/notice.tsx";
import { type SourcePlace, SourcePanel } from "../../parts/source/source-panel.tsx";
import { keepDraft, moveDraft, readDraft } from "../../state/drafts.ts";
import { link } from "../../state/links.ts";
import { useRecovery } from "../../state/recovery.ts";
import { isExpired, projectId } from "../../state/session.ts";
import type { Thread } from "../../state/thread.ts";
import { createThread, forkThread, openThread } from "../../state/threads.ts";
import type { Turn } from "../../state/turn.ts";
import { useWatchedThread } from "../../state/watch-thread.ts";
import { readOptions, useAskOptions } from "./ask-options.ts";
import { Composer } from "./composer.tsx";
import { Conversations, CONVERSATIONS_ID } from "./conversations.tsx";
import { MissingThread } from "./missing-thread.tsx";
import { ShownTurn } from "./turn.tsx";
import { Welcome } from "./welcome.tsx";

/** The screen on which people ask: a conversation, its answers with their sources, and the field for the next question. */
export default function AskPage() {
  const { conversation } = useRoute().params;
  const { route } = useLocation();
  const options = useAskOptions();
  const [error, setError] = useState<unknown>();
  const thread = useMemo(() => (conversation ? openThread(conversation) : null), [conversation]);
  useEffect(() => {
    document.title = "Ask · Edgewise";
  }, []);
  // What failed when the session ended can be done again once somebody has signed in.
  useEffect(() => {
    if (!isExpired.value) setError(undefined);
  }, [isExpired.value]);
  const isMaking = useRef(false);
  const ask = async (question: string) => {
    if (!thread && isMaking.current) return false;
    isMaking.current = true;
    setError(undefined);
    try {
      const chosen = await readOptions(options);
      const asked = thread ?? (await createThread(question));
      if (!thread) {
        moveDraft(asked.id);
        route(link(`/ask/${asked.id}`) + location.search);
      }
      void asked.ask(question, chosen);
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      isMaking.current = false;
    }
  };
  return (
    <div class="ask-screen">
      <main class="ask-main" id="main">
        <h1 class="hidden">Ask</h1>
        <div class="thread">
          <button
            type="button"
            class="button small conversations-button"
            popoverTarget={CONVERSATIONS_ID}
          >
            <Icon name="ask" size={16} /> Conversations
          </button>
          {thread ? (
            <Turns thread={thread} onAgain={ask} onError={setError} />
          ) : (
            <Welcome {...options} onAsk={(question) => void ask(question)} />
          )}
          <ErrorNotice error={error} />
        </div>
        <div class="composer-box">
          {thread?.isLoaded.value && isMissing(thread.error.value) && (
            <MissingThread thread={thread} />
          )}
          <Composer
            conversation={conversation ?? null}
            options={options}
            isBusy={thread?.isBusy ?? false}
            onAsk={ask}
            onStop={() => void thread?.stop().catch(setError)}
          />
        </div>
      </main>
      <Conversations key={projectId.value} chosen={conversation ?? null} />
    </div>
  );
}

type TurnsProps = {
  readonly thread: Thread;
  readonly onAgain: (question: string) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
};

function Turns({ thread, onAgain, onError }: TurnsProps) {
  const { route } = useLocation();
  const [source, setSource] = useState<{ place: SourcePlace; stores: readonly string[] } | null>(
    null,
  );
  const turns = thread.turns.value;
  useWatchedThread(thread);
  useFollow(turns.at(-1), turns.length);
  const error = thread.error.value;
  useRecovery(error, () => void thread.read());
  if (!thread.isLoaded.value) return error ? <MissingThread thread={thread} /> : <Loading />;
  const again = async () => {
    const question = await thread.takeLast();
    if (question === null || (await onAgain(question))) return;
    // It is no longer in the conversation, so it is kept like one that was typed.
    const later = readDraft(thread.id);
    keepDraft(thread.id, later === "" ? question : `${question}\n${later}`);
  };
  const fork = async (index: number) =>
    route(link(`/ask/${await forkThread(thread, index + 1)}`) + location.search);
  return (
    <>
      {turns.map((turn, index) => (
        <ShownTurn
          key={turn.key}
          turn={turn}
          conversation={thread.id}
          isLast={index === turns.length - 1}
          onSource={(place, stores) => setSource({ place, stores })}
          onAgain={() => void again().catch(onError)}
          onFork={() => void fork(index).catch(onError)}
        />
      ))}
      {!isMissing(error) && <ErrorNotice error={error} retry={() => void thread.read()} />}
      {source && <SourcePanel {...source} onClose={() => setSource(null)} />}
    </>
  );
}

/** Distance from the end of the page within which it follows a growing answer, in pixels. */
const NEAR = 160;

/** Keeps the end of the page in view while the last turn grows, unless the reader has scrolled away from it. */
function useFollow(last: Turn | undefined, count: number): void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    // What grows below the window moves nothing, so the reader is where they have scrolled to.
    const note = () => {
      isAtEnd.current = document.documentElement.scrollHeight - innerHeight - scrollY < NEAR;
    };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, []);
  useEffect(() => {
    // What is asked elsewhere moves nobody who reads further up.
    if (isAtEnd.current || last?.state === "sending") scrollTo({ top: document.body.scrollHeight });
  }, [count]);
  useEffect(() => {
    if (isAtEnd.current) scrollTo({ top: document.documentElement.scrollHeight });
  }, [last]);
}
