import { describe, it } from "vitest";

import { createWorkflowCalls } from "../conversation/answering-project.ts";
import { createProject } from "../project.ts";
import { countEchoed, countRun, MARK } from "./count-echoed.ts";

describe("a run of a workflow that fails over its input", () => {
  it("repeats at most 200 characters of it in its error", async ({ expect }) => {
    const { save, post, until } = createWorkflowCalls(await createProject());
    const names = Array.from({ length: 9 }, (_, at) => [`${MARK.repeat(90)}${at}`, 1]);
    const input = {
      text: MARK.repeat(5_000),
      letters: "x".repeat(3_000),
      names: Object.fromEntries(names),
    };
    const steps = [
      { use: "http@1", with: { url: "${ input.text }" } },
      { use: "http@1", with: { url: "http://127.0.0.1/${ input.text }" } },
      { use: "retrieve@1", with: { query: "a", vector_store_ids: ["${ input.text }"] } },
      { use: "generate@1", with: { question: "a", model: "${ input.text.substring(0, 250) }" } },
      { use: "http@1", with: { url: "http://${ input.letters }/" } },
      { use: "http@1", with: { url: "${ input.letters }:something" } },
      { use: "http@1", with: { url: "https://a.example", headers: "${ input.names }" } },
      { use: "retrieve@1", with: { query: "a", vector_store_ids: "${ input.names }" } },
      { use: "transform@1", with: { value: "${ int(input.text) }" } },
      { use: "transform@1", with: { value: "${ duration(input.text) }" } },
      { use: "transform@1", with: { value: "${ timestamp(input.text) }" } },
      { use: "sql@1", with: { query: "${ input.text }" } },
      { use: "sleep@1", with: { for: "${ input.text }" } },
      { use: "workflow@1", with: { workflow: "${ input.text }" } },
    ];
    for (const step of steps) {
      const saved = await save({
        a: { ...step, ...(step.use !== "sleep@1" && { retry: { attempts: 1 } }) },
      }).catch(() => null);
      if (!saved) continue;
      const started = await post("/runs", { ...saved, input });
      const { id } = await started.json<{ id: string }>();
      const run = await until(id, ({ status }) => status !== "running");
      const { error, status } = run;
      const letters = countRun(JSON.stringify(error), "x");
      expect({ step, status, isLong: Math.max(countEchoed(error), letters) > 200 }).toEqual({
        step,
        status: "failed",
        isLong: false,
      });
    }
  });
});
