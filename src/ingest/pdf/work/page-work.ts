import { PDF_PAGE_STEPS_MAX } from "../../extract-limits.ts";
import { isArray, type PdfDict, type PdfValue } from "../syntax/parse-pdf-value.ts";
import { isStream, type PdfObjects, type PdfStream } from "../syntax/pdf-objects.ts";

/**
 * The reason why a PDF file is not given to the PDF library, such as too many operators on its pages, or a password.
 */
export type PdfRisk =
  | "bytes"
  | "operators"
  | "objects"
  | "fonts"
  | "damaged"
  | "unmeasured"
  | "password";

/**
 * The work of a PDF content stream: its own steps (operators and characters), and how often it calls each other stream,
 * by the name of that stream.
 */
export type StreamWork = {
  readonly steps: number;
  readonly calls: ReadonlyMap<string, number>;
  /**
   * The reason to give if the steps are too many: the operators, or bytes that could not be measured and count as
   * steps.
   */
  readonly reason: PdfRisk;
};

const NO_WORK: StreamWork = { steps: 0, calls: new Map(), reason: "operators" };

type Call = { readonly resources: PdfDict; readonly caller: PdfStream; readonly level: number };

/**
 * Levels of pages from which a page inherits, and of forms that run forms. Forms that run each other in a circle reach
 * the last level by the first way that is counted, and then count as too many steps: the library follows all the ways
 * through them, although it leaves each where it would close.
 */
const LEVELS_MAX = 100;
/** Streams that are looked at, each under every dictionary of resources that it may have. */
const LOOKS_MAX = 500_000;
/** The library clones its state for each form. */
const STEPS_A_FORM = 20;

/**
 * Computes the work of PDF pages for the PDF library, in steps (operators and characters). A page runs its content
 * streams, which may call other streams (forms), and these others again: ten levels of ten calls are ten billion steps
 * in a file of 3 KB.
 */
export class PageWork {
  readonly #objects: PdfObjects;
  readonly #works: ReadonlyMap<PdfStream, StreamWork>;
  /** The steps of a form under resources. */
  readonly #known = new Map<PdfStream, Map<PdfDict | null, number>>();
  #looks = 0;
  /** The stream with the most steps of its own on the page that is counted. */
  #heaviest: StreamWork = NO_WORK;

  constructor(objects: PdfObjects, works: ReadonlyMap<PdfStream, StreamWork>) {
    this.#objects = objects;
    this.#works = works;
  }

  /** The reason to give if `count` has returned too many steps: that of the page's stream with the most steps. */
  get reason(): PdfRisk {
    return this.#heaviest.reason;
  }

  /**
   * Returns the steps of work of a page with all streams that it calls; infinite if there are too many calls to count.
   */
  count(page: PdfDict): number {
    this.#heaviest = NO_WORK;
    const resources = this.#findResources(page);
    const contents = this.#objects.resolve(page.get("Contents"));
    return Math.max(0, ...contents.map((content) => this.#countContent(content, resources)));
  }

  #countContent(content: PdfValue | PdfStream, resources: readonly PdfDict[]): number {
    const parts = !isStream(content) && isArray(content) ? content : [content];
    let steps = 0;
    for (const part of parts) {
      const streams = isStream(part) ? [part] : this.#objects.resolve(part).filter(isStream);
      steps += Math.max(0, ...streams.map((stream) => this.#countUnder(stream, resources, 0)));
      if (steps > PDF_PAGE_STEPS_MAX) return Infinity;
    }
    return steps;
  }

  /** A page without resources has those of the pages above it. */
  #findResources(page: PdfDict): readonly PdfDict[] {
    let nodes: readonly PdfDict[] = [page];
    for (let level = 0; level < LEVELS_MAX && nodes.length > 0; level++) {
      const resources = nodes.flatMap((node) => this.#objects.resolveDicts(node.get("Resources")));
      if (resources.length > 0) return resources;
      nodes = nodes.flatMap((node) => this.#objects.resolveDicts(node.get("Parent")));
    }
    return [];
  }

  #countUnder(stream: PdfStream, resources: readonly PdfDict[], level: number): number {
    const own = this.#objects.resolveDicts(stream.dict.get("Resources"));
    // A page's stream has no resources; a form without them has those of its caller.
    const used: readonly (PdfDict | null)[] = level > 0 && own.length > 0 ? own : resources;
    const under = used.length === 0 ? [null] : used;
    return Math.max(...under.map((dict) => this.#countStream(stream, dict, level)));
  }

  #countStream(stream: PdfStream, resources: PdfDict | null, level: number): number {
    const work = this.#works.get(stream) ?? NO_WORK;
    if (work.steps > this.#heaviest.steps) this.#heaviest = work;
    const known = this.#known.get(stream) ?? new Map<PdfDict | null, number>();
    this.#known.set(stream, known);
    const before = known.get(resources);
    if (before !== undefined) return before;
    if (level > LEVELS_MAX || ++this.#looks > LOOKS_MAX) return Infinity;
    let steps = work.steps;
    for (const [name, count] of work.calls) {
      if (steps > PDF_PAGE_STEPS_MAX || resources === null) break;
      steps += count * this.#countCall(name, { resources, caller: stream, level });
    }
    if (steps > PDF_PAGE_STEPS_MAX) steps = Infinity;
    known.set(resources, steps);
    return steps;
  }

  #countCall(name: string, { resources, caller, level }: Call): number {
    const forms = this.#objects
      .resolveDicts(resources.get("XObject"))
      .flatMap((names) => this.#objects.resolve(names.get(name)))
      .filter((form) => isStream(form) && form !== caller)
      .filter(isStream);
    const steps = forms.map((form) => this.#countUnder(form, [resources], level + 1));
    return forms.length === 0 ? 0 : STEPS_A_FORM + Math.max(...steps);
  }
}
