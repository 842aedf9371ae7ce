import { UsageError } from "./flags.ts";

/**
 * Reads the address of a service from an argument, without a slash or `/v1` at its end. Throws a `UsageError` if it is
 * none.
 */
export function readServiceUrl(address: string): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new UsageError(
      `"${address}" is not the URL of a service; write it as https://edgewise.example.workers.dev.`,
    );
  }
  return address.replace(/\/+(v1\/?)?$/, "");
}
