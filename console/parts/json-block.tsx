import { formatJson } from "../state/json.ts";
import { formatBytes } from "../state/words.ts";
import { CopyButton } from "./copy.tsx";

type JsonBlockProps = {
  readonly label: string;
  readonly value: unknown;
  /** Size of the value; null if there is none. */
  readonly bytes: number | null;
};

/** A JSON value as text. One that the API leaves out for its size is named with it. */
export function JsonBlock({ label, value, bytes }: JsonBlockProps) {
  const isLeftOut = value === null && bytes !== null && bytes > 4;
  return (
    <section class="card stack" aria-label={label}>
      <div class="row">
        <h2>{label}</h2>
        {!isLeftOut && bytes !== null && <CopyButton label="Copy" text={() => formatJson(value)} />}
      </div>
      {bytes === null && <p class="soft">There is none yet.</p>}
      {isLeftOut && (
        <p class="soft">It has {formatBytes(bytes)}, which is too large to be shown here.</p>
      )}
      {!isLeftOut && bytes !== null && (
        <pre class="code" dir="auto" tabIndex={0}>
          {formatJson(value)}
        </pre>
      )}
    </section>
  );
}
