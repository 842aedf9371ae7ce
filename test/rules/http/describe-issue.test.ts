import { describe, expect, it } from "vitest";
import { z } from "zod";

import { check } from "../../../src/http/request/request.ts";

const Schema = z.object({
  name: z.string(),
  limit: z.coerce.number().int().optional(),
  tags: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

describe("the message about an invalid value", () => {
  it.each([
    [{}, "Invalid 'name': it is required."],
    [{ name: 3 }, "Invalid 'name': it must be a string, not a number."],
    [{ name: null }, "Invalid 'name': it must be a string, not null."],
    [{ name: "a", limit: "x" }, "Invalid 'limit': it must be a number."],
    [{ name: "a", limit: 1.5 }, "Invalid 'limit': it must be a whole number."],
    [{ name: "a", tags: {} }, "Invalid 'tags': it must be an array, not an object."],
    [{ name: "a", tags: [true] }, "Invalid 'tags[0]': it must be a string, not a boolean."],
    [{ name: "a", stream: "yes" }, "Invalid 'stream': it must be a boolean, not a string."],
    [{ name: "a", metadata: [] }, "Invalid 'metadata': it must be an object, not an array."],
    [7, "Invalid request: it must be an object, not a number."],
  ])("of %j says what is wrong and what is right", (value, message) => {
    const checked = check(Schema, value);
    expect(checked.ok ? null : checked.error.message).toBe(message);
  });
});
