import { useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";

import { call, describe, isMissing } from "../../api/client.ts";
import type { ModelResponse, OutputItem } from "../../api/operations.ts";
import { AnswerNotes } from "../../parts/answer-notes.tsx";
import { CopyCurl } from "../../parts/copy.tsx";
import { Markdown } from "../../parts/markdown/markdown.tsx";
import { Empty, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status } from "../../parts/text.tsx";
import { WholeWaterfall } from "../../parts/whole-waterfall.tsx";
import { useParam } from "../../state/address.ts";
import { link } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { useOpenAnswer } from "../../state/open-answer.ts";
import { useQuery } from "../../state/query.ts";
import { readQuestion } from "../../state/question.ts";
import { useRunEvents } from "../../state/run-events.ts";
import { useRunLog } from "../../state/run-log.ts";
import { formatNumber } from "../../state/words.ts";
import { CopyNote } from "./copy-note.tsx";
import { GoneAnswer, NoRecord } from "./gone-answer.tsx";
import { Removals } from "./removals.tsx";
import { Searches } from "./searches.tsx";

const INCLUDE = ["edgewise.grounding", "edgewise.retrieval", "file_search_call.results"] as const;

/** For one answer: what was searched, what each passage became, and where the time went. */
export default function WhyPage() {
  const { response: id } = useRoute().params;
  return id ? <Why key={id} responseId={id} /> : <Which />;
}

function Why({ responseId }: { responseId: string }) {
  const path = { response_id: responseId };
  const query = { include: [...INCLUDE] };
  const [from] = useParam("copy");
  const copy = /^conv_\w+$/.test(from) ? from : "";
  const response = useQuery(responseId, (signal) =>
    call("GET /v1/responses/{response_id}", { path, query, signal }),
  );
  const question = useQuery(`question:${responseId}`, (signal) => readQuestion(responseId, signal));
  const known = response.value;
  const isOpen = known?.status === "queued" || known?.status === "in_progress";
  const written = useOpenAnswer(responseId, isOpen, response.reload);
  const sources = useLive(
    known && !isOpen ? `sources:${responseId}` : null,
    "GET /v1/responses/{response_id}/sources",
    { path },
  );
  const conversation = known?.conversation?.id;
  const shownIn = copy || conversation;
  return (
    <Page
      title="Why this answer"
      {...(shownIn !== undefined && {
        back: { href: link(`/ask/${shownIn}`), label: "Conversation" },
      })}
      actions={<CopyCurl request={describe("GET /v1/responses/{response_id}", { path, query })} />}
    >
      {!known && copy !== "" && isMissing(response.error) ? (
        <NoRecord />
      ) : (
        <SubjectNotice
          query={{ ...response, error: response.error ?? sources.error }}
          kind="answer"
          gone={<GoneAnswer conversation={conversation} />}
        />
      )}
      {!known && response.isLoading && <Loading />}
      {known && (
        <>
          {copy !== "" && copy !== conversation && <CopyNote conversation={conversation} />}
          <section class="card stack" aria-label="Question and answer">
            {question.value && (
              <p dir="auto">
                <b>{question.value}</b>
              </p>
            )}
            <Markdown text={readText(isOpen ? written : known.output)} />
            {isOpen && <Loading label={OPEN[known.status] ?? ""} />}
          </section>
          <AnswerNotes response={known} />
          <AnswerFacts response={known} />
          {!isOpen && <Searches response={known} sources={sources.value?.data ?? []} />}
          {known.grounding && <Removals grounding={known.grounding} />}
          <AnswerTime responseId={responseId} isOpen={isOpen} onChange={response.reload} />
        </>
      )}
    </Page>
  );
}

const OPEN: Readonly<Partial<Record<ModelResponse["status"], string>>> = {
  queued: "The answer waits for its turn",
  in_progress: "The answer is being made",
};

const readText = (output: readonly OutputItem[]) =>
  output
    .flatMap((item) => (item.type === "message" ? item.content : []))
    .map((part) => (part.type === "output_text" ? part.text : part.refusal))
    .join("\n\n");

function AnswerFacts({ response }: { response: ModelResponse }) {
  const { status, grounding, usage, model, created_at: made } = response;
  return (
    <Facts
      facts={[
        ["Status", <Status of={grounding?.status ?? status} />],
        ["Model", model],
        ["Confidence", grounding ? `${Math.round(grounding.confidence * 100)} %` : "–"],
        [
          "Citations",
          grounding
            ? `${grounding.citations_verified} verified, ${grounding.citations_removed} removed`
            : "–",
        ],
        [
          "Tokens",
          usage
            ? `${formatNumber(usage.input_tokens)} in, ${formatNumber(usage.output_tokens)} out${usage.estimated ? ", estimated" : ""}`
            : "–",
        ],
        ["Made", <Age at={made} />],
      ]}
    />
  );
}

type AnswerTimeProps = {
  readonly responseId: string;
  readonly isOpen: boolean;
  readonly onChange: () => void;
};

/** The time of the run that made an answer, or makes it now. Its log is erased a day after the end. */
function AnswerTime({ responseId, isOpen, onChange }: AnswerTimeProps) {
  const path = { run_id: responseId };
  const run = useQuery(`run:${responseId}`, (signal) =>
    call("GET /v1/runs/{run_id}", { path, signal }),
  );
  const known = run.value;
  const log = useRunLog(responseId, known?.event);
  useRunEvents(responseId, isOpen && known?.settled_at === null, known?.event ?? 0, () => {
    run.reload();
    onChange();
  });
  // The last events of an answer are there after its end.
  useEffect(() => {
    if (known && !isOpen) run.reload();
  }, [isOpen]);
  if (isMissing(run.error) || isMissing(log.error)) return null;
  return known ? <WholeWaterfall log={log} total={known.event} /> : null;
}

const Which = () => (
  <Page title="Why this answer">
    <Empty icon="why" title="Choose an answer">
      <p>
        Below each answer is a link that leads here. The search (Ctrl K) opens an answer by its id,
        too.
      </p>
      <a class="button" href={link("/ask")}>
        Ask
      </a>
    </Empty>
  </Page>
);
