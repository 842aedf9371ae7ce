import { useCallback, useState } from "preact/hooks";

import { keep, listKept, readKept } from "./kept.ts";
import { projectId } from "./session.ts";

type Values<Field extends string> = Readonly<Record<Field, string>>;

/** What was typed into a form, whatever its fields. */
export type TypedForm = {
  /** What the fields show: what was typed, or else what they begin with. */
  readonly values: Values<string>;
  /** What the fields begin with now. */
  readonly initial: Values<string>;
  /** True while a field shows something else than it begins with. */
  readonly isTyped: boolean;
  /** True if it was typed before this form was opened, and is here again. */
  readonly isBack: boolean;
  /** True if the fields would begin with something else now than when the first of it was typed. */
  readonly isOutdated: boolean;
  /** Takes what was typed as a change of what the fields begin with now. */
  readonly keep: () => void;
  /** Forgets what was typed, since it was sent or is discarded. */
  readonly clear: () => void;
};

/** The fields of a form, and what was typed into them. */
export type Draft<Field extends string = string> = TypedForm & {
  readonly values: Values<Field>;
  readonly set: (field: Field, value: string) => void;
  /** Makes the properties of the element of a field. */
  readonly bind: (field: Field) => {
    readonly value: string;
    readonly onInput: (event: { readonly currentTarget: { readonly value: string } }) => void;
  };
};

const PREFIX = "edgewise-form";
const nameDraft = (form: string) => `${PREFIX}-${projectId.value}-${form}`;

/**
 * Keeps what is typed into a form under its name, in the present project, until it is sent or discarded. A field in which
 * nothing was typed shows what it begins with, also if that changes.
 */
export function useDraft<Field extends string>(
  formName: string,
  initial: Values<Field>,
): Draft<Field> {
  const name = nameDraft(formName);
  const { base, typed } = readForm(name);
  const isTyped = isDifferent(typed, initial);
  const [isBack, setBack] = useState(isTyped);
  const set = (field: Field, value: string) => {
    // Two changes may come before the form is drawn again.
    const last = readForm(name);
    const { [field]: _before, ...others } = last.typed;
    const now = value === (initial[field] ?? "") ? others : { ...others, [field]: value };
    const form: KeptForm = { base: last.base || digest(initial), typed: now };
    keep(name, Object.keys(now).length === 0 ? "" : JSON.stringify(form));
  };
  const values: Values<Field> = { ...initial, ...typed };
  return {
    values,
    initial,
    isTyped,
    isBack: isBack && isTyped,
    isOutdated: isTyped && base !== digest(initial),
    keep: () => keep(name, JSON.stringify({ base: digest(initial), typed } satisfies KeptForm)),
    set,
    bind: (field) => ({
      value: values[field],
      onInput: ({ currentTarget }) => set(field, currentTarget.value),
    }),
    clear: useCallback(() => {
      keep(name, "");
      setBack(false);
    }, [name]),
  };
}

/** A draft whose form is not shown, since what it was about is gone. */
export type LostDraft = {
  readonly form: string;
  readonly values: Partial<Values<string>>;
  readonly discard: () => void;
};

/** Finds what was typed into forms, by their names. */
export const findDrafts = (forms: readonly string[]): LostDraft[] =>
  forms.map((form) => readLost(nameDraft(form))).filter(({ values }) => !isEmpty(values));

const isEmpty = (values: object) => Object.keys(values).length === 0;

/** Lists the drafts of forms whose names begin with `prefix`. */
export function listDrafts(prefix: string): LostDraft[] {
  return listKept(nameDraft(prefix)).map(readLost);
}

const readLost = (name: string): LostDraft => ({
  form: name.slice(nameDraft("").length),
  values: readForm(name).typed,
  discard: () => keep(name, ""),
});

/** What the tab keeps of a form: the fields that were changed, and a digest of what they began with. */
type KeptForm = { readonly base: string; readonly typed: Partial<Values<string>> };

function readForm(name: string): KeptForm {
  const text = readKept(name);
  return text === "" ? { base: "", typed: {} } : JSON.parse(text);
}

/** Returns a short text that is the same for the same values. */
function digest(values: Values<string>): string {
  let hash = 5_381;
  for (const unit of JSON.stringify(values)) hash = (hash * 33 + (unit.codePointAt(0) ?? 0)) | 0;
  return hash.toString(36);
}

const isDifferent = (typed: Partial<Values<string>>, initial: Values<string>) =>
  Object.entries(typed).some(([field, value]) => value !== (initial[field] ?? ""));
