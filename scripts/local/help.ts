import type { Style } from "../terminal/style.ts";
import { wrap } from "../terminal/wrap.ts";
import { type Command, listFlags } from "./flags.ts";

const GAP = 2;
/** A longer name has its own line. */
const NAME_COLUMN_MAX = 22;

/** Formats the help of a command: its usage, flags, environment variables and notes. */
export function showHelp(
  command: Command,
  { style, width }: { readonly style: Style; readonly width: number },
): string {
  const { call, about, operand, environment = [], notes = [] } = command;
  const operands: (readonly [string, string])[] = operand ? [[operand.value, operand.about]] : [];
  const flags = listFlags(command).map(
    ({ name, value, about: aboutFlag }) =>
      [value === undefined ? `--${name}` : `--${name} ${value}`, aboutFlag] as const,
  );
  const usage = `${call} -- ${operand ? `${operand.value} ` : ""}[flags]`;
  const section = (title: string, rows: readonly (readonly [string, string])[]) =>
    rows.length === 0 ? [] : ["", style.bold(title), ...rows.map((row) => showRow(row, width))];
  return [
    wrap(about, { width }),
    "",
    `${style.bold("Usage")}  ${usage}`,
    ...section("Arguments", operands),
    ...section("Flags", flags),
    ...section("Environment", environment),
    ...notes.flatMap((note) => ["", wrap(note, { width })]),
  ].join("\n");
}

function showRow([name, about]: readonly [string, string], width: number): string {
  const column = GAP + NAME_COLUMN_MAX + GAP;
  const label = `${" ".repeat(GAP)}${name}`;
  const rest = " ".repeat(column);
  if (label.length <= column - GAP)
    return wrap(about, { width, first: label.padEnd(column), rest });
  return `${label}\n${wrap(about, { width, first: rest })}`;
}
