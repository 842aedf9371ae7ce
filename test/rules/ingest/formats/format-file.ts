/** A file of some format that is made by a test, with the text and the warnings that its extraction must give. */
export type FormatFile = {
  readonly name: string;
  readonly source: string | Uint8Array;
  /** The content type that its upload declares; none unless given. */
  readonly contentType?: string;
  readonly text: string;
  /** The warnings in words; none unless given. */
  readonly warnings?: readonly string[];
};
