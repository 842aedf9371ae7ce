import { readLogLevel, readSecretSettings } from "../env.ts";
import { hideInLogs } from "../platform/hide-secrets-in-logs.ts";
import { setLogLevel } from "../platform/logger.ts";

/**
 * Sets the log level of this isolate as the deployment's variable `LOG_LEVEL` says, and hides the deployment's secrets
 * from its logs.
 */
export function applyLogSettings(env: object): void {
  setLogLevel(readLogLevel(env));
  hideInLogs(readSecretSettings(env));
}
