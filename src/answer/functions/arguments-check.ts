import { shorten } from "../../shorten.ts";
import { type Alternative, Alternatives } from "./alternatives.ts";
import {
  JsonReader,
  type JsonVisitor,
  NotExpected,
  type Scalar,
  TOO_MUCH_WORK,
} from "./json-reader.ts";
import { isSchema, type Schema } from "./schema.ts";
import {
  findChoiceProblem,
  findCountProblem,
  findScalarProblem,
  findTypeProblem,
  place,
  takesAnyText,
} from "./value-problem.ts";

/** Maximum number of comparisons of a value with an alternative of its schema. */
const COMPARISONS_MAX = 200_000;

/**
 * Compares the arguments of a call with the schema of a strict function while a model writes them. What `push` returns
 * is settled: the arguments can go on from there so that they match, as far as any value matches the schema at all. A
 * value that has to be whole before it can be compared, such as a number or a text of an `enum`, is settled as a whole,
 * together with the marks and the name before it; a text without limits is settled while it is written.
 *
 * Where a schema has `anyOf`, all alternatives are followed together, each until a value does not match it.
 */
export class ArgumentsCheck {
  readonly #reader: JsonReader;
  #held = "";
  #problem: string | null = null;

  /** `parameters` is a schema for which `findStrictProblem` finds no problem. */
  constructor(parameters: Schema) {
    this.#reader = new JsonReader(new SchemaWalk(parameters));
  }

  /** The reason why the arguments do not match, however they go on; null if they may match. */
  get problem(): string | null {
    return this.#problem;
  }

  /** True if the arguments so far match, and only space may follow them. */
  get isWhole(): boolean {
    return this.#problem === null && this.#reader.isWhole;
  }

  /** Reads a piece. Returns the text that is settled now and was not returned before. */
  push(piece: string): string {
    const settled = this.#try(() => this.#reader.read(piece));
    if (settled === null) {
      this.#held += piece;
      return "";
    }
    const text = this.#held + piece.slice(0, settled);
    this.#held = piece.slice(settled);
    return text;
  }

  /** Reads the end of the arguments. Returns the rest of their text if they match. */
  end(): string {
    this.#try(() => {
      this.#reader.end();
      return null;
    });
    return this.#problem === null ? this.#held : "";
  }

  #try(read: () => number | null): number | null {
    if (this.#problem !== null) return null;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotExpected)) throw error;
      this.#problem = error.message;
      return null;
    }
  }
}

/** An alternative for a value, with those of the container around it to which it belongs. */
type Candidate = { readonly schemas: Alternative; readonly parents: ReadonlySet<Candidate> };

/** A list or an object that is open. */
type Container = {
  readonly at: string;
  /** The alternatives that its parts so far match. */
  candidates: readonly Candidate[];
  /** The names of the members so far. */
  readonly names: Set<string>;
  /** The name of the member whose value comes; null in a list. */
  name: string | null;
  /** Number of items so far. */
  count: number;
};

/** Compares the parts of a value with the alternatives of its schema. */
class SchemaWalk implements JsonVisitor {
  readonly #alternatives: Alternatives;
  readonly #root: Schema;
  readonly #open: Container[] = [];
  #value: readonly Candidate[] | null = null;
  #left = COMPARISONS_MAX;

  constructor(root: Schema) {
    this.#root = root;
    this.#alternatives = new Alternatives(root, (count) => this.#spend(count));
  }

  beginObject(): void {
    const { at, candidates } = this.#begin();
    const fitting = keep(candidates, at, (schema) => findKindProblem(schema, {}, at));
    const names = new Set<string>();
    const agreeing = fitting.filter(({ schemas }) => agree(schemas));
    if (agreeing.length === 0) throw new NotExpected(`${place(at)} fits no alternative`);
    this.#open.push({ at, candidates: agreeing, names, name: null, count: 0 });
  }

  key(name: string): void {
    const object = this.#container();
    if (object.names.has(name)) {
      throw new NotExpected(`${place(object.at)} has the member '${shorten(name, 50)}' twice`);
    }
    object.names.add(name);
    object.name = name;
    object.candidates = keep(object.candidates, object.at, (schema) => {
      const members = readMembers(schema);
      if (members === null || Object.hasOwn(members, name)) return null;
      return `${place(object.at)} has the unknown member '${shorten(name, 50)}'`;
    });
    this.#expect(object, (schema) => readMembers(schema)?.[name]);
  }

  endObject(): void {
    const object = this.#container();
    const path = (name: string) => (object.at === "" ? name : `${object.at}.${name}`);
    const fitting = keep(object.candidates, object.at, (schema) => {
      const names = Object.keys(readMembers(schema) ?? {});
      const missing = names.find((name) => !object.names.has(name));
      return missing === undefined ? null : `${place(path(missing))} is missing`;
    });
    this.#open.pop();
    this.#endValue(fitting);
  }

