import { styleFor } from "../terminal/style.ts";
import { TaskLine } from "../terminal/task-line.ts";
import { WIDTH_DEFAULT } from "../terminal/wrap.ts";
import { type Command, type Given, readFlags, UsageError } from "./flags.ts";
import { showHelp } from "./help.ts";

/** The text style of standard output: plain or with terminal escape codes, as `styleFor` selects. */
export const outputStyle = styleFor(process.stdout, process.env);
/** The text style of standard error: plain or with terminal escape codes, as `styleFor` selects. */
export const errorStyle = styleFor(process.stderr, process.env);

// The reader of the output may close it early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/** Returns the number of columns of standard output; 80 if it is not a terminal. */
export const outputWidth = (): number => process.stdout.columns || WIDTH_DEFAULT;

/**
 * Parses the arguments of this process, and converts them to options by `interpret`. If the help is requested or an
 * argument is wrong, prints the help or the error instead and ends the process.
 */
export function readCommandLine<Options>(
  command: Command,
  interpret: (given: Given) => Options,
): Options {
  try {
    const given = readFlags(command, process.argv.slice(2));
    if (!given.wantsHelp) return interpret(given);
    console.log(showHelp(command, { style: outputStyle, width: outputWidth() }));
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/**
 * Runs the work of a command, then ends the process. If the work throws, prints the error's message and ends with code
 * 1.
 */
export async function runCommand(work: () => Promise<void>): Promise<never> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  process.exit();
}

/** Starts to show the progress of a task on standard output. */
export function startTask(text: string): TaskLine {
  return new TaskLine(text, process.stdout, outputStyle);
}

/** Formats the commands that a user may try next, each with a description. */
export function showNextSteps(
  steps: readonly (readonly [command: string, about: string])[],
): string {
  const lines = steps.map(([command, about]) => `  ${command}\n      ${outputStyle.dim(about)}`);
  return `\n${outputStyle.bold("What next")}\n\n${lines.join("\n")}\n`;
}
