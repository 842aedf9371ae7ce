import { useState } from "preact/hooks";

import type { Request } from "../api/client.ts";
import { formatCurl } from "../api/curl.ts";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 2_000;

/** A button that copies a text. */
export function CopyButton({ text, label }: { text: string | (() => string); label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === "string" ? text : text());
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <button type="button" class="button quiet small" onClick={() => void copy()}>
      <Icon name={isCopied ? "check" : "copy"} size={16} />
      <span aria-live="polite">{isCopied ? "Copied" : label}</span>
    </button>
  );
}

/** A button that copies the request behind a screen as a command. */
export const CopyCurl = ({ request }: { request: Request | (() => Request) }) => (
  <CopyButton
    label="Copy as curl"
    text={() => formatCurl(typeof request === "function" ? request() : request)}
  />
);