  beginArray(): void {
    const { at, candidates } = this.#begin();
    const fitting = keep(candidates, at, (schema) => findKindProblem(schema, [], at));
    this.#open.push({ at, candidates: fitting, names: new Set(), name: null, count: 0 });
  }

  endArray(): void {
    const list = this.#container();
    const { at, count } = list;
    const fitting = keep(list.candidates, at, (schema) => findCountProblem(schema, count, at));
    this.#open.pop();
    this.#endValue(fitting);
  }

  beginText(): boolean {
    const { at, candidates } = this.#begin();
    this.#value = keep(candidates, at, (schema) => findTypeProblem(schema, "", at));
    return this.#value.some(({ schemas }) => schemas.every(takesAnyText));
  }

  scalar(value: Scalar): void {
    // A text has begun already.
    const { at, candidates } = typeof value === "string" ? this.#begun() : this.#begin();
    this.#endValue(keep(candidates, at, (schema) => findScalarProblem(schema, value, at)));
  }

  /** Begins a value. Returns its place and its alternatives. */
  #begin(): { readonly at: string; readonly candidates: readonly Candidate[] } {
    const container = this.#open.at(-1);
    if (container === undefined) this.#value = this.#roots();
    else if (container.name === null) this.#beginItem(container);
    return this.#begun();
  }

  #begun(): { readonly at: string; readonly candidates: readonly Candidate[] } {
    return { at: this.#place(), candidates: this.#value ?? [] };
  }

  #beginItem(list: Container): void {
    list.count += 1;
    const { at, count } = list;
    // A shorter list than the schema demands may still grow.
    list.candidates = keep(list.candidates, at, ({ maxItems }) =>
      maxItems === undefined ? null : findCountProblem({ maxItems }, count, at),
    );
    this.#expect(list, ({ items }) => items);
  }

  /** Finds the alternatives of the value that comes next in a container. */
  #expect(container: Container, schemaOf: (schema: Schema) => unknown): void {
    const found = new Map<string, { schemas: Alternative; parents: Set<Candidate> }>();
    for (const parent of container.candidates) {
      for (const schemas of this.#alternatives.of(parent.schemas.map(schemaOf))) {
        const key = this.#alternatives.keyOf(schemas);
        const known = found.get(key);
        if (known) known.parents.add(parent);
        else found.set(key, { schemas, parents: new Set([parent]) });
      }
    }
    this.#spend(found.size);
    this.#value = [...found.values()];
  }

  #roots(): readonly Candidate[] {
    const alternatives = this.#alternatives.of([this.#root]);
    return alternatives.map((schemas) => ({ schemas, parents: new Set() }));
  }

  /** Ends a value that matches these alternatives. */
  #endValue(candidates: readonly Candidate[]): void {
    this.#value = null;
    const container = this.#open.at(-1);
    if (container === undefined) return;
    const parents = new Set(candidates.flatMap((candidate) => [...candidate.parents]));
    container.candidates = container.candidates.filter((candidate) => parents.has(candidate));
  }

  #container(): Container {
    const container = this.#open.at(-1);
    if (container === undefined) throw new Error("No list or object is open");
    return container;
  }

  /** The path of the value that has begun. */
  #place(): string {
    const container = this.#open.at(-1);
    if (container === undefined) return "";
    const { at, name, count } = container;
    if (name === null) return `${at}[${count - 1}]`;
    return at === "" ? name : `${at}.${name}`;
  }

  #spend(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new NotExpected(TOO_MUCH_WORK);
  }
}

/**
 * Keeps the alternatives without a problem. Throws the problem if there is none, and one that names the place if they
 * have several.
 */
function keep(
  candidates: readonly Candidate[],
  at: string,
  findProblem: (schema: Schema) => string | null,
): readonly Candidate[] {
  const problems = new Set<string>();
  const fitting = candidates.filter(({ schemas }) => {
    const problem = schemas.map(findProblem).find((each) => each !== null) ?? null;
    if (problem !== null) problems.add(problem);
    return problem === null;
  });
  if (fitting.length > 0) return fitting;
  const [problem] = problems;
  throw new NotExpected(
    problem !== undefined && problems.size === 1 ? problem : `${place(at)} fits no alternative`,
  );
}

/** Explains why a list or an object, here an empty one, does not match its schema, whatever its parts. */
const findKindProblem = (schema: Schema, empty: object, at: string) =>
  findTypeProblem(schema, empty, at) ?? findChoiceProblem(schema, empty, at);

/** Returns the members that a schema declares; null if it leaves members to other schemas. */
function readMembers({ properties, additionalProperties }: Schema): Schema | null {
  if (properties === undefined && additionalProperties !== false) return null;
  return isSchema(properties) ? properties : {};
}

/** Tests whether one object can match all of these schemas: they declare the same members. */
function agree(schemas: Alternative): boolean {
  const declared = schemas.map(readMembers).filter((members) => members !== null);
  if (declared.length < 2) return true;
  const [first = [], ...others] = declared.map((members) => Object.keys(members));
  const names = new Set(first);
  return others.every((each) => each.length === names.size && each.every((one) => names.has(one)));
}
