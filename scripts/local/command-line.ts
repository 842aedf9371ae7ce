import { styleFor } from "../terminal/style.ts";
import { TaskLine } from "../terminal/task-line.ts";
import { WIDTH_DEFAULT } from "../terminal/wrap.ts";
import { type Command, type Given, readFlags, UsageError } from "./flags.ts";
import { showHelp } from "./help.ts";

/** The style of standard output, and of standard error. */
export const outputStyle = styleFor(process.stdout, process.env);
export const errorStyle = styleFor(process.stderr, process.env);

// Whoever reads our output may have seen enough, as `head` has.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/** Columns of standard output; 80 where it is no terminal. */
export const outputWidth = (): number => process.stdout.columns || WIDTH_DEFAULT;

/**
 * What this process was called with, as `interpret` reads it. Ends the process after the help, and after a message about
 * what is wrong with the call.
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

/** Shows on standard output that something takes a while. */
export function startTask(text: string): TaskLine {
  return new TaskLine(text, process.stdout, outputStyle);
}

/** Commands that work as they are copied, each with what it does. */
export function showNextSteps(
  steps: readonly (readonly [command: string, about: string])[],
): string {
  const lines = steps.map(([command, about]) => `  ${command}\n      ${outputStyle.dim(about)}`);
  return `\n${outputStyle.bold("What next")}\n\n${lines.join("\n")}\n`;
}
