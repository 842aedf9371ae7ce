/** First lines of what workerd prints, past vitest, about the faults that tests cause on purpose. */
const EXPECTED: readonly RegExp[] = [
  // An object that a test aborts, and what its callers see.
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: A test (?:crashes|ends) this object/,
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: (?:A test crashes this object|the process ends here|It is broken)/,
  // What an object answers to a call that a test makes to be refused, or beside a fault.
  /^uncaught exception; source = Uncaught \(in promise\); stack = (?:PartMissing|ProviderDown|ShardRebuilding): /,
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: (?:chunk\.span_start must be an integer|no such table: chunk|The conversation cannot be reached|The search shard has terms of version)/,
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: Network connection lost\./,
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: (?:(?:before|after) \w+: )?Network connection lost\./,
  // A request that is under way when a test, or the end of a file, takes all objects away.
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: Application called (?:abort|delete)AllDurableObjects\(\)/,
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: Application called deleteAllDurableObjects\(\)/,
  // Files that are sent as text or as a form, and are no text.
  /^console warning; message = Called \.text\(\) on an HTTP body which does not appear to be text\./,
  // Alarms that `runDurableObjectAlarm` runs before they are due.
  /^NOSENTRY SQLite alarm /,
  // A server that is not there, and one that a client leaves in the middle.
  /^exception = .* disconnected: Connection refused/,
  /^exception = .* disconnected: abortRead\(\) has been called/,
  /^exception = .* disconnected: (?:other end of WebSocketPipe was destroyed|read end of pipe was aborted)/,
  /^exception = .* disconnected: HTTP body: error reading a body from connection/,
  // A host without an address. To the Worker, it is an internal error.
  /^e = .* failed: failed to lookup address information/,
  /^uncaught exception; (?:exception = .*jsg\.|source = Uncaught \(in promise\); stack = )Error: internal error; reference = /,
];
/** Lines that continue the message before them. */
const CONTINUATION = /^(?:stack: |\s+at |; )/;

/**
 * A filter of one stream of workerd's output. It removes messages that tests are expected to cause, each with its stack,
 * which may come in a later write.
 */
export class ExpectedOutput {
  #omits = false;

  /** Returns what is left of the next text of the stream. */
  omitFrom(text: string): string {
    const lines = text.split("\n");
    const kept = lines.filter((line, index) => {
      // The end of the last line, and no line of its own.
      if (line === "" && index === lines.length - 1) return true;
      this.#omits = isExpected(line) || (this.#omits && CONTINUATION.test(line));
      return !this.#omits;
    });
    return kept.length === lines.length ? text : kept.join("\n");
  }
}

const isExpected = (line: string) => EXPECTED.some((form) => form.test(line));

/**
 * Hides expected messages of workerd in the output of this process. The vitest pool for workerd writes them directly to
 * the process's streams and has no option for a handler (`handleStructuredLogs` in vitest-plugin 1.4.10 is fixed).
 */
export function hideExpectedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const expected = new ExpectedOutput();
    stream.write = new Proxy(write, {
      apply(_write, _stream, [chunk, ...more]: unknown[]) {
        const text = typeof chunk === "string" ? expected.omitFrom(chunk) : chunk;
        return Reflect.apply(write, stream, [text, ...more]);
      },
    });
  }
}
