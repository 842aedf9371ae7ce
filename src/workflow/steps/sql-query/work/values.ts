import type { Instruction } from "../program.ts";
import { writesRegister } from "./opcodes.ts";

/** SQLite's limit of a text or blob on Cloudflare, in bytes. */
const VALUE_BYTES_MAX = 2_200_000;
/** A copy of this many bytes costs about as much as a plain instruction. */
const BYTES_PER_UNIT = 16;
/** Of a copy to memory, which is faster than a function. */
const BYTES_PER_COPY = 1_024;
/** Limit of a pattern of LIKE and GLOB on Cloudflare, in bytes. */
const PATTERN_BYTES_MAX = 50;

/** The lengths of the values that a query reads, in bytes. */
export type ValueSizes = {
  /** Bytes of the longest value in the tables or the parameters. */
  readonly stored: number;
};

/**
 * Computes upper bounds of the work of instructions on long values. A query can double the length of a value at each
 * level of its subqueries, up to SQLite's limit; the bounds assume that it does.
 */
export class ValueCosts {
  readonly #program: readonly Instruction[];
  readonly #stored: number;
  /** The largest value that the query can make, in bytes. */
  readonly #largest: number;
  readonly #makesValues: boolean;
  /** The largest result of an aggregate that joins its values, in bytes. */
  readonly #collected: number;

