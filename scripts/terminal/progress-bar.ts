const WIDTH = 32;
const INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 10_000;

/** Shows the progress of a task on stderr as a bar. If stderr is not a terminal, prints a line from time to time. */
export class ProgressBar {
  readonly #label: string;
  readonly #startedAt = Date.now();
  #shownAt = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** Shows that `done` of `total` is done. Redraws only after a minimum interval. */
  show(done: number, total: number): void {
    const now = Date.now();
    const interval = process.stderr.isTTY ? INTERVAL_MS : PLAIN_INTERVAL_MS;
    if (now - this.#shownAt < interval && done < total) return;
    if (done >= total && !process.stderr.isTTY) return;
    this.#shownAt = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    if (!process.stderr.isTTY) {
      process.stderr.write(`${this.#label}${percent}\n`);
      return;
    }
    const filled = Math.round(share * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    process.stderr.write(`\r\x1b[K${this.#label}  ${bar} ${percent}`);
  }

  /** Replaces the bar with a final line. */
  end(text: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    const clear = process.stderr.isTTY ? "\r\x1b[K" : "";
    process.stderr.write(`${clear}${this.#label}: ${text} (${seconds} s)\n`);
  }
}
