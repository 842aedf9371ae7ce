import { readJson } from "../state/json.ts";

type JsonFieldProps = {
  readonly label: string;
  readonly text: string;
  readonly rows?: number;
  readonly onChange: (text: string) => void;
};

/** A field for JSON, which says under it why the text is none. */
export function JsonField({ label, text, rows = 5, onChange }: JsonFieldProps) {
  const parsed = readJson(text);
  return (
    <label class="field">
      <span>{label}</span>
      <textarea
        rows={rows}
        class="mono"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {"error" in parsed && <span class="reason small">{parsed.error}</span>}
    </label>
  );
}
