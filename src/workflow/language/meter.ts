/**
 * What keeps an expression within its time. CEL always ends, but `l.all(a, l.all(b, …))` or a text that is joined
 * with itself again and again ends too late. So work is paid for before it is done, out of an allowance: a loop
 * pays for its items times the nodes of its body before its first round, a comparison for the smaller of two
 * values, a call for its texts. Every other node runs once for each round of the loops around it, so nothing runs
 * for free. The library catches errors inside of `||`, `&&` and quantifiers and goes on; so errors are paid for there,
 * and as an empty allowance stays empty, whoever evaluates asks for it again at the end.
 */
import { RE2JS } from "re2js";

import { BINARY_COSTS, costOfCall, lengthOf, surface } from "./cel-costs.ts";
import { type CelNode, type Comprehension, operandsOf } from "./cel-nodes.ts";

/** About 90 ns each on the slow machine that this was measured on: an allowance is about 50 ms. */
export const ALLOWANCE = 500_000;
const PATTERN_CHARACTERS_MAX = 256;
/** The library draws a picture of the source for each error. */
const ERROR_COST = 80;
const ERROR_CHARACTERS_PER_UNIT = 16;

export class Meter {
  #left = ALLOWANCE;
  // Made once: after it, a loop may go on to the next of its items many times, and making errors is slow.
  #spent: Error | null = null;

  /** Throws when the allowance is spent, now and ever after. */
  pay(units: number): void {
    this.#left -= units;
    this.check();
  }

  /** Units that were paid. */
  get paid(): number {
    return ALLOWANCE - this.#left;
  }

  check(): void {
    if (this.#left >= 0) return;
    this.#spent ??= new Error("The expression takes too long: it loops too often or over too much");
    throw this.#spent;
  }
}

/** Makes a type-checked tree pay for all that it does. Returns what it costs to visit each of its nodes once. */
export function meterNodes(node: CelNode, meter: () => Meter): number {
  const operands = operandsOf(node);
  let nodes = 1;
  for (const operand of operands) nodes += meterNodes(operand, meter);
  const loop = node.meta.alternate;
  // The other alternates are constants.
  if (loop?.op === "comprehension") {
    meterLoop(loop, nodes, meter);
    if (loop.args.errorsAreFatal !== true) meterErrors(loop.args.step, meter);
  } else if (node.op === "||" || node.op === "&&") {
    for (const operand of operands.slice(0, 1)) meterErrors(operand, meter);
  } else if (node.handle) {
    meterHandle(node, node.handle, meter);
  }
  return nodes;
}

/** Makes a node pay for its errors, where they may be caught and forgotten. */
function meterErrors(node: CelNode, meter: () => Meter): void {
  const cost = ERROR_COST + node.input.length / ERROR_CHARACTERS_PER_UNIT;
  let { evaluate } = node;
  const metered: CelNode["evaluate"] = (...context) => {
    meter().check();
    try {
      return evaluate.apply(node, context);
    } catch (error) {
      meter().pay(cost);
      throw error;
    }
  };
  // On its first run a node replaces its `evaluate` by a faster one.
  Object.defineProperty(node, "evaluate", {
    get: () => metered,
    set: (faster: CelNode["evaluate"]) => {
      evaluate = faster;
    },
  });
}

function meterLoop(loop: Comprehension, nodes: number, meter: () => Meter): void {
  const { handle } = loop;
  loop.handle = (items, ...rest) => {
    meter().pay(lengthOf(items) * nodes);
    try {
      return handle(items, ...rest);
    } finally {
      // A kept program must not keep what it last saw.
      loop.args.iterCtx.iterValue = undefined;
      loop.args.iterCtx.accuValue = undefined;
    }
  };
}

function meterHandle(
  node: CelNode,
  handle: NonNullable<CelNode["handle"]>,
  meter: () => Meter,
): void {
  if (node.op === "call" || node.op === "rcall") {
    const [name] = node.args;
    node.handle = (operands, ...rest) => {
      const values = Array.isArray(operands) ? operands : [];
      meter().pay(costOfCall(name, values));
      if (name === "matches") return matches(values, meter());
      const result = handle(operands, ...rest);
      meter().pay(surface(result));
      return result;
    };
    return;
  }
  const cost = BINARY_COSTS[node.op];
  if (!cost) return;
  node.handle = (left, right, ...rest) => {
    meter().pay(cost(left, right));
    return handle(left, right, ...rest);
  };
}

/**
 * The library would use JavaScript's regular expressions, which can take forever. CEL's are RE2's, which take a
 * time of characters times pattern.
 */
function matches([text, pattern]: readonly unknown[], meter: Meter): boolean {
  if (typeof text !== "string" || typeof pattern !== "string") {
    throw new Error("matches() is for texts: text.matches(pattern)");
  }
  if (pattern.length > PATTERN_CHARACTERS_MAX) {
    throw new Error(`A pattern has at most ${PATTERN_CHARACTERS_MAX} characters`);
  }
  const compiled = RE2JS.compile(pattern);
  meter.pay(compiled.programSize() * (8 + text.length));
  return compiled.matcher(text).find();
}
