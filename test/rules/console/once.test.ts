import { describe, expect, it } from "vitest";

import { once } from "../../../console/api/once.ts";

const isLost = (error: unknown) => error === "lost";

/** Sends a request, whose reply is lost or which ends otherwise, and returns the key that it had. */
async function sendOnce(request: string, end: "lost" | "refused" | "done"): Promise<string> {
  let sent = "";
  const send = async (headers: Readonly<Record<string, string>>) => {
    sent = headers["idempotency-key"] ?? "";
    if (end !== "done") throw end;
    return end;
  };
  await once(request, send, isLost).catch(() => {});
  return sent;
}

describe("a request that is to be done once", () => {
  it("keeps its key until there is a reply", async () => {
    const first = await sendOnce("a", "lost");

    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(await sendOnce("a", "lost")).toBe(first);
    expect(await sendOnce("a", "done")).toBe(first);
    expect(await sendOnce("a", "done")).not.toBe(first);
  });

  it("has another key than a different request, and than one that was refused before", async () => {
    const first = await sendOnce("b", "lost");

    expect(await sendOnce("c", "done")).not.toBe(first);
    expect(await sendOnce("b", "refused")).toBe(first);
    expect(await sendOnce("b", "done")).not.toBe(first);
  });
});
