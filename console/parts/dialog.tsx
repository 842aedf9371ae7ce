import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { Icon } from "./icon.tsx";

type DialogProps = {
  readonly title: string;
  readonly onClose?: () => void;
  readonly children: ComponentChildren;
  /** `side` is a sheet at the right edge. */
  readonly place?: "middle" | "side" | "top";
};

/** A dialog over the page, open as long as it exists. Without `onClose` it cannot be closed. */
export function Dialog({ title, onClose, children, place = "middle" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next event: what is typed right after the key that opens the dialog goes into its field.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // While it is open, nothing behind it takes the focus.
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${place}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClose={() => {
        // A browser closes it all the same when its key is pressed twice.
        if (!dialog.current?.isConnected) return;
        if (onClose) onClose();
        else dialog.current.showModal();
      }}
      onClick={({ target }) => {
        if (target === dialog.current) onClose?.();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2>{title}</h2>
          {onClose && (
            <button
              type="button"
              class="button quiet icon-only"
              onClick={onClose}
              aria-label="Close"
            >
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}

type ConfirmProps = {
  readonly title: string;
  readonly action: string;
  /** The words of the button by which nothing is done. */
  readonly keep?: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** Asks before something that cannot be undone. */
export const Confirm = (props: ConfirmProps) => {
  const { title, action, keep = "Keep it", onConfirm, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      <div class="actions end">
        <button type="button" class="button" onClick={onClose}>
          {keep}
        </button>
        <button type="button" class="button danger" onClick={onConfirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
};
