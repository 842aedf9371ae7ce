import { DECLARATIONS } from "../../src/http/api.ts";
import { type Declaration, listRefusals } from "../../src/http/route/declaration.ts";
import { ProblemBody } from "../../src/http/route/problem-body.ts";

type Fetch = (
  request: Request,
  env: Env,
  context: ExecutionContext,
) => Promise<Response> | Response;

/**
 * Wraps the service's `fetch` so that every test fails whose response differs from the declaration of its route: in the
 * schema of the JSON body, the list of refusals, or the content type. Such a response is replaced by one with status
 * 599.
 */
export const checkedFetch =
  (fetch: Fetch): Fetch =>
  async (request, env, context) => {
    const { method, url } = request;
    const response = await fetch(request, env, context);
    const declared = find(method, new URL(url).pathname);
    // It has no body, and the platform does not clone it.
    if (response.status === 101 && declared?.media?.some(({ status }) => status === 101)) {
      return response;
    }
    const problem = declared && (await problemWith(declared, response.clone()));
    if (!problem) return response;
    const text = `${method} ${declared.path} answers otherwise than it declares: ${problem}`;
    console.error(text);
    return new Response(text, { status: 599 });
  };

async function problemWith(declared: Declaration, response: Response): Promise<string | null> {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  if (type === "application/problem+json")
    return problemWithRefusal(declared, await response.json());
  const { status, media = [], response: schema } = declared;
  if (type === "application/json" && schema) {
    if (response.status !== (status ?? 200)) return `the status is ${response.status}`;
    const parsed = schema.safeParse(await response.json());
    return parsed.success ? null : `its body is wrong: ${parsed.error.message}`;
  }
  return media.some(({ contentType }) => contentType === type) ? null : `its type is ${type}`;
}

function problemWithRefusal(declared: Declaration, body: unknown): string | null {
  const parsed = ProblemBody.safeParse(body);
  if (!parsed.success) return `the error's body is wrong: ${parsed.error.message}`;
  const { code } = parsed.data.error;
  return listRefusals(declared).some((known) => known === code)
    ? null
    : `the refusal ${code} is not declared`;
}

const patterns = DECLARATIONS.map((declaration) => {
  const { path, params = {} } = declaration;
  const source = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    params[name]?.isGreedy ? ".+" : "[^/]+",
  );
  return { declaration, pattern: new RegExp(`^${source.replaceAll(".json", "\\.json")}/?$`) };
});

/** HEAD has no body to check, and what is not declared is refused in the one error shape. */
const find = (method: string, path: string): Declaration | undefined =>
  patterns.find(({ declaration, pattern }) => declaration.method === method && pattern.test(path))
    ?.declaration;
