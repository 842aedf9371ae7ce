import {
  type StepContext,
  type StepHandler,
  type StepHandlers,
} from "../../kernel/rules/step-handler.ts";
import { classifyFailure } from "../../platform/failure.ts";
import { logger } from "../../platform/logger.ts";
import { PublicError, publicMessage } from "../../public-error.ts";

/**
 * Wraps step handlers so that a step fails only with messages written for clients, since a run stores the errors of its
 * steps and shows them to clients. Any other error is logged and replaced by a message without details. If an error for
 * clients has a cause, such as the original message of an API or a database, the cause is logged.
 */
export function withPublicErrors(handlers: StepHandlers): StepHandlers {
  return Object.fromEntries(
    Object.entries(handlers).map(([use, handler]) => [use, wrap(handler)] as const),
  );
}

function wrap(handler: StepHandler): StepHandler {
  if (handler.kind === "dispatched") return handler;
  const run: typeof handler.run = async (context) => {
    try {
      return await handler.run(context);
    } catch (error) {
      throw toPublicError(error, context);
    }
  };
  return { ...handler, run };
}

/**
 * Returns the error with which an attempt fails: one written for clients, or the reason of an abort. Any other error is
 * logged and replaced.
 */
export function toPublicError(
  error: unknown,
  { runId, step, attempt, signal }: Pick<StepContext, "runId" | "step" | "attempt" | "signal">,
): unknown {
  if (signal.aborted) return signal.reason;
  const fields = { runId, step, attempt };
  if (error instanceof PublicError && error.cause !== undefined) {
    logger.warn("step.attempt.refused", fields, error.cause);
  }
  // The kernel knows a reset by the error itself, which it does not count.
  if (error instanceof PublicError || isReset(error)) return error;
  if (classifyFailure(error) === "bug") logger.failed("step.attempt.failed", error, fields);
  else logger.warn("step.attempt.failed", fields, error);
  return new PublicError(publicMessage(error));
}

const isReset = (error: unknown) =>
  error instanceof Error && error.message.includes("reset because its code was updated");
