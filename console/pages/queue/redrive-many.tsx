import { useState } from "preact/hooks";

import { call } from "../../api/client.ts";
import type {
  RedriveManyDeadLettersRequest,
  RedriveManyDeadLettersResponse,
} from "../../api/operations.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { ErrorNotice } from "../../parts/notice.tsx";
import { useAction } from "../../state/action.ts";
import { useDraft } from "../../state/use-draft.ts";
import { countOf } from "../../state/words.ts";

type Filters = Pick<RedriveManyDeadLettersRequest, "kind" | "lane" | "error">;

/** Maximum number of jobs that begin in a minute, as the service has it. */
const PER_MINUTE_MAX = 600;

type RedriveManyProps = {
  readonly filters: Filters;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

/** The dialog that redrives all jobs of a list, at a chosen number of jobs per minute. */
export function RedriveMany({ filters, onClose, onDone }: RedriveManyProps) {
  const draft = useDraft("redrive", { perMinute: "60" });
  const [sent, setSent] = useState<RedriveManyDeadLettersResponse>();
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const body = { ...filters, per_minute: Number(draft.values.perMinute) };
      setSent(await call("POST /v1/dead_letters/redrive", { body }));
      draft.clear();
      onDone();
    });
  };
  return (
    <Dialog title="Redrive all of these" onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p>
          Every open job that the filters show is sent again, at a rate that the models and services
          behind it can bear.
        </p>
        <label class="field">
          <span>Jobs a minute</span>
          <input type="number" min={1} max={PER_MINUTE_MAX} required {...draft.bind("perMinute")} />
        </label>
        <p role="status">
          {sent && `${countOf(sent.scheduled, "job")} will be sent again.`}
          {sent?.has_more && " There are more of them."}
        </p>
        <ErrorNotice error={action.error} />
        <div class="actions end">
          <button
            type="submit"
            class="button primary"
            disabled={action.isBusy || sent?.has_more === false}
          >
            {sent?.has_more ? "Redrive more" : "Redrive"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
