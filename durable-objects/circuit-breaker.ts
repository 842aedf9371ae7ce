import { createDurable } from "itty-durable";

import {
  admitCall,
  type CallOutcome,
  type Circuit,
  closedCircuit,
  type Permit,
  settleCall,
} from "../src/platform/models/circuit.ts";
import { logCircuit } from "../src/platform/models/log-circuit.ts";

/**
 * The circuit breaker of one provider's model, shared by every isolate that calls it. `circuit` is all its state;
 * itty-durable loads it before a call and keeps it after. Arguments travel in an HTTP header, so they stay small and
 * ASCII.
 */
export class CircuitBreakerObject extends createDurable({ autoPersist: true }) {
  circuit: Circuit = closedCircuit();

  /** Asks for a permit; without one the call must not be made now. */
  admit(): { permit: Permit | null } {
    const { circuit, permit } = admitCall(this.circuit, Date.now());
    logCircuit(this.id, this.circuit, circuit);
    this.circuit = circuit;
    return { permit };
  }

  /** Reports how a permitted call ended. */
  settle(permit: Permit, outcome: CallOutcome): void {
    const circuit = settleCall(this.circuit, permit, outcome, Date.now(), Math.random());
    logCircuit(this.id, this.circuit, circuit);
    this.circuit = circuit;
  }
}
