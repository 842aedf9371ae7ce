/**
 * The state that `OutputFilter` keeps of an answer's text so far, to decide which images and links of the text after it
 * are removed.
 */
export type FilterState = {
  /** The text about which the filter has not decided yet. */
  readonly buffer: string;
  /** The end of the text that was passed on, of at most `KEPT_TAIL` characters. */
  readonly tail: string;
  /**
   * Link labels that look like a citation marker, such as `1`, and that an image in the text so far refers to, as in
   * `![chart][1]`. The definition `[1]: url` may still follow.
   */
  readonly imageLabels: ReadonlySet<string>;
  /** Link labels that look like a citation marker and have a definition in the text so far, such as `[1]: url`. */
  readonly definedLabels: ReadonlySet<string>;
  /**
   * The number of further characters in which `](…)` counts as the end of an image, since a `![` before it was not
   * closed within the limit for brackets; 0 if there is none.
   */
  readonly openImage: number;
  /** Set while the rest of a removed URL or tag is dropped: the pattern of its end. Otherwise null. */
  readonly dropping: RegExp | null;
};

/** The state with which `OutputFilter` begins an answer: no text was passed on or held back yet. */
export const INITIAL_STATE: FilterState = {
  buffer: "",
  tail: "",
  imageLabels: new Set(),
  definedLabels: new Set(),
  openImage: 0,
  dropping: null,
};
