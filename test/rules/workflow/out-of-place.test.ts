import { describe, expect, it } from "vitest";

import { explainOutOfPlace } from "../../../src/workflow/out-of-place.ts";

const TYPES = { "answer.generate@1": { only: "answers" }, "transform@1": {} } as const;
const using = (use: string) => ({ name: "own", steps: { one: { use } } });

describe("a step that works in one place only", () => {
  it("is refused in other places, with its name and its place", () => {
    const refused = explainOutOfPlace(
      [using("transform@1"), using("answer.generate@1")],
      TYPES,
      "runs",
    );
    expect(refused).toEqual({
      code: "invalid_request",
      message:
        "The step 'one' of 'own' uses answer.generate@1, which works in workflows that answer, which `POST /v1/responses` names or the project calls `answer`.",
      param: "workflow",
    });
  });

  it("runs in its place, and other steps run everywhere", () => {
    expect(explainOutOfPlace([using("answer.generate@1")], TYPES, "answers")).toBeNull();
    expect(explainOutOfPlace([using("transform@1")], TYPES, "runs")).toBeNull();
  });
});
