import { err, ok, type Result } from "../../../../result.ts";
import type { Instruction } from "../program.ts";
import { BRANCHES, CONTROLS, PLAIN } from "./opcodes.ts";

/**
 * A node of the flow graph of a compiled query: an instruction at one place of the flow. The body of a subroutine is
 * copied for each call, and that of a coroutine for each start, so that every path through the graph is a possible
 * execution.
 */
export type FlowNode = Instruction & {
  /** The nodes that may be executed next, apart from the one in `control`. */
  readonly next: readonly number[];
  /**
   * A further node that may be executed next, but only a bounded number of times, such as the start of a cursor's loop;
   * null for most instructions.
   */
  readonly control: number | null;
};

/** A larger graph belongs to no query that a person writes. */
const NODES_MAX = 20_000;
const TOO_COMPLEX = "The query is too complex to bound its work. Split it into several steps.";

/** A subroutine or coroutine that is running, with its caller. */
type Frame = {
  readonly caller: Frame | null;
  readonly kind: "subroutine" | "coroutine";
  readonly register: number;
  readonly returnsTo: number;
  readonly body: number;
  readonly copies: Map<number, number>;
};

type Place = { readonly frame: Frame; readonly address: number };
type Ways = { readonly next: readonly Place[]; readonly control: Place | null };

/**
 * Builds the flow graph of a compiled query; node 0 is its start. A coroutine is treated as if it ran as a whole when
 * it is started, which changes the order of work but not its amount. The error is a message for the user.
 */
export function buildFlow(program: readonly Instruction[]): Result<readonly FlowNode[], string> {
  const flow = new FlowBuilder(program);
  const problem = flow.build();
  return problem === null ? ok(flow.nodes) : err(problem);
}

