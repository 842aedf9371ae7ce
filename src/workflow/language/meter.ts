/**
 * Limits the work of an expression. CEL always ends, but `l.all(a, l.all(b, …))`, or a text that is repeatedly
 * joined with itself, ends too late. So work is paid for in advance, from an allowance. A loop pays for its items
 * times the nodes of its body before its first iteration, a comparison for the smaller of two values, a call for
 * its texts. Every other node runs once per iteration of the loops around it, so all work is paid for. The library
 * catches errors inside `||`, `&&` and quantifiers and continues. So errors cost units there, and an empty
 * allowance stays empty: the evaluator checks it again at the end.
 */
import { RE2JS } from "re2js";

import { BINARY_COSTS, computeCallCost, measureLength, surface } from "./cel-costs.ts";
import { type CelNode, type Comprehension, listOperands } from "./cel-nodes.ts";

/**
 * Units of work that one evaluation of an expression may use. A unit takes about 90 ns on a slow machine, so all take
 * about 50 ms.
 */
export const ALLOWANCE = 500_000;
const PATTERN_CHARACTERS_MAX = 256;
/** The library formats an excerpt of the source for each error. */
const ERROR_COST = 80;
const ERROR_CHARACTERS_PER_UNIT = 16;

/** Counts the work of one evaluation of an expression, and stops it when it exceeds `ALLOWANCE`. */
export class Meter {
  #left = ALLOWANCE;
  // Created once: a loop may continue after the error many times, and creating errors is slow.
  #spent: Error | null = null;

  /** Counts units of work. Throws an Error for users once more than the allowance is used, also on every later call. */
  pay(units: number): void {
    this.#left -= units;
    this.check();
  }

  /** The units of work that were counted so far. */
  get paid(): number {
    return ALLOWANCE - this.#left;
  }

  /** Throws an Error for users if more than the allowance is used. */
  check(): void {
    if (this.#left >= 0) return;
    this.#spent ??= new Error("The expression takes too long: it loops too often or over too much");
    throw this.#spent;
  }
}

/**
 * Changes a type-checked syntax tree so that its evaluation counts its work on the Meter that `meter` returns. Returns
 * the cost of visiting each of its nodes once, in units.
 */
export function meterNodes(node: CelNode, meter: () => Meter): number {
  const operands = listOperands(node);
  let nodes = 1;
  for (const operand of operands) nodes += meterNodes(operand, meter);
  const loop = node.meta.alternate;
  // Other alternates are constants.
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

/** Makes a node pay for its errors, where they may be caught and discarded. */
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
  // On its first run a node replaces its `evaluate` by a faster function.
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
    meter().pay(measureLength(items) * nodes);
    try {
      return handle(items, ...rest);
    } finally {
      // A cached program must not keep the last item.
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
      meter().pay(computeCallCost(name, values));
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
 * Evaluates `matches`. The library would use JavaScript's regular expressions, which can take forever. CEL's are
 * those of RE2, whose time is proportional to characters times pattern.
 */
function matches([text, pattern]: readonly unknown[], meter: Meter): boolean {
  if (typeof text !== "string" || typeof pattern !== "string") {
    throw new Error("matches() needs two texts: text.matches(pattern)");
  }
  if (pattern.length > PATTERN_CHARACTERS_MAX) {
    throw new Error(`A pattern may have at most ${PATTERN_CHARACTERS_MAX} characters`);
  }
  const compiled = RE2JS.compile(pattern);
  meter.pay(compiled.programSize() * (8 + text.length));
  return compiled.matcher(text).find();
}
