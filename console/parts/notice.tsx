import type { ComponentChildren } from "preact";

import { ApiError, isMissing } from "../api/client.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Words } from "./text.tsx";

/** An error in words, with the way on: to try again, unless there is nothing to be found. Nothing is shown without an error, or for a request that was stopped. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error === undefined || error === null) return null;
  const message = readMessage(error);
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div class="notice notice-error" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <Words of={message} />
        </p>
        {requestId !== null && <p class="soft small">Request {requestId}</p>}
      </div>
      {retry && !isMissing(error) && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function readMessage(error: unknown): string {
  if (typeof error === "string") return error;
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** A remark beside other content: what is partial, degraded or about to happen. */
export const Note = ({
  kind = "info",
  children,
}: {
  kind?: "info" | "warning";
  children: ComponentChildren;
}) => <div class={`notice notice-${kind}`}>{children}</div>;

/** The place of a list that is empty: what would be here, and what to do next. */
export function Empty({
  icon,
  title,
  children,
}: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <h2>{title}</h2>
      <div class="soft">{children}</div>
    </div>
  );
}

/** The place of content that is being read. */
export const Loading = ({ label = "Loading" }: { label?: string }) => (
  <p class="loading" role="status">
    <span class="spinner" aria-hidden="true" /> {label} …
  </p>
);
