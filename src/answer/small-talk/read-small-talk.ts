import { lazily } from "../../lazily.ts";
import { foldText } from "../../retrieval/fold.ts";
import { EUROPEAN_TABLES } from "./european-tables.ts";
import { OTHER_TABLES } from "./other-tables.ts";
import { SMALL_TALK_KINDS, type SmallTalkKind, type SmallTalkTable } from "./small-talk-table.ts";

/** A message recognised as small talk: its kind, and the table of its language. */
export type SmallTalk = { readonly kind: SmallTalkKind; readonly table: SmallTalkTable };

/** A longer message says something. */
const CHARACTERS_MAX = 200;
/** The small talk around a question is looked for in messages up to this length; longer ones are texts. */
const QUESTION_CHARACTERS_MAX = 4_000;
/** Greetings without a comma are shorter. */
const OPENING_CHARACTERS_MAX = 60;

/**
 * Recognises a message that consists of small talk alone, such as "Hello!", "ok, thanks a lot" or "Hi, who are you?".
 * Returns null for a message with any other word, which is a question.
 */
export function readSmallTalk(message: string): SmallTalk | null {
  if (message.length > CHARACTERS_MAX) return null;
  const folded = foldMessage(message);
  if (folded === "") return null;
  for (const reader of readers()) {
    const kind = reader.read(folded);
    if (kind !== null) return { kind, table: reader.table };
  }
  return null;
}

/**
 * Removes the small talk before and after a question: "Hello, how long is the notice period? Thanks!" becomes "how long
 * is the notice period?". A message of small talk alone is not changed.
 */
export function stripSmallTalk(message: string): string {
  if (message.length > QUESTION_CHARACTERS_MAX) return message;
  return stripOpening(stripParts(message));
}

/** Leaves out small talk that a question word follows without punctuation: "Hello how long is the notice period". */
function stripOpening(message: string): string {
  for (const { index } of message.slice(0, OPENING_CHARACTERS_MAX).matchAll(QUESTION_WORDS)) {
    const rest = message.slice(index);
    const before = readSmallTalk(message.slice(0, index));
    // "What can you do if …" is a question about something else.
    if (before && before.kind !== "about" && !readSmallTalk(rest)) return rest;
  }
  return message;
}

function stripParts(message: string): string {
  const parts = message.match(PARTS) ?? [];
  const isSmall = (part: string) => !isLetters(part) || isSmallPart(part);
  const first = parts.findIndex((part) => !isSmall(part));
  if (first === -1) return message;
  const last = parts.findLastIndex((part) => !isSmall(part));
  // Without small talk, the message stays as it is, with its opening and closing marks.
  const from = parts.slice(0, first).some(isLetters) ? first : 0;
  const to = parts.slice(last + 1).some(isLetters) ? last : parts.length - 1;
  if (from === 0 && to === parts.length - 1) return message;
  return parts
    .slice(from, to + 1)
    .join("")
    .trim();
}

/** A question about the assistant that a comma ends goes on: "What can you do, if …". */
function isSmallPart(part: string): boolean {
  const found = readSmallTalk(part);
  return found !== null && !(found.kind === "about" && /[,，、،]\s*$/u.test(part));
}

/** Parts of a message, each with the marks that end it. */
const PARTS = /[^.!?,;:…\n。！？、，；：،؟]*[.!?,;:…\n。！？、，；：،؟]*\s*/gu;
const isLetters = (part: string) => /[\p{L}\p{N}]/u.test(part);

/** Folds case, accents, punctuation, and letters that are repeated for emphasis: "Hellooo!!" is "hello". */
function foldMessage(message: string): string {
  return foldText(message)
    .replaceAll(/['’‘`´]/gu, "")
    .replaceAll(/(\p{L})\1{2,}/gu, "$1")
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();
}

/** Reads the small talk of one language. */
class TableReader {
  readonly table: SmallTalkTable;
  /** The kind of each phrase; null for a filler. */
  readonly #phrases = new Map<string, SmallTalkKind | null>();
  /** The first units of all phrases. Most questions are refused by them. */
  readonly #firsts = new Set<string>();
  #longest = 1;

  constructor(table: SmallTalkTable) {
    this.table = table;
    this.#add(table.fillers, null);
    for (const kind of SMALL_TALK_KINDS) this.#add(table.phrases[kind], kind);
  }

  /** Returns the kind of a folded message that consists of phrases and fillers; null for any other. */
  read(message: string): SmallTalkKind | null {
    const kinds = this.#split(this.#units(message), 0, new Set());
    return kinds && (SMALL_TALK_KINDS.find((kind) => kinds.includes(kind)) ?? null);
  }

  #add(phrases: string, kind: SmallTalkKind | null): void {
    for (const phrase of phrases.split("|")) {
      const units = this.#units(foldMessage(phrase));
      this.#longest = Math.max(this.#longest, units.length);
      this.#firsts.add(units[0] ?? "");
      this.#phrases.set(this.#join(units), kind);
    }
  }

  /** Splits the units from `at` on into phrases, longest first. Null if they cannot be split. */
  #split(units: readonly string[], at: number, dead: Set<number>): SmallTalkKind[] | null {
    if (at === units.length) return [];
    if (dead.has(at) || !this.#firsts.has(units[at] ?? "")) return null;
    for (let length = Math.min(this.#longest, units.length - at); length > 0; length--) {
      const kind = this.#phrases.get(this.#join(units.slice(at, at + length)));
      if (kind === undefined) continue;
      const rest = this.#split(units, at + length, dead);
      if (rest) return kind === null ? rest : [kind, ...rest];
    }
    dead.add(at);
    return null;
  }

  /** Words, or characters where words are written without spaces. */
  #units(folded: string): string[] {
    return this.table.isSpaced ? folded.split(" ") : Array.from(folded.replaceAll(" ", ""));
  }

  #join(units: readonly string[]): string {
    return units.join(this.table.isSpaced ? " " : "");
  }
}

const TABLES = [...EUROPEAN_TABLES, ...OTHER_TABLES];
const readers = lazily(() => TABLES.map((table) => new TableReader(table)));

/** Words that begin a question, in any language: whole words where there are spaces between them. */
const QUESTION_WORDS = new RegExp(
  TABLES.map(({ isSpaced, questionWords }) =>
    isSpaced
      ? `(?<![\\p{L}\\p{M}'’-])(?:${questionWords})(?![\\p{L}\\p{M}'’-])`
      : `(?:${questionWords})`,
  ).join("|"),
  "giu",
);
