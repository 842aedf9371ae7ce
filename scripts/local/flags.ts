/** A flag of one of this project's npm commands. */
export type CommandFlag = {
  readonly name: string;
  /** The placeholder for its value in the help, such as `N`. A flag without one takes no value. */
  readonly value?: string;
  readonly about: string;
};

/** One of this project's npm commands: its call, flags and help. */
export type Command = {
  /** The shell command that calls it, such as `npm run dev`. */
  readonly call: string;
  readonly about: string;
  readonly flags: readonly CommandFlag[];
  /** Its argument that is not a flag, such as `<folder>`. A command without `operand` refuses such arguments. */
  readonly operand?: { readonly value: string; readonly about: string };
  /** The environment variables that it reads. */
  readonly environment?: readonly (readonly [name: string, about: string])[];
  /** Further paragraphs of its help. */
  readonly notes?: readonly string[];
  /** True if the command accepts the flags of `wrangler dev` and passes them on. */
  readonly passesOn?: true;
};

/** The parsed arguments with which a command was called. */
export type Given = {
  /** The values of flags, by flag; "" for a flag that takes no value. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  /** The arguments for `wrangler dev`, in order. */
  readonly passedOn: readonly string[];
  readonly wantsHelp: boolean;
};

/** Thrown for a wrong argument of a command. The message says what is wrong and what to do. */
export class UsageError extends Error {}

const HELP: CommandFlag = { name: "help", about: "Prints this help." };
const WRANGLER: CommandFlag = {
  name: "wrangler",
  about: "Passes all arguments after it to `wrangler dev` unchanged.",
};

/** Flags of `wrangler dev` (4.155) that are passed on without `--wrangler` before them. */
const WRANGLER_FLAGS = new Set(
  `alias assets compatibility-date compatibility-flag compatibility-flags config cwd define env env-file host
  https-cert-path https-key-path infer-origin-from-routes inspector-ip inspector-port jsx-factory jsx-fragment latest
  live-reload local local-protocol local-upstream log-level minify name no-bundle profile remote route routes
  show-interactive-dev-session test-scheduled tsconfig tunnel tunnel-allowed-mail tunnel-name types upstream-protocol var`
    .split(/\s+/)
    .flatMap((name) => [name, `no-${name}`]),
);

/** Lists all flags of a command, including those that every command has. */
export const listFlags = ({ flags, passesOn }: Command): readonly CommandFlag[] => [
  ...flags,
  ...(passesOn ? [WRANGLER] : []),
  HELP,
];

/** Parses the arguments with which a command was called. Throws a `UsageError` about the first wrong argument. */
export function readFlags(command: Command, args: readonly string[]): Given {
  const flags = new Map(listFlags(command).map((flag) => [flag.name, flag]));
  const values = new Map<string, string>();
  const operands: string[] = [];
  const passedOn: string[] = [];
  // An argument after a flag of wrangler may be its value or an operand; it is passed on.
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
  { name, value }: CommandFlag,
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

/**
 * Reads the value of a flag as a whole number from `min` to `max`; null if the flag is missing. Throws a `UsageError`
 * for any other value.
 */
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
  const known = listFlags(command).map((flag) => flag.name);
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

/** Formats a call with flags. npm consumes flags before `--`. */
const call = (command: Command, flags: string) => `\`${command.call} -- ${flags}\``;

/**
 * Finds the closest known name: one that begins like `name`, or differs in at most a third of its letters; else null.
 */
function nearestTo(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = candidate.startsWith(name) ? 1 : editDistance(name, candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** Computes the Levenshtein distance of two words. */
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