  /** `collectedRows` is the maximum number of values that all aggregates such as group_concat() join. */
  constructor(program: readonly Instruction[], { stored }: ValueSizes, collectedRows: number) {
    this.#program = program;
    const literals = program.map(({ opcode, p4 }) =>
      opcode === "String8" || opcode === "Blob" ? (p4?.length ?? 0) * 3 : 0,
    );
    this.#stored = Math.min(VALUE_BYTES_MAX, Math.max(16, stored, ...literals));
    const growths = program.filter((instruction) => this.#grows(instruction));
    this.#makesValues = growths.length > 0;
    this.#largest = this.#boundValues(growths);
    this.#collected = Math.min(VALUE_BYTES_MAX, this.#largest * Math.max(1, collectedRows));
  }

  /**
   * Returns the work of an instruction on its values, in units of a plain instruction. `isAfterCollecting` is true if a
   * value may be the result of an aggregate that joins many values, such as `group_concat()`.
   */
  weigh(instruction: Instruction, isAfterCollecting: boolean): number {
    const { opcode } = instruction;
    const bytes = isAfterCollecting ? this.#collected : this.#largest;
    if (opcode === "Concat") return bytes / BYTES_PER_UNIT;
    const name = readFunction(instruction);
    if (name !== null) return this.#weighFunction(name, instruction, bytes);
    const isCopy = COPIES.has(opcode) && (isAfterCollecting || this.#makesValues);
    return isCopy && bytes > BYTES_PER_COPY ? bytes / BYTES_PER_COPY : 0;
  }

  #weighFunction(name: string, { p2 }: Instruction, bytes: number): number {
    const linear = bytes / BYTES_PER_UNIT;
    switch (name) {
      case "like":
      case "glob":
        return linear * this.#countWildcards(p2);
      case "instr":
        return linear * (this.#longestConstant(p2 + 1) ?? bytes);
      case "replace":
      case "trim":
      case "ltrim":
      case "rtrim":
        return linear * Math.max(1, this.#longestConstant(p2 + 1) ?? bytes);
      default:
        if (CHEAP.has(name)) return 0;
        return SLOW.has(name) ? 8 * linear : linear;
    }
  }

  #grows(instruction: Instruction): boolean {
    if (instruction.opcode === "Concat") return true;
    const name = readFunction(instruction);
    return name !== null && GROWS.has(name);
  }

  #boundValues(growths: readonly Instruction[]): number {
    const factors: number[] = [];
    for (const { opcode, p2, p4 } of growths) {
      const name = readFunction({ opcode, p4 });
      if (name === "replace") {
        const constant = this.#longestConstant(p2 + 2);
        // The text that is put in may itself be a computed one.
        if (constant === null && growths.length > 1) return VALUE_BYTES_MAX;
        factors.push((constant ?? this.#stored) + 1);
      } else if (name !== null && UNBOUNDED.has(name)) {
        const bytes = this.#boundMade(name, p2);
        if (bytes >= VALUE_BYTES_MAX) return VALUE_BYTES_MAX;
        factors.push(1 + bytes / this.#stored);
      }
    }
    const joins = growths.length - factors.length;
    const levels = this.#program.filter(({ opcode }) => LEVELS.has(opcode)).length + 1;
    // The most that the joins can do, spread over the levels: each level repeats the values of the one before.
    const spread = Math.max(1, Math.min(levels, joins));
    const repeated = (joins / spread + 1) ** spread;
    const product = factors.reduce((total, factor) => total * factor, repeated);
    return Math.min(VALUE_BYTES_MAX, this.#stored * product);
  }

  /** Bounds the text or blob that a function makes from a number. */
  #boundMade(name: string, first: number): number {
    const constants = this.#constants(first);
    if (constants === null) return VALUE_BYTES_MAX;
    const sizes = constants.map((constant) => {
      if (name === "zeroblob" || name === "randomblob") return Number(constant);
      if (constant.includes("*")) return VALUE_BYTES_MAX;
      const digits = constant.match(/\d+/g)?.map(Number) ?? [];
      return constant.length + digits.reduce((total, width) => total + width, 0);
    });
    return Math.max(...sizes);
  }

  /** The longest constant that a register may hold, in bytes; null if it may hold anything else. */
  #longestConstant(register: number): number | null {
    const constants = this.#constants(register);
    return constants && Math.max(...constants.map((constant) => constant.length * 3));
  }

  #countWildcards(register: number): number {
    const constants = this.#constants(register);
    if (constants === null) return PATTERN_BYTES_MAX;
    const counts = constants.map((pattern) => 1 + (pattern.match(/[%*_?[]/g)?.length ?? 0));
    return Math.max(...counts);
  }

  /** The constants that a register may hold; null if anything else may write it. */
  #constants(register: number): readonly string[] | null {
    const constants: string[] = [];
    for (const instruction of this.#program) {
      const { opcode, p1, p2, p4 } = instruction;
      if (opcode === "String8" && p2 === register) constants.push(p4 ?? "");
      else if (opcode === "Integer" && p2 === register) constants.push(String(p1));
      else if (writesRegister(instruction, register)) return null;
    }
    return constants.length === 0 ? null : constants;
  }
}

/**
 * Tests whether an instruction returns the result of an aggregate that joins all its values, such as `group_concat()`.
 */
export function isCollected(instruction: Instruction): boolean {
  const name = readFunction(instruction);
  return name !== null && COLLECTS.has(name) && /^Agg(?:Final|Value)$/.test(instruction.opcode);
}

/** Tests whether an instruction adds a value to an aggregate that joins all its values, such as `group_concat()`. */
export function isCollecting(instruction: Instruction): boolean {
  const name = readFunction(instruction);
  return name !== null && COLLECTS.has(name) && instruction.opcode.startsWith("AggStep");
}

/** Reads the name of the function that an instruction calls, such as `like` of `like(2)`; null if it calls none. */
function readFunction({ opcode, p4 }: Pick<Instruction, "opcode" | "p4">): string | null {
  if (!CALLS.has(opcode) || p4 === null) return null;
  return p4.replace(/\(.*$/s, "").toLowerCase();
}

const CALLS = new Set([
  "AggFinal",
  "AggInverse",
  "AggStep",
  "AggStep1",
  "AggValue",
  "Function",
  "PureFunc",
]);

/** Instructions that begin a level of subqueries whose values another one reads. */
const LEVELS = new Set([
  "BeginSubrtn",
  "Gosub",
  "InitCoroutine",
  "Once",
  "OpenEphemeral",
  "SorterOpen",
]);

/** Functions that make a value longer than their arguments, at most by their sum. */
const GROWS = new Set(
  "char concat concat_ws format hex json_array json_insert json_object json_patch json_quote json_replace json_set jsonb_array jsonb_object printf quote randomblob replace unistr unistr_quote zeroblob".split(
    " ",
  ),
);
/** Of those, functions whose result may be as long as a number says. */
const UNBOUNDED = new Set(["format", "printf", "randomblob", "zeroblob"]);
/** Aggregates that join all their values. */
const COLLECTS = new Set(
  "group_concat json_group_array json_group_object jsonb_group_array jsonb_group_object string_agg".split(
    " ",
  ),
);
/** Functions that take long for each byte. */
const SLOW = new Set(
  "randomblob json_each json_extract json_patch json_valid jsonb unistr".split(" "),
);
/** Instructions that copy or compare whole values. */
const COPIES = new Set(
  "Compare Copy Eq Ge Gt IdxInsert Insert Le Lt MakeRecord Ne ResultRow SorterInsert".split(" "),
);
/** Functions that do not read their texts, or return numbers of fixed size. */
const CHEAP = new Set(
  "abs avg ceil ceiling changes coalesce count cume_dist date datetime dense_rank exp first_value floor iif ifnull julianday lag last_value lead ln log mod nth_value ntile nullif percent_rank pow power random rank round row_number sign sqrt sum time total trunc typeof unixepoch".split(
    " ",
  ),
);
