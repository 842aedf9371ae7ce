/**
 * Thrown by a consumer whose messages found the provider of their model down. The messages themselves are settled: the
 * exception only makes the invocation a failed one. The platform starts fewer consumers of a queue while many
 * invocations fail, and does not count a `retry()` as a failure.
 */
export class ProviderDown extends Error {
  override readonly name = "ProviderDown";

  constructor(queue: string, attempts: number, away: number) {
    super(
      `The provider was away for ${away} of ${attempts} messages of ${queue}. All are settled; this error lowers the number of consumers.`,
    );
  }
}

/**
 * Decides from the messages of one batch whether a provider is down: at least half of those that were worked on found it
 * away. Less is a bad request, or a bad moment.
 */
export const isProviderDown = (attempts: number, away: number): boolean =>
  away > 0 && away * 2 >= attempts;
