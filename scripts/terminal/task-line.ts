import type { Style } from "./style.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const INTERVAL_MS = 100;

/** The output stream to which a `TaskLine` is written. */
export type TaskOutput = {
  readonly isTTY: boolean;
  write(text: string): void;
};

/**
 * Shows a running task as an animated line on a terminal. On other outputs it prints a plain line at the start and one
 * at the end of the task.
 */
export class TaskLine {
  readonly #output: TaskOutput;
  readonly #style: Style;
  readonly #startedAt = Date.now();
  #timer: NodeJS.Timeout | null = null;
  #text: string;
  #frame = 0;

  constructor(text: string, output: TaskOutput, style: Style) {
    this.#text = text;
    this.#output = output;
    this.#style = style;
    if (output.isTTY) {
      this.#draw();
      this.#timer = setInterval(() => this.#draw(), INTERVAL_MS);
      this.#timer.unref();
    } else output.write(`${text} …\n`);
  }

  /** Changes the text of the animated line. Has no effect on other outputs. */
  update(text: string): void {
    this.#text = text;
  }

  /** Replaces the line by a final one, with the duration of the task. */
  done(text: string): void {
    this.stop();
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(1);
    const { green, dim } = this.#style;
    this.#output.write(`${green("✓")} ${text} ${dim(`(${seconds} s)`)}\n`);
  }

  /** Stops the line and removes it from a terminal, for example when the task has failed. */
  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#output.write("\r\u001B[K");
  }

  #draw(): void {
    const { cyan, dim } = this.#style;
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? "";
    const seconds = Math.floor((Date.now() - this.#startedAt) / 1_000);
    this.#output.write(`\r\u001B[K${cyan(frame)} ${this.#text} ${dim(`… ${seconds} s`)}`);
  }
}
