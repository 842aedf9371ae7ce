import { readLogLevel } from "../env.ts";
import { setLogLevel } from "../platform/logger.ts";

/** Makes the logger of this isolate write from the level that the deployment sets. */
export const applyLogLevel = (env: object): void => setLogLevel(readLogLevel(env));
