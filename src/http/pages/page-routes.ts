import { accepts } from "hono/accepts";
import { z } from "zod";

import type { Refusal } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { type Declaration, Reply } from "../route/declaration.ts";
import { routesWith } from "../route/route.ts";
import { llmsText } from "./llms-text.ts";

/** The dependency of the route `/docs`: access to the static file of the API documentation page. */
export type DocsPage = {
  /**
   * Fetches the file of the page for `request`, whose conditional headers may give the status 304. The status is 404 if
   * the file is missing, since `npm run build` was not run.
   */
  docsPage(request: Request): Promise<Response>;
};

/** The dependencies of the routes of public pages. */
export type PageDeps = DocsPage & {
  readonly version: string;
  /**
   * Lists all routes of the service. It is a function, since the list includes the routes of these pages, which are not
   * defined yet when it is passed.
   */
  readonly routes: () => readonly Declaration[];
};

/** The answer of `GET /` to a program: links to the documentation. */
const ServiceBody = z.strictObject({
  name: z.literal("edgewise").describe("Name of the service."),
  version: z.string().describe("Version of the service."),
  console: z.url().describe("The console, for people."),
  docs: z.url().describe("The API docs, for people."),
  openapi: z.url().describe("The API description, OpenAPI 3.1."),
  llms: z.url().describe("The API in Markdown, for language models."),
  health: z.url().describe("Answers while the service works."),
});

const serviceBody = (version: string, origin: string): z.input<typeof ServiceBody> => ({
  name: "edgewise",
  version,
  console: `${origin}/console/`,
  docs: `${origin}/docs`,
  openapi: `${origin}/openapi.json`,
  llms: `${origin}/llms.txt`,
  health: `${origin}/health`,
});

const LLMS_EXAMPLE = llmsText([
  { method: "GET", path: "/v1/files", tag: "Files", summary: "List files", access: "project" },
]);
const HTML = "text/html";
const HTML_EXAMPLE = '<!doctype html>\n<html lang="en">…</html>';
/** The place of the console. */
const CONSOLE = "/console/";
const JSON_TYPE = "application/json";
const route = routesWith<PageDeps>();
const OF_SERVICE = { access: "public", tag: "Service", method: "GET", ours: true } as const;

/**
 * The routes of the public pages: `/`, `/docs` and `/llms.txt`. The scripts and styles of `/docs` are static assets,
 * which Cloudflare serves without a route.
 */
export const pageRoutes = [
  route(
    {
      ...OF_SERVICE,
      path: "/",
      summary: "Get the addresses of the service",
      description: "Browsers are led to the console; clients that do not ask for HTML get JSON.",
      response: ServiceBody,
      media: [
        {
          contentType: "",
          status: 302,
          description: "For browsers: the console is at `location`",
          example: null,
        },
      ],
      example: { response: serviceBody("0.1.0", "https://edgewise.example") },
    },
    ({ c, deps: { version } }) => {
      const { origin } = new URL(c.req.url);
      // A client that accepts anything, as curl does, is a program.
      const type = accepts(c, {
        header: "Accept",
        supports: [JSON_TYPE, HTML],
        default: JSON_TYPE,
      });
      if (type === JSON_TYPE) {
        const headers = { vary: "Accept", "cache-control": "no-cache" };
        return ok(new Reply(serviceBody(version, origin), headers));
      }
      return ok(c.body(null, 302, { location: CONSOLE, vary: "Accept" }));
    },
  ),
  route(
    {
      ...OF_SERVICE,
      path: "/docs",
      summary: "Get the API docs",
      description: "A page for people: every operation, with a form that sends requests.",
      response: null,
      media: [
        { contentType: HTML, description: "The page", example: HTML_EXAMPLE },
        {
          contentType: "",
          status: 304,
          description: "The page that the client has",
          example: null,
        },
      ],
      refusals: ["not_found"],
      example: {},
    },
    async ({ c, deps }) => {
      const page = await deps.docsPage(c.req.raw);
      if (page.status === 404) return err(NOT_BUILT);
      // A copy, since the headers of a fetched response cannot be changed.
      return ok(new Response(page.body, page));
    },
  ),
  route(
    {
      ...OF_SERVICE,
      path: "/llms.txt",
      summary: "Get the API as text",
      response: null,
      media: [{ contentType: "text/plain", description: "Markdown", example: LLMS_EXAMPLE }],
      example: {},
    },
    ({ c, deps: { routes } }) =>
      ok(
        c.body(llmsText(routes()), 200, {
          "content-type": "text/plain; charset=utf-8",
          "cache-control": "public, max-age=300",
        }),
      ),
  ),
];

const NOT_BUILT: Refusal = {
  code: "not_found",
  message: "The page of the API docs was not built. Run 'npm run build' and deploy again.",
};
