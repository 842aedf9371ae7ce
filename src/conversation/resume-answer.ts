import type { AnswerFact } from "./answer-fact.ts";

type TextFact = Extract<AnswerFact, { type: "text" }>;

/**
 * Decides what to send of a new attempt at an answer, after an attempt was interrupted whose text the client has
 * received in part. While the new attempt repeats the sent text, nothing is sent. When it differs, the sent message is
 * ended unchanged and a new one begins: texts of two attempts are never joined.
 */
export class AnswerResumption {
  /** Sent facts that are still to be matched. */
  readonly #sent: AnswerFact[];
  /** Facts of the new attempt that agreed. A new message has to repeat them. */
  readonly #said: AnswerFact[] = [];

  constructor(sent: readonly AnswerFact[]) {
    const last = sent.findLastIndex((fact) => fact.type === "regenerated");
    this.#sent = sent.slice(last + 1).filter((fact) => fact.type !== "started");
  }

  /**
   * Takes the next fact (entry of the answer's log) of the new attempt. Returns the facts to store and send because of
   * it.
   */
  next(fact: AnswerFact): AnswerFact[] {
    const [sent] = this.#sent;
    if (sent === undefined) return [fact];
    if (sameContent(sent, fact)) {
      this.#sent.shift();
      this.#agree(fact);
      return [];
    }
    const rest = isPlain(fact) ? this.#match(fact) : null;
    return rest ?? [...this.#part(), fact];
  }

  /**
   * Returns the facts (entries of the answer's log) to send when the new attempt has ended. If its answer is shorter
   * than the sent text, it is sent as a new message.
   */
  end(): AnswerFact[] {
    return this.#sent.length === 0 ? [] : this.#part();
  }

  /** Compares text without citations as one text, since it arrives in pieces of any length. Null when it differs. */
  #match(fact: TextFact): AnswerFact[] | null {
    const left = [...this.#sent];
    let { text } = fact;
    while (text !== "") {
      const [sent] = left;
      if (sent === undefined) break;
      if (!isPlain(sent)) return null;
      if (sent.text.startsWith(text)) {
        left[0] = { ...sent, text: sent.text.slice(text.length) };
        text = "";
      } else if (text.startsWith(sent.text)) {
        left.shift();
        text = text.slice(sent.text.length);
      } else {
        return null;
      }
    }
    const matched = left.filter((sent) => !isPlain(sent) || sent.text !== "");
    this.#sent.splice(0, this.#sent.length, ...matched);
    this.#agree(fact);
    return text === "" ? [] : [{ ...fact, text }];
  }

  /**
   * Records a fact that both attempts have. Searches and calls keep their own items; text is repeated from its
   * start.
   */
  #agree(fact: AnswerFact): void {
    if (fact.type === "text" || fact.type === "refusal") this.#said.push(fact);
  }

  #part(): AnswerFact[] {
    this.#sent.length = 0;
    return [{ type: "regenerated" }, ...this.#said];
  }
}

const isPlain = (fact: AnswerFact): fact is TextFact =>
  fact.type === "text" && fact.citations.length === 0;

/** Compares facts without their call ids: every attempt makes new ones, and the client has seen the first. */
function sameContent(sent: AnswerFact, fact: AnswerFact): boolean {
  if (sent.type === "function_call" && fact.type === "function_call") {
    return sent.name === fact.name && sent.arguments === fact.arguments;
  }
  return JSON.stringify(sent) === JSON.stringify(fact);
}
