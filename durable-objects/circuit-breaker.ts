import { createDurable } from "itty-durable";

import {
  type FormLesson,
  learnForm,
  type ReasoningForm,
} from "../src/answer/model-output/reasoning-form.ts";
import {
  type Admitted,
  admitCall,
  type CallOutcome,
  type Circuit,
  type CircuitView,
  closedCircuit,
  type Permit,
  settleCall,
  viewCircuit,
} from "../src/platform/models/circuit.ts";
import { logCircuit } from "../src/platform/models/log-circuit.ts";

/**
 * The Durable Object class of a circuit breaker for one model of a provider. All isolates that call the model share the
 * object. It also keeps the model's form of reasoning, which lasts as long as the object. The library itty-durable loads
 * the object's state, `circuit` and `form`, before each call of a method and stores it after. It sends arguments in an HTTP header, so they must be small and ASCII.
 */
export class CircuitBreakerObject extends createDurable({ autoPersist: true }) {
  circuit: Circuit = closedCircuit();
  form: ReasoningForm = { type: "unknown" };

  /** Returns a permit for a call of the model; a null permit, and for how long, if the model must not be called now. */
  admit(): Admitted & { readonly form: ReasoningForm } {
    const { circuit, permit, retryAfterMs } = admitCall(this.circuit, Date.now());
    logCircuit(this.id, this.circuit, circuit);
    this.circuit = circuit;
    return { permit, retryAfterMs, form: this.form };
  }

  /** Describes the present state for operators. It changes nothing. */
  view(): CircuitView {
    return viewCircuit(this.circuit, Date.now());
  }

  /** Records the outcome of a call of the model that `admit` has permitted, and what its reply teaches. */
  settle(permit: Permit, outcome: CallOutcome, lesson: FormLesson | null = null): void {
    if (lesson !== null) this.form = learnForm(this.form, lesson);
    const circuit = settleCall(this.circuit, permit, outcome, Date.now(), Math.random());
    logCircuit(this.id, this.circuit, circuit);
    this.circuit = circuit;
  }
}
