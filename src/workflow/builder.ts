import type { WorkflowBody, WorkflowStep } from "./compile/workflow-body.ts";

/**
 * Begins a workflow that is written in TypeScript; what `build` gives is the JSON that clients send. A step can
 * only need steps that were written before it, and the compiler says so.
 *
 *     workflow("greeting")
 *       .step("ask", { use: "http@1", with: { url: "https://…" } })
 *       .step("greet", { use: "transform@1", needs: ["ask"], with: { text: "Hello ${steps.ask.output.name}" } })
 *       .output({ text: "${steps.greet.output.text}" })
 *       .build();
 */
export const workflow = (name: string): WorkflowBuilder<never> =>
  new WorkflowBuilder(name, { steps: {} });

/** A workflow so far; every method gives another one and leaves this one as it is. */
class WorkflowBuilder<Steps extends string> {
  readonly #name: string;
  readonly #body: WorkflowBody;

  constructor(name: string, body: WorkflowBody) {
    this.#name = name;
    this.#body = body;
  }

  step<Name extends string>(
    name: Name extends Steps ? never : Name,
    step: Omit<WorkflowStep, "needs"> & { readonly needs?: readonly Steps[] },
  ): WorkflowBuilder<Steps | Name> {
    const steps = { ...this.#body.steps, [name]: step };
    return new WorkflowBuilder(this.#name, { ...this.#body, steps });
  }

  /** What a run comes to; it may speak of every step. */
  output(output: unknown): WorkflowBuilder<Steps> {
    return new WorkflowBuilder(this.#name, { ...this.#body, output });
  }

  build(): WorkflowBody & { readonly name: string } {
    return { name: this.#name, ...this.#body };
  }
}
