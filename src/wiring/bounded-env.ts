import { withCallDeadlines } from "../platform/call-deadlines.ts";

/** Maximum milliseconds that a request or an object waits for one call to D1 or R2. */
const CALL_MS = 10_000;
/** The same in the background, where a call carries the work of many files and no client waits. */
const BACKGROUND_CALL_MS = 60_000;

/**
 * Returns the Worker's bindings for HTTP requests and Durable Objects: a call to D1 or R2 without an answer in time
 * throws.
 */
export const requestEnv = (env: Env): Env => withCallDeadlines(env, CALL_MS);

/**
 * Returns the Worker's bindings for queue consumers and the cron trigger, with longer time limits for calls to D1 and
 * R2.
 */
export const backgroundEnv = (env: Env): Env => withCallDeadlines(env, BACKGROUND_CALL_MS);
