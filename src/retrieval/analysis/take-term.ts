/** A receiver of index terms with their places in a text, in UTF-16 code units; `end` is after the last unit. */
export type TakeTerm = (term: string, start: number, end: number) => void;
