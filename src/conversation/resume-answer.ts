import type { AnswerFact } from "./answer-fact.ts";

type TextFact = Extract<AnswerFact, { type: "text" }>;

/**
 * Compares what a new attempt produces with what an interrupted one had sent. As long as both agree nothing is
 * sent again. When they part, what was sent stays as it is: the message is closed and a new one is begun,
 * because two generations are never spliced.
 */
export class AnswerResumption {
  /** What was sent and is still to be matched. */
  readonly #sent: AnswerFact[];
  /** What of the new attempt agreed, and would have to be told again in a new message. */
  readonly #said: AnswerFact[] = [];

  constructor(sent: readonly AnswerFact[]) {
    const last = sent.findLastIndex((fact) => fact.type === "regenerated");
    this.#sent = sent.slice(last + 1).filter((fact) => fact.type !== "started");
  }

  /** What is to be sent because of the attempt's next fact. */
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

  /** What is to be sent because the attempt is over: a shorter answer than the one sent is another answer. */
  end(): AnswerFact[] {
    return this.#sent.length === 0 ? [] : this.#part();
  }

  /** Text without citations comes in pieces of any length, so it is compared as one text; null when it differs. */
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

  /** Searches and calls that both attempts made stand as items of their own; text is told again from its start. */
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

/** Call ids are made afresh by every attempt, and the client has seen the first one. */
function sameContent(sent: AnswerFact, fact: AnswerFact): boolean {
  if (sent.type === "function_call" && fact.type === "function_call") {
    return sent.name === fact.name && sent.arguments === fact.arguments;
  }
  return JSON.stringify(sent) === JSON.stringify(fact);
}
