import { readLogLevel, readSecretSettings } from "../env.ts";
import { hideInLogs } from "../platform/hide-secrets-in-logs.ts";
import { setLogLevel } from "../platform/logger.ts";

/**
 * Sets the log level of this isolate from the variable `LOG_LEVEL`, and registers the deployment's secrets, so that its
 * logs never contain them.
 */
export function applyLogSettings(env: object): void {
  setLogLevel(readLogLevel(env));
  hideInLogs(readSecretSettings(env));
}
