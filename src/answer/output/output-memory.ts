/** The memory of an answer's text so far, which decides on the text after it. */
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

/** The memory at the beginning of an answer. */
export const NO_MEMORY: OutputMemory = {
  buffer: "",
  tail: "",
  imageLabels: new Set(),
  definedLabels: new Set(),
  openImage: 0,
  dropping: null,
};
