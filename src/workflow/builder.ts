import type { WorkflowBody, WorkflowStep } from "./compile/workflow-body.ts";

/**
 * Begins the definition of a workflow in TypeScript; `build` returns the JSON that clients send. A step can need only
 * steps that were added before it, which the compiler checks.
 *
 *     workflow("greeting")
 *       .step("ask", { use: "http@1", with: { url: "https://…" } })
 *       .step("greet", { use: "transform@1", needs: ["ask"], with: { value: "Hello ${steps.ask.output.body.name}" } })
 *       .output({ text: "${steps.greet.output}" })
 *       .build();
 */
export const workflow = (name: string): WorkflowBuilder<never> =>
  new WorkflowBuilder(name, { steps: {} });

/** A workflow under construction. Every method returns a new builder and leaves this one unchanged. */
class WorkflowBuilder<Steps extends string> {
  readonly #name: string;
  readonly #body: WorkflowBody;

  constructor(name: string, body: WorkflowBody) {
    this.#name = name;
    this.#body = body;
  }

  /** Adds a step. `needs` may only name steps that were added before; a name that is taken does not compile. */
  step<Name extends string>(
    name: Name extends Steps ? never : Name,
    step: Omit<WorkflowStep, "needs"> & { readonly needs?: readonly Steps[] },
  ): WorkflowBuilder<Steps | Name> {
    const steps = { ...this.#body.steps, [name]: step };
    return new WorkflowBuilder(this.#name, { ...this.#body, steps });
  }

  /** Sets the template of the run's output, which may refer to every step. */
  output(output: unknown): WorkflowBuilder<Steps> {
    return new WorkflowBuilder(this.#name, { ...this.#body, output });
  }

  /** Returns the workflow, as `POST /v1/workflows` takes it. */
  build(): WorkflowBody & { readonly name: string } {
    return { name: this.#name, ...this.#body };
  }
}
