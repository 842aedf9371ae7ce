import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { useAction } from "../state/action.ts";
import { Confirm } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { ErrorNotice } from "./notice.tsx";

type RemoveButtonProps = {
  /** The question of the dialog, such as "Delete the file?". */
  readonly title: string;
  readonly action?: string;
  readonly remove: () => Promise<void>;
  /** The text that explains the effect of the removal. */
  readonly children: ComponentChildren;
};

/** A button that asks before it removes something, and shows the error beside it if that fails. */
export function RemoveButton({ title, action = "Delete", remove, children }: RemoveButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const removal = useAction();
  const confirm = () =>
    removal.run(async () => {
      setAsking(false);
      await remove();
    });
  return (
    <>
      <button
        type="button"
        class="button small danger"
        disabled={removal.isBusy}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" size={16} /> {action}
      </button>
      <ErrorNotice error={removal.error} />
      {isAsking && (
        <Confirm title={title} action={action} onClose={() => setAsking(false)} onConfirm={confirm}>
          <p>{children}</p>
        </Confirm>
      )}
    </>
  );
}
