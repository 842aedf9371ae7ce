import type { AnswerFact } from "./answer-fact.ts";

/**
 * Compares what a new attempt produces with what an interrupted one had sent. As long as both agree nothing is
 * sent again. When they part, what was sent stays as it is: the message is closed and a new one is begun,
 * because two generations are never spliced.
 */
export class AnswerResumption {
  readonly #sent: readonly AnswerFact[];
  #agreed = 0;
  #parted = false;

  constructor(sent: readonly AnswerFact[]) {
    const last = sent.findLastIndex((fact) => fact.type === "regenerated");
    this.#sent = sent.slice(last + 1).filter((fact) => fact.type !== "started");
  }

  /** What is to be sent because of the attempt's next fact. */
  next(fact: AnswerFact): AnswerFact[] {
    const sent = this.#sent[this.#agreed];
    if (this.#parted || sent === undefined) return [fact];
    if (sameContent(sent, fact)) {
      this.#agreed += 1;
      return [];
    }
    return [...this.#part(), fact];
  }

  /** What is to be sent because the attempt is over: a shorter answer than the one sent is another answer. */
  end(): AnswerFact[] {
    return this.#parted || this.#agreed >= this.#sent.length ? [] : this.#part();
  }

  /** Searches and calls that both attempts made stand as items of their own; text is told again from its start. */
  #part(): AnswerFact[] {
    this.#parted = true;
    const agreed = this.#sent.slice(0, this.#agreed);
    const said = agreed.filter((fact) => fact.type === "text" || fact.type === "refusal");
    return [{ type: "regenerated" }, ...said];
  }
}

/** Call ids are made afresh by every attempt, and the client has seen the first one. */
function sameContent(sent: AnswerFact, fact: AnswerFact): boolean {
  if (sent.type === "function_call" && fact.type === "function_call") {
    return sent.name === fact.name && sent.arguments === fact.arguments;
  }
  return JSON.stringify(sent) === JSON.stringify(fact);
}
