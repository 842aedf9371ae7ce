import { readLogLevel } from "../env.ts";
import { setLogLevel } from "../platform/logger.ts";

/** Sets the log level of this isolate to the deployment's setting. */
export const applyLogLevel = (env: object): void => setLogLevel(readLogLevel(env));
