/**
 * The state that `OutputFilter` keeps of an answer's text so far, to decide which images and links of the text after it
 * are removed.
 */
export type OutputMemory = {
  /** The text about which the filter has not decided yet. */
  readonly buffer: string;
  /** The end of the text that was passed on, of at most `TAIL` characters. */
  readonly tail: string;
  /**
   * Link labels that look like a citation marker and to which an image refers whose definition may follow in the text.
   */
  readonly imageLabels: ReadonlySet<string>;
  /** Link labels that look like a citation marker and have a definition in the text. */
  readonly definedLabels: ReadonlySet<string>;
  /** The number of further characters within which a bracket that was not closed in time may still become an image. */
  readonly openImage: number;
  /** While the rest of a removed construct is dropped, the pattern that ends it; otherwise null. */
  readonly dropping: RegExp | null;
};

/** The state with which `OutputFilter` begins an answer: no text was passed on or held back yet. */
export const NO_MEMORY: OutputMemory = {
  buffer: "",
  tail: "",
  imageLabels: new Set(),
  definedLabels: new Set(),
  openImage: 0,
  dropping: null,
};
