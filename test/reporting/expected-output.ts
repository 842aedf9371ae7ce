/** First lines of what workerd prints, past vitest, about the faults that tests cause on purpose. */
const EXPECTED: readonly RegExp[] = [
  // An object that a test aborts, and what its callers see.
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: A test crashes this object/,
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: Network connection lost\./,
  /^uncaught exception; source = Uncaught \(in promise\); stack = Error: (?:(?:before|after) \w+: )?Network connection lost\./,
  // A request that is under way when a test, or the end of a file, takes all objects away.
  /^(?:uncaught exception; )?exception = .*\bjsg\.Error: Application called (?:abort|delete)AllDurableObjects\(\)/,
  // Files that are sent as text or as a form, and are no text.
  /^console warning; message = Called \.text\(\) on an HTTP body which does not appear to be text\./,
  // Alarms that `runDurableObjectAlarm` runs before they are due.
  /^NOSENTRY SQLite alarm /,
  // A server that is not there, and one that a client leaves in the middle.
  /^exception = .* disconnected: Connection refused/,
  /^exception = .* disconnected: abortRead\(\) has been called/,
];
/** Lines that continue the message before them. */
const CONTINUATION = /^(?:stack: |\s+at |; )/;

/** Removes messages that tests are expected to cause, each with its stack, from a text of workerd's output. */
export function omitExpected(text: string): string {
  if (!text.split("\n").some(isExpected)) return text;
  let omits = false;
  const kept = text.split("\n").filter((line) => {
    omits = isExpected(line) || (omits && CONTINUATION.test(line));
    return !omits;
  });
  return kept.join("\n");
}

const isExpected = (line: string) => EXPECTED.some((form) => form.test(line));

/**
 * Hides expected messages of workerd in the output of this process. The vitest pool for workerd writes them directly to
 * the process's streams and has no option for a handler (`handleStructuredLogs` in vitest-plugin 1.4.10 is fixed).
 */
export function hideExpectedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = new Proxy(write, {
      apply(_write, _stream, [chunk, ...more]: unknown[]) {
        const text = typeof chunk === "string" ? omitExpected(chunk) : chunk;
        return Reflect.apply(write, stream, [text, ...more]);
      },
    });
  }
}