class FlowBuilder {
  readonly nodes: FlowNode[] = [];
  readonly #program: readonly Instruction[];
  readonly #places: Place[] = [];
  /** Coroutines that are started again just before they are used: the first start only skips their body. */
  readonly #restarted: ReadonlySet<string>;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    const again = program.filter(({ opcode, p2 }) => opcode === "InitCoroutine" && p2 === 0);
    this.#restarted = new Set(again.map(({ p1, p3 }) => `${p1} ${p3}`));
  }

  /** Builds the nodes. Returns the reason if it is impossible. */
  build(): string | null {
    const root = newFrame(null, { kind: "subroutine", register: -1, returnsTo: -1, body: 0 });
    this.#number({ frame: root, address: 0 });
    for (let at = 0; at < this.#places.length; at++) {
      const place = this.#places[at];
      const instruction = place && this.#program[place.address];
      if (!place || !instruction || this.#places.length > NODES_MAX) return TOO_COMPLEX;
      const ways = this.#follow(place, instruction);
      if (typeof ways === "string") return ways;
      this.nodes.push({
        ...instruction,
        next: ways.next.map((way) => this.#number(way)),
        control: ways.control && this.#number(ways.control),
      });
    }
    return null;
  }

  /**
   * Tests for the end of an outer join: if no row has matched, its body is executed once more, for a row of nulls. The
   * body sets the flag that is tested here, so that this way is taken once.
   */
  #endsOuterJoin(address: number): boolean {
    const { opcode, p1 } = this.#program[address] ?? {};
    if (opcode !== "IfPos") return false;
    let at = address + 1;
    while (this.#program[at]?.opcode === "NullRow") at++;
    const back = this.#program[at];
    const body = back && this.#program[back.p2];
    const isFlagSet = body?.opcode === "Integer" && body.p1 > 0 && body.p2 === p1;
    return at > address + 1 && back?.opcode === "Goto" && isFlagSet;
  }

  /** Tests for a subroutine that also stands at its place in the flow, and is entered there with a constant. */
  #returnsToNext(address: number): boolean {
    const register = this.#program[address]?.p1;
    return this.#program.some(
      ({ opcode, p1, p2 }) => opcode === "Integer" && p1 === address && p2 === register,
    );
  }

  #number(place: Place): number {
    const { copies } = place.frame;
    const known = copies.get(place.address);
    if (known !== undefined) return known;
    const number = this.#places.push(place) - 1;
    copies.set(place.address, number);
    return number;
  }

  #follow({ frame, address }: Place, instruction: Instruction): Ways | string {
    const { opcode, p2 } = instruction;
    const goTo = (target: number): Place => ({ frame, address: target });
    const onward = goTo(address + 1);
    const jump = p2 > 0 ? [goTo(p2)] : [];
    if (PLAIN.has(opcode)) return { next: [onward], control: null };
    if (this.#endsOuterJoin(address)) return { next: jump, control: onward };
    if (BRANCHES.has(opcode)) return { next: [onward, ...jump], control: null };
    if (CONTROLS.has(opcode)) return followControl(instruction, onward, jump);
    return this.#followTransfer({ frame, address }, instruction);
  }

  /** Follows an instruction that always goes somewhere else. */
  #followTransfer(place: Place, { opcode, p1, p2, p3 }: Instruction): Ways | string {
    const { frame, address } = place;
    const to = (...targets: readonly number[]): Ways => ({
      next: targets.map((target) => ({ frame, address: target })),
      control: null,
    });
    switch (opcode) {
      case "Init":
      case "Goto":
        return to(p2 > 0 ? p2 : address + 1);
      case "Jump":
        return to(p1, p2, p3);
      case "Halt":
        return to();
      case "SeekScan":
        // It may also skip the search after it, or go where that goes.
        return to(
          address + 1,
          address + 2,
          ...[p2, this.#program[address + 1]?.p2 ?? 0].filter((target) => target > 0),
        );
      case "Gosub":
        return enter(frame, { kind: "subroutine", register: p1, returnsTo: address + 1, body: p2 });
      case "InitCoroutine": {
        if (p2 > 0 && this.#restarted.has(`${p1} ${p3}`)) return to(p2);
        const returnsTo = p2 > 0 ? p2 : address + 1;
        return enter(frame, { kind: "coroutine", register: p1, returnsTo, body: p3 });
      }
      case "Return":
        return (
          leave(frame, "subroutine", p1) ??
          (p3 === 1 || this.#returnsToNext(address) ? to(address + 1) : TOO_COMPLEX)
        );
      case "EndCoroutine":
        return leave(frame, "coroutine", p1) ?? TOO_COMPLEX;
      default:
        return `The query needs ${opcode}, which is not supported.`;
    }
  }
}

function followControl({ opcode, p2 }: Instruction, onward: Place, jump: readonly Place[]): Ways {
  switch (opcode) {
    case "Next":
    case "Prev":
    case "SorterNext":
      return { next: [onward], control: jump[0] ?? null };
    case "Yield":
      // In a coroutine it hands out a row; in its consumer it takes one, or goes to p2 when there is none left.
      return p2 > 0 ? { next: jump, control: onward } : { next: [onward], control: null };
    default:
      return { next: jump, control: onward };
  }
}

function newFrame(caller: Frame | null, call: Omit<Frame, "caller" | "copies">): Frame {
  return { ...call, caller, copies: new Map() };
}

function enter(caller: Frame, call: Omit<Frame, "caller" | "copies">): Ways | string {
  for (let frame: Frame | null = caller; frame !== null; frame = frame.caller) {
    if (frame.kind === call.kind && frame.body === call.body) return TOO_COMPLEX;
  }
  return { next: [{ frame: newFrame(caller, call), address: call.body }], control: null };
}

/**
 * Leaves a subroutine or coroutine; null if it is not running. Subroutines that it has called may be left with it, by a
 * jump out of them.
 */
function leave(from: Frame, kind: Frame["kind"], register: number): Ways | null {
  for (let frame = from; frame.caller !== null; frame = frame.caller) {
    if (frame.kind === kind && frame.register === register) {
      return { next: [{ frame: frame.caller, address: frame.returnsTo }], control: null };
    }
    if (frame.kind === "coroutine") return null;
  }
  return null;
}
