/**
 * The state that `OutputFilter` keeps of an answer's text so far, to decide which images and links of the text after it
 * are removed.
 */
export type OutputMemory = {
  /** The text that is not decided yet. */
  readonly buffer: string;
  /** The end of the text that was passed on. */
  readonly tail: string;
  /** Labels in the form of a citation by which an image may refer to a definition that follows. */
  readonly imageLabels: ReadonlySet<string>;
  /** Labels in the form of a citation that have a definition. */
  readonly definedLabels: ReadonlySet<string>;
  /** Characters for which an image may still be open that was not closed within its limit. */
  readonly openImage: number;
  /** The characters that end the rest of a construct that was removed before all of it arrived. */
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
