type Paint = (text: string) => string;

/** Functions that format text for a terminal, such as bold or red. */
export type Style = {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly italic: Paint;
  readonly underline: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  /** False if the functions return the text unchanged. Meaning that colour carries must then be written as words. */
  readonly isStyled: boolean;
};

const code =
  (open: number, close: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001B[${open}m${text}\u001B[${close}m`;
const same: Paint = (text) => text;

/** A style with terminal escape codes. */
export const STYLED: Style = {
  bold: code(1, 22),
  dim: code(2, 22),
  italic: code(3, 23),
  underline: code(4, 24),
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  cyan: code(36, 39),
  isStyled: true,
};

/** A style without terminal escape codes: every function returns the text unchanged. */
export const PLAIN: Style = {
  bold: same,
  dim: same,
  italic: same,
  underline: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
  isStyled: false,
};

/** Selects the style for an output stream: `STYLED` only on a terminal, and never if NO_COLOR is set (no-color.org). */
export function styleFor(
  { isTTY }: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const isForbidden = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return isTTY && !isForbidden ? STYLED : PLAIN;
}
