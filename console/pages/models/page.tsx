import { describe } from "../../api/client.ts";
import type { CircuitBreaker, Model } from "../../api/operations.ts";
import { CopyCurl } from "../../parts/copy.tsx";
import { Empty, ErrorNotice, Loading } from "../../parts/notice.tsx";
import { Page } from "../../parts/page.tsx";
import { Age, Name, Status } from "../../parts/text.tsx";
import { useLive } from "../../state/live.ts";
import { countOf } from "../../state/words.ts";

const BREAKER_STATE: Readonly<Record<CircuitBreaker["state"], string>> = {
  closed: "in service",
  open: "out of service",
  half_open: "being tried",
  unknown: "unknown",
};

/** The models of the deployment, each with the state of its circuit breaker. */
export default function ModelsPage() {
  const models = useLive("models", "GET /v1/models", {});
  const breakers = useLive("breakers", "GET /v1/circuit_breakers", {});
  const listed = models.value?.data.filter((model) => model.used_for !== undefined) ?? [];
  return (
    <Page title="Models" actions={<CopyCurl request={describe("GET /v1/circuit_breakers", {})} />}>
      <ErrorNotice error={models.error ?? breakers.error} retry={breakers.reload} />
      {!models.value && models.isLoading && <Loading />}
      {models.value && listed.length === 0 && (
        <Empty icon="models" title="No models">
          <p>The operator names models in the settings of the deployment.</p>
        </Empty>
      )}
      {listed.length > 0 && (
        <div class="table-box" tabIndex={0} role="group" aria-label="Models">
          <table class="wide">
            <thead>
              <tr>
                <th>Model</th>
                <th>State</th>
                <th>Use</th>
                <th>Provider</th>
              </tr>
            </thead>
            <tbody>
              {listed.map((model) => (
                <ModelRow
                  key={`${model.id} ${model.used_for}`}
                  model={model}
                  breaker={breakers.value?.data.find((one) => isOf(one, model))}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="soft">
        A model that fails again and again is out of service for a while, and the next one answers
        in its place. All projects of the deployment share this state.
      </p>
    </Page>
  );
}

const isOf = (breaker: CircuitBreaker, { id, used_for: use }: Model) =>
  breaker.model === id && breaker.used_for === use;

type ModelRowProps = { readonly model: Model; readonly breaker: CircuitBreaker | undefined };

function ModelRow({ model, breaker }: ModelRowProps) {
  return (
    <tr>
      <td>
        <Name of={model.id} /> {model.default && <span class="tag">default</span>}
      </td>
      <td>
        {breaker ? (
          <>
            <Status of={breaker.state} label={BREAKER_STATE[breaker.state]} />{" "}
            {breaker.retry_at !== null && (
              <span class="soft small">
                tried again <Age at={breaker.retry_at} />
              </span>
            )}
            {breaker.recent_failures > 0 && (
              <span class="soft small">
                {breaker.recent_failures} of {countOf(breaker.recent_calls, "call")} failed
              </span>
            )}
          </>
        ) : (
          <span class="soft">built in</span>
        )}
      </td>
      <td>{model.used_for}</td>
      <td>{model.owned_by}</td>
    </tr>
  );
}
