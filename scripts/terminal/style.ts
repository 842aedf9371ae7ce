type Paint = (text: string) => string;

/** Marks text for a terminal; every mark is closed at the end of the text it is given. */
export type Style = {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly italic: Paint;
  readonly underline: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  /** False where text stays as it is: then marks that carry a meaning have to be written out. */
  readonly isStyled: boolean;
};

const code =
  (open: number, close: number): Paint =>
  (text) =>
    text === "" ? "" : `\u001B[${open}m${text}\u001B[${close}m`;
const same: Paint = (text) => text;

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

/** The style for an output: colour on a terminal only, and never where NO_COLOR is set (no-color.org). */
export function styleFor(
  { isTTY }: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const isForbidden = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return isTTY && !isForbidden ? STYLED : PLAIN;
}
