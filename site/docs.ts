/** The script of `GET /docs`: shows /openapi.json in Swagger UI, next to a list of all operations. */
import { fillContents, type Description } from "./contents.ts";

type Viewer = {
  readonly getSystem: () => {
    readonly layoutActions: {
      readonly show: (path: readonly string[], isShown: boolean) => void;
    };
  };
};

declare const SwaggerUIBundle: (options: Readonly<Record<string, unknown>>) => Viewer;

const DESCRIPTION_URL = "/openapi.json";

followColorScheme();
await start();

async function start(): Promise<void> {
  const description = await readDescription();
  if (!description) return;
  const viewer = SwaggerUIBundle({
    spec: description,
    dom_id: "#api",
    deepLinking: true,
    // The schemas are collapsed, below the operations.
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: "list",
    filter: false,
    // Keys are kept in memory only, until the page is closed.
    persistAuthorization: false,
    // Otherwise the viewer sends the description to an external validator.
    validatorUrl: null,
  });
  fillContents(element("contents"), description, (tag, operationId) => {
    // The viewer reads the address only at its start, so it must open the operation itself.
    const { layoutActions } = viewer.getSystem();
    layoutActions.show(["operations-tag", tag], true);
    layoutActions.show(["operations", tag, operationId], true);
    requestAnimationFrame(() => {
      const target = document.getElementById(
        `operations-${tag.replaceAll(" ", "_")}-${operationId}`,
      );
      target?.scrollIntoView({ block: "start" });
      target
        ?.querySelector<HTMLElement>("button.opblock-summary-control")
        ?.focus({ preventScroll: true });
    });
  });
}

async function readDescription(): Promise<Description | null> {
  try {
    const response = await fetch(DESCRIPTION_URL);
    if (!response.ok) throw new Error(`the service answered with status ${response.status}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service's own description, held by its tests
    return (await response.json()) as Description;
  } catch (error) {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.textContent = `${DESCRIPTION_URL} could not be read: ${error instanceof Error ? error.message : "no answer"}. Reload to try again.`;
    element("api").replaceChildren(notice);
    return null;
  }
}

/** Keeps the viewer's dark mode, a class of the page, in line with the system. */
function followColorScheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`docs.html has no element #${id}.`);
  return found;
}
