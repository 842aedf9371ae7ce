/** A flag of one of our commands. */
export type Flag = {
  readonly name: string;
  /** What stands for its value in the help, such as `N`; a flag without one is a switch. */
  readonly value?: string;
  readonly about: string;
};

export type Command = {
  /** As it is called: `npm run dev`. */
  readonly call: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** What is given without a flag, such as `<folder>`; commands without it refuse any. */
  readonly operand?: { readonly value: string; readonly about: string };
  /** Environment variables that it reads. */
  readonly environment?: readonly (readonly [name: string, about: string])[];
  /** More paragraphs for the help: where the state is, how to reset it. */
  readonly notes?: readonly string[];
  /** Flags of `wrangler dev` are taken too, and go on to it as they came. */
  readonly passesOn?: true;
};

/** What a command was called with. */
export type Given = {
  /** By the flag's name; switches have an empty value. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  /** For `wrangler dev`, in the order in which it came. */
  readonly passedOn: readonly string[];
  readonly wantsHelp: boolean;
};

/** Something is wrong with how a command was called; the message says what and what to do. */
export class UsageError extends Error {}

const HELP: Flag = { name: "help", about: "Prints this." };
const WRANGLER: Flag = {
  name: "wrangler",
  about: "Passes everything after it on to `wrangler dev` as it is.",
};

/** Flags of `wrangler dev` (4.155) that go on to it without `--wrangler` before them. */
const WRANGLER_FLAGS = new Set(
  `alias assets compatibility-date compatibility-flag compatibility-flags config cwd define env env-file host
  https-cert-path https-key-path infer-origin-from-routes inspector-ip inspector-port jsx-factory jsx-fragment latest
  live-reload local local-protocol local-upstream log-level minify name no-bundle profile remote route routes
  show-interactive-dev-session test-scheduled tsconfig tunnel tunnel-allowed-mail tunnel-name types upstream-protocol var`
    .split(/\s+/)
    .flatMap((name) => [name, `no-${name}`]),
);

/** The flags of a command with those that every command has. */
export const flagsOf = ({ flags, passesOn }: Command): readonly Flag[] => [
  ...flags,
  ...(passesOn ? [WRANGLER] : []),
  HELP,
];

/** Reads what a command was called with. Throws a `UsageError` about the first thing that is wrong. */
export function readFlags(command: Command, args: readonly string[]): Given {
  const flags = new Map(flagsOf(command).map((flag) => [flag.name, flag]));
  const values = new Map<string, string>();
  const operands: string[] = [];
  const passedOn: string[] = [];
  // The value of one of wrangler's flags is not ours to tell from a value without a flag.
  let isAfterWranglerFlag = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, name, inline] = /^--?([a-z][\w-]*)(?:=(.*))?$/is.exec(arg) ?? [];
    if (name === undefined) {
      if (isAfterWranglerFlag) passedOn.push(arg);
      else operands.push(arg);
      continue;
    }
    isAfterWranglerFlag = false;
    const flag = flags.get(name === "h" ? HELP.name : name);
    if (flag === WRANGLER) {
      passedOn.push(...args.slice(at + 1));
      break;
    }
    if (flag) {
      values.set(flag.name, readValue(flag, { inline, next: args[at + 1] }));
      if (flag.value !== undefined && inline === undefined) at++;
    } else if (command.passesOn && WRANGLER_FLAGS.has(name)) {
      passedOn.push(arg);
      isAfterWranglerFlag = inline === undefined;
    } else throw unknownFlag(command, name);
  }
  const wantsHelp = values.has(HELP.name);
  const [surplus] = operands;
  if (!command.operand && surplus !== undefined && !wantsHelp)
    throw unknownOperand(command, surplus);
  return { values, operands, passedOn, wantsHelp };
}

/** Reads the value of a flag: `inline` follows a `=`, `next` is the next argument. */
function readValue(
  { name, value }: Flag,
  { inline, next }: { readonly inline: string | undefined; readonly next: string | undefined },
): string {
  if (value === undefined) {
    if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
    return "";
  }
  const given = inline ?? next;
  if (given === undefined || given === "" || (inline === undefined && given.startsWith("--"))) {
    throw new UsageError(`--${name} needs a value after it: --${name} ${value}.`);
  }
  return given;
}

/** A flag's value as a whole number between two bounds; null when the flag was not given. */
export function readNumber(
  { values }: Pick<Given, "values">,
  name: string,
  [min, max]: readonly [number, number],
): number | null {
  const text = values.get(name);
  if (text === undefined) return null;
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`--${name} takes a number from ${min} to ${max}, not "${text}".`);
}

function unknownFlag(command: Command, name: string): UsageError {
  const known = flagsOf(command).map((flag) => flag.name);
  const others = command.passesOn
    ? [...WRANGLER_FLAGS].filter((flag) => !flag.startsWith("no-"))
    : [];
  const nearest = nearestTo(name, known) ?? nearestTo(name, others);
  const proposal = nearest === null ? "" : ` Did you mean --${nearest}?`;
  const wrangler = command.passesOn ? ` Flags for wrangler alone go after --${WRANGLER.name}.` : "";
  return new UsageError(
    `${command.call} has no flag --${name}.${proposal}${wrangler} ${call(command, "--help")} lists all flags.`,
  );
}

const unknownOperand = (command: Command, operand: string) =>
  new UsageError(
    `${command.call} takes flags only, not "${operand}". ${call(command, "--help")} lists them.`,
  );

/** How a command is called with flags: npm keeps those before `--` for itself. */
const call = (command: Command, flags: string) => `\`${command.call} -- ${flags}\``;

/** The name that begins like this one, or is at most a third of its letters away; null when there is none. */
export function nearestTo(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = candidate.startsWith(name) ? 1 : editDistance(name, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** How many letters have to be put in, left out or replaced to make one word of another (Levenshtein). */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const line = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const replaced = (above[column - 1] ?? 0) + (isSame ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[right.length] ?? 0;
}
