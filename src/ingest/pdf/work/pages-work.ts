import { PDF_STEPS_MAX } from "../../extract-limits.ts";

/** Steps that the library takes in 10 to 20 ms. */
const STEPS_A_SLICE = 40_000;
/** Steps to find a page: at each node of the page tree, and for the page itself. */
const STEPS_A_NODE = 0.5;
const STEPS_A_PAGE = 1_000;

/** The steps of each page, by the number of its object, and the number of nodes of the page tree. */
type PagesMeasure = { readonly pages: ReadonlyMap<number, number>; readonly nodes: number };

/** Adds up the steps of pages. A page may be in the file once and in its page tree many times. */
export class PagesWork {
  readonly #measure: PagesMeasure;
  #steps = 0;
  #slice = 0;

  constructor(measure: PagesMeasure) {
    this.#measure = measure;
  }

  /** True when the pages have more steps than a file may have. */
  get isTooMuch(): boolean {
    return this.#steps > PDF_STEPS_MAX;
  }

  /** Adds the steps of a page. Returns true if the slice would be too long with them. */
  needsTurn(number: number | undefined): boolean {
    const { pages, nodes } = this.#measure;
    const steps = (pages.get(number ?? -1) ?? 0) + nodes * STEPS_A_NODE + STEPS_A_PAGE;
    this.#steps += steps;
    this.#slice += steps;
    if (this.#slice < STEPS_A_SLICE) return false;
    this.#slice = steps;
    return true;
  }
}
