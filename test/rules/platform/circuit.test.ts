import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  admitCall,
  type CallOutcome,
  type Circuit,
  closedCircuit,
  settleCall,
  viewCircuit,
} from "../../../src/platform/models/circuit.ts";

/** Admits and settles one call. A chance of 0.5 is the middle of the jitter. */
function call(circuit: Circuit, outcome: CallOutcome, now: number, chance = 0.5): Circuit {
  const { circuit: admitted, permit } = admitCall(circuit, now);
  if (permit === null) throw new Error("Not admitted");
  return settleCall(admitted, permit, outcome, now, chance);
}

function calls(circuit: Circuit, outcomes: readonly CallOutcome[], now: number): Circuit {
  return outcomes.reduce((state, outcome) => call(state, outcome, now), circuit);
}

const times = (count: number, outcome: CallOutcome) => Array<CallOutcome>(count).fill(outcome);
const OPEN: Circuit = { phase: "open", epoch: 1, until: 10_000, openMs: 10_000 };

describe("a circuit", () => {
  it("opens for ten seconds after five hard failures in a row", () => {
    const four = calls(closedCircuit(), times(4, "hard_failure"), 0);

    expect(four.phase).toBe("closed");
    expect(calls(four, ["success", "hard_failure"], 0).phase).toBe("closed");
    expect(call(four, "hard_failure", 0)).toEqual({ ...OPEN, until: 10_000 });
    expect(admitCall(OPEN, 9_999)).toMatchObject({ permit: null, retryAfterMs: 1 });
    expect(admitCall(OPEN, 2_000).retryAfterMs).toBe(8_000);
  });

  it("opens when half of at least twenty calls failed or were slow", () => {
    const nineteen = [...times(9, "success"), ...times(5, "failure"), ...times(5, "slow")];

    expect(calls(closedCircuit(), nineteen, 0).phase).toBe("closed");
    expect(calls(closedCircuit(), [...nineteen, "success"], 0).phase).toBe("open");
    expect(calls(closedCircuit(), [...times(11, "success"), ...times(9, "failure")], 0).phase).toBe(
      "closed",
    );
  });

  it("forgets calls before its window", () => {
    const before = calls(closedCircuit(), times(19, "failure"), 0);

    expect(call(before, "failure", 29_000).phase).toBe("open");
    expect(call(before, "failure", 31_000).phase).toBe("closed");
  });

  it("does not count outcomes that do not blame the provider", () => {
    expect(calls(closedCircuit(), times(100, "ignored"), 0)).toEqual(closedCircuit());
  });

  it("allows exactly three probes after its open time", () => {
    let circuit: Circuit = OPEN;
    const permits = [1, 2, 3, 4].map(() => {
      const admission = admitCall(circuit, 10_000);
      circuit = admission.circuit;
      return admission.permit;
    });

    expect(permits.map((permit) => permit !== null)).toEqual([true, true, true, false]);
  });

  it("closes after three good probes", () => {
    const closed = calls(OPEN, times(3, "success"), 10_000);

    expect(closed).toMatchObject({ phase: "closed", hardFailuresInRow: 0, recent: [] });
  });

  it("opens again for twice as long after a bad probe, up to two minutes", () => {
    let circuit: Circuit = OPEN;
    const lengths: number[] = [];
    for (let now = 10_000; lengths.length < 6;) {
      circuit = call(circuit, "failure", now);
      if (circuit.phase !== "open") throw new Error("Not open");
      lengths.push(circuit.until - now);
      now = circuit.until;
    }

    expect(lengths).toEqual([20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
  });

  it("allows another probe after one was cancelled or lost", () => {
    const cancelled = calls(OPEN, times(10, "ignored"), 10_000);
    let lost: Circuit = OPEN;
    for (let probe = 0; probe < 3; probe++) lost = admitCall(lost, 10_000).circuit;

    expect(cancelled.phase).toBe("half_open");
    expect(admitCall(cancelled, 10_000).permit).not.toBeNull();
    expect(admitCall(lost, 129_999).permit).toBeNull();
    expect(admitCall(lost, 130_000).permit).not.toBeNull();
  });

  it("ignores a call that began in an earlier phase", () => {
    const { permit } = admitCall(closedCircuit(), 0);
    if (permit === null) throw new Error("Not admitted");

    expect(settleCall(OPEN, permit, "success", 5_000, 0.5)).toBe(OPEN);
    const { circuit: probing } = admitCall(OPEN, 10_000);
    expect(settleCall(probing, permit, "hard_failure", 10_000, 0.5)).toBe(probing);
  });

  it("varies its open time by a fifth", () => {
    const ends = [0, 1].map((chance) => {
      const four = calls(closedCircuit(), times(4, "hard_failure"), 0);
      const circuit = call(four, "hard_failure", 0, chance);
      return circuit.phase === "open" ? circuit.until : null;
    });

    expect(ends).toEqual([8_000, 12_000]);
  });

  it("always allows a call again after any history", () => {
    const outcome = fc.constantFrom<CallOutcome>(
      "success",
      "slow",
      "failure",
      "hard_failure",
      "ignored",
    );
    const step = fc.record({ outcome, waitMs: fc.nat(40_000), isLost: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let circuit = closedCircuit();
        let now = 0;
        for (const { outcome: ending, waitMs, isLost } of steps) {
          now += waitMs;
          const { circuit: admitted, permit } = admitCall(circuit, now);
          circuit = admitted;
          if (permit && !isLost) circuit = settleCall(circuit, permit, ending, now, 0.5);
        }
        expect(admitCall(circuit, now + 150_000).permit).not.toBeNull();
      }),
    );
  });
});

describe("the view of a circuit", () => {
  it("counts the calls of the last 30 s while it is closed", () => {
    const circuit = calls(call(closedCircuit(), "failure", 0), ["success", "slow"], 20_000);

    expect(viewCircuit(circuit, 20_000)).toEqual({
      phase: "closed",
      until: null,
      calls: 3,
      bad: 2,
    });
    expect(viewCircuit(circuit, 40_000)).toMatchObject({ calls: 2, bad: 1 });
  });

  it("is half-open once the next call is tried", () => {
    expect(viewCircuit(OPEN, 9_999)).toMatchObject({ phase: "open", until: 10_000 });
    expect(viewCircuit(OPEN, 10_000)).toMatchObject({ phase: "half_open", until: null });
  });
});
