import type { AnswerFact } from "./answer-fact.ts";
import { splitArguments } from "./project-calls.ts";

/**
 * Decides which facts (entries of an answer's log) are sent when an answer is attempted again: the earlier attempt was
 * interrupted after the client had received a part of its text. While the new attempt repeats the sent text, nothing is
 * sent. When its text differs, the sent message is ended unchanged and a new message begins: texts of two attempts are
 * never joined.
 */
export class AnswerResumption {
  /** Sent facts that the new attempt has not repeated yet. */
  readonly #sent: AnswerFact[];
  /** Facts of the new attempt that repeated sent ones. If the attempt differs later, a new message begins with them. */
  readonly #said: AnswerFact[] = [];
  /**
   * The unfinished calls of the new attempt, with those of their facts that repeated sent ones. If a call differs
   * later, a new item begins with them.
   */
  readonly #calls = new Map<string, AnswerFact[]>();
  /** The ids under which calls were sent, by the ids that the new attempt gives the same calls. */
  readonly #ids = new Map<string, string>();

  constructor(sent: readonly AnswerFact[]) {
    const last = sent.findLastIndex((fact) => fact.type === "regenerated");
    const attempt = sent.slice(last + 1).filter((fact) => fact.type !== "started");
    this.#sent = attempt.flatMap(inPieces);
  }

  /**
   * Receives the next fact (entry of the answer's log) of the new attempt. Returns the facts to store and send now:
   * none while the new attempt repeats what was sent.
   */
  next(fact: AnswerFact): AnswerFact[] {
    if (this.#sent.length === 0) return [this.#underSentId(fact)];
    return inPieces(fact).flatMap((piece) => this.#next(piece));
  }

  #next(fact: AnswerFact): AnswerFact[] {
    const [sent] = this.#sent;
    if (sent === undefined) return [this.#underSentId(fact)];
    if (sent.type === "function_call_started" && fact.type === sent.type) {
      this.#ids.set(fact.callId, sent.callId);
    }
    if (sameContent(sent, this.#underSentId(fact))) {
      this.#sent.shift();
      this.#agree(fact);
      return [];
    }
    const piece = readPiece(this.#underSentId(fact));
    const matched = piece && this.#match(piece);
    if (!matched) return [...this.#part(), fact];
    this.#agree(fact);
    const { rest } = matched;
    return rest === "" ? [] : [this.#underSentId(withText(fact, rest))];
  }

  /**
   * Receives the end of the new attempt. Returns the facts (entries of the answer's log) to store and send: if the new
   * answer is shorter than the sent text, it is sent in full as a new message; otherwise none.
   */
  end(): AnswerFact[] {
    return this.#sent.length === 0 ? [] : this.#part();
  }

  /** Compares pieces of one stream as one text, since it arrives in pieces of any length. Null when they differ. */
  #match({ stream, text: given }: Piece): { readonly rest: string } | null {
    const left = [...this.#sent];
    let text = given;
    while (text !== "") {
      const [sent] = left;
      if (sent === undefined) break;
      const piece = readPiece(sent);
      if (piece?.stream !== stream) return null;
      if (piece.text.startsWith(text)) {
        left[0] = withText(sent, piece.text.slice(text.length));
        text = "";
      } else if (text.startsWith(piece.text)) {
        left.shift();
        text = text.slice(piece.text.length);
      } else {
        return null;
      }
    }
    const matched = left.filter((sent) => readPiece(sent)?.text !== "");
    this.#sent.splice(0, this.#sent.length, ...matched);
    return { rest: text };
  }

  /**
   * Records a fact that both attempts have. Searches, reasoning and complete calls keep their own items; text is
   * repeated from its start.
   */
  #agree(fact: AnswerFact): void {
    if (fact.type === "text" || fact.type === "refusal") this.#said.push(fact);
    if (fact.type === "function_call_started") this.#calls.set(fact.callId, [fact]);
    if (fact.type === "function_call_delta") this.#calls.get(fact.callId)?.push(fact);
    if (fact.type === "function_call_ended") this.#calls.delete(fact.callId);
  }

  #part(): AnswerFact[] {
    this.#sent.length = 0;
    this.#ids.clear();
    return [{ type: "regenerated" }, ...this.#said, ...[...this.#calls.values()].flat()];
  }

  #underSentId(fact: AnswerFact): AnswerFact {
    if (!("callId" in fact)) return fact;
    const callId = this.#ids.get(fact.callId);
    return callId === undefined ? fact : { ...fact, callId };
  }
}

/** A fact that continues the text of the facts before it, of the same stream. */
type Piece = { readonly stream: string; readonly text: string };

function readPiece(fact: AnswerFact): Piece | null {
  if (fact.type === "text" && fact.citations.length === 0)
    return { stream: "text", text: fact.text };
  if (fact.type === "reasoning") return { stream: "reasoning", text: fact.text };
  if (fact.type === "function_call_delta") return { stream: fact.callId, text: fact.delta };
  return null;
}

function withText(fact: AnswerFact, text: string): AnswerFact {
  if (fact.type === "text" || fact.type === "reasoning") return { ...fact, text };
  return fact.type === "function_call_delta" ? { ...fact, delta: text } : fact;
}

/**
 * Divides a whole call into the facts of one that is sent in pieces: one attempt may send a call whole, and another in
 * pieces.
 */
function inPieces(fact: AnswerFact): AnswerFact[] {
  if (fact.type !== "function_call") return [fact];
  const { callId, name } = fact;
  const deltas = splitArguments(fact);
  return [
    { type: "function_call_started", callId, name },
    ...deltas.map((delta) => ({ type: "function_call_delta" as const, callId, delta })),
    { type: "function_call_ended", callId },
  ];
}

const sameContent = (sent: AnswerFact, fact: AnswerFact): boolean =>
  JSON.stringify(sent) === JSON.stringify(fact);
