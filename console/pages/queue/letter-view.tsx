import { useLocation } from "preact-iso";

import { call, describe } from "../../api/client.ts";
import type { DeadLetter } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ErrorNotice, Loading, Note } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { RemoveButton } from "../../parts/remove-button.tsx";
import { SubjectNotice } from "../../parts/subject/subject-notice.tsx";
import { Age, Facts, Status, Words } from "../../parts/text.tsx";
import { useAction } from "../../state/action.ts";
import { link, linkWith } from "../../state/links.ts";
import { useLive } from "../../state/live.ts";
import { isGone } from "../../state/query.ts";
import { formatTime } from "../../state/words.ts";
import { LETTER_STATUS, LETTER_TONE } from "./letter-words.ts";

/** One job that was given up: its chain of errors, and what can be done with it. */
export function LetterView({ letterId }: { letterId: string }) {
  const path = { dead_letter_id: letterId };
  const letter = useLive(letterId, "GET /v1/dead_letters/{dead_letter_id}", { path });
  const known = letter.value;
  return (
    <Page
      title={known ? `${known.workflow}: ${known.error.step}` : "Dead letter"}
      back={{ href: link("/queue"), label: "Queue" }}
      actions={
        <>
          <CopyCurl request={describe("GET /v1/dead_letters/{dead_letter_id}", { path })} />
          {known && !isGone(letter) && <Actions letter={known} onChanged={letter.reload} />}
        </>
      }
    >
      <SubjectNotice query={letter} kind="letter" />
      {!known && letter.isLoading && <Loading />}
      {known && <Known letter={known} />}
    </Page>
  );
}

function Known({ letter }: { letter: DeadLetter }) {
  return (
    <>
      <Facts
        facts={[
          [
            "Status",
            <Status of={LETTER_TONE[letter.status]} label={LETTER_STATUS[letter.status]} />,
          ],
          ["Job", <Job letter={letter} />],
          ["Lane", letter.lane],
          ["Given up", <Age at={letter.created_at} />],
          ["Attempts", String(letter.attempts)],
          ["Kept until", formatTime(letter.expires_at)],
        ]}
      />
      <Note kind="warning">
        <p>
          <b>{letter.error.step}</b>: <Words of={letter.error.message} />
        </p>
      </Note>
      {letter.redrive_error !== null && (
        <Note kind="warning">
          <p>
            It could not be sent again: <Words of={letter.redrive_error} />
          </p>
        </Note>
      )}
      <section class="card stack" aria-label="Errors">
        <h2>What happened</h2>
        {letter.errors.length === 0 && <p class="soft">No earlier attempt was recorded.</p>}
        <ol class="log">
          {letter.errors.map(({ at, step, attempt, message }, index) => (
            <li key={index}>
              <span class="soft small number">{attempt ?? ""}</span>
              <span class="soft small">
                <Age at={at} />
              </span>
              <b>{step}</b>
              <Words of={message} />
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Job({ letter: { kind, job } }: { letter: DeadLetter }) {
  const { file_id: file, vector_store_id: store, run_id: run, response_id: response } = job;
  if (file) return <a href={linkWith(`/files/${file}`, { store })}>{file}</a>;
  if (run) return <a href={link(`/runs/${run}`)}>{run}</a>;
  if (job.schedule_id) return <a href={link(`/schedules/${job.schedule_id}`)}>{job.schedule_id}</a>;
  return <span>{response ?? kind}</span>;
}

type ActionsProps = { readonly letter: DeadLetter; readonly onChanged: () => void };

function Actions({ letter, onChanged }: ActionsProps) {
  const action = useAction();
  const { route } = useLocation();
  const path = { dead_letter_id: letter.id };
  const redrive = () =>
    action.run(async () => {
      await call("POST /v1/dead_letters/{dead_letter_id}/redrive", { path });
      onChanged();
    });
  const discard = async () => {
    await call("DELETE /v1/dead_letters/{dead_letter_id}", { path });
    route(link("/queue"));
  };
  return (
    <>
      {letter.status === "open" && (
        <button
          type="button"
          class="button primary small"
          disabled={action.isBusy}
          onClick={redrive}
        >
          <Icon name="retry" size={16} /> Redrive
        </button>
      )}
      <RemoveButton title="Discard the letter?" action="Discard" remove={discard}>
        The job stays failed, and nobody is reminded of it any more.
      </RemoveButton>
      <ErrorNotice error={action.error} />
    </>
  );
}
