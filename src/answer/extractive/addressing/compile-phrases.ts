import type { AddressWords } from "./address-words.ts";

/** Scripts that write no spaces between words, or join particles to them: a phrase has no boundaries there. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u;

/** Up to 40 characters of one sentence, as few as possible. */
const NEAR = "[^.!?。।]{0,40}?";
/** The rest of a word. */
const REST = String.raw`[\p{L}\p{M}]*`;

/** Turns phrases in the notation of `AddressWords` into the source of a regular expression. */
function compilePhrases(source: string): string {
  const alternatives = source
    .split(" | ")
    .map((phrase) =>
      phrase.trim().replaceAll(/\s*…\s*|\*/gu, (sign) => (sign === "*" ? REST : NEAR)),
    )
    .join("|");
  return UNSPACED.test(source)
    ? `(?:${alternatives})`
    : String.raw`(?<![\p{L}\p{M}])(?:${alternatives})(?![\p{L}\p{M}])`;
}

const compile = (source: string) => new RegExp(source.normalize("NFKC"), "u");

/** The regular expressions that find orders to an AI assistant in one language, by kind of order. */
export type LanguagePatterns = {
  /** An order to ignore an assistant's instructions. The same words can occur harmlessly in a manual. */
  readonly override: RegExp;
  /**
   * A negation or a condition. In a sentence that has one, the words of `override` are not an order but part of a
   * manual.
   */
  readonly unless: RegExp;
  readonly role: RegExp;
  readonly reveal: RegExp;
  readonly reply: RegExp;
  /** An order to send somebody's data away. */
  readonly leak: RegExp;
  /** The beginning of a message to an AI assistant, such as "Note to the AI:". */
  readonly call: RegExp;
};

/** Compiles the phrases of one language to regular expressions. */
export function compileLanguage(words: AddressWords): LanguagePatterns {
  const [ignore, instructions, pass, data, call, machine] = [
    words.ignore,
    words.instructions,
    words.pass,
    words.data,
    words.call,
    `${words.machine} | ${NAMES}`,
  ].map(compilePhrases);
  const override = join(words.verb, ignore, instructions);
  return {
    override: compile(override),
    // Some English orders are also words of other languages, such as "ignore" of French.
    unless: compile(compilePhrases(`${words.unless} | if | unless | when`)),
    role: compile(compilePhrases(words.role)),
    reveal: compile(compilePhrases(words.reveal)),
    reply: compile(compilePhrases(words.reply)),
    leak: compile(join(words.verb, pass, data)),
    call: compile(
      String.raw`^\P{L}*(?:${call}${CLOSE}${machine}|${machine}${CLOSE}${call})[^,:!,、]{0,15}[,:!、]`,
    ),
  };
}

/** The names of assistants that all languages share. */
const NAMES = String.raw`chat ?gpt | gpt(?:-?\d+)? | llms? | ai | claude | gemini | copilot`;

/** Joins a verb and its object in the order of the language. */
const join = (place: AddressWords["verb"], verb = "", object = "") =>
  place === "first" ? `${verb}${NEAR}${object}` : `${object}${NEAR}${verb}`;

/** The distance between a call and the name that is called. */
const CLOSE = "[^.!?:。।]{0,20}?";
