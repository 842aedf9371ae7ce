/** A file of some format that is made by a test, with the text and the warnings that its extraction must give. */
export type FormatFile = {
  readonly name: string;
  readonly source: string | Uint8Array;
  readonly text: string;
  /** The warnings in words; none unless given. */
  readonly warnings?: readonly string[];
};
