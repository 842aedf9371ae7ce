import type { Refusal } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

/** The dependency of the console's pages: access to its static files. */
export type ConsoleFiles = {
  /**
   * Fetches the page of the console, or one of its files by its path, such as `/console/assets/app-1a2b.js`. The status
   * is 404 if there is no such file.
   */
  consoleFile(path: string, request: Request): Promise<Response>;
};

const PAGE = "/console/";
const FILES = "/console/assets/";
const HTML = "text/html";
const EXAMPLE = '<!doctype html>\n<html lang="en">…</html>';
const route = routesWith<ConsoleFiles>();
const OF_PAGES = {
  access: "public",
  ours: true,
  tag: "Console",
  method: "GET",
  response: null,
  media: [
    { contentType: HTML, description: "The page", example: EXAMPLE },
    { contentType: "", status: 304, description: "The page that the client has", example: null },
    { contentType: "text/javascript", description: "A script of the page", example: "export {};" },
    { contentType: "text/css", description: "The style of the page", example: "body {}" },
  ],
  refusals: ["not_found"],
  example: {},
} as const;

/**
 * The routes of the console. Every path is the same page, whose script shows the screen that the path names. Cloudflare
 * serves the files of the page without a route, so only a missing one reaches this route.
 */
export const consoleRoutes = [
  route(
    { ...OF_PAGES, path: "/console", summary: "Get the console" },
    async ({ c, deps }) => await sendFile(deps, PAGE, c.req.raw),
  ),
  route(
    {
      ...OF_PAGES,
      path: "/console/{screen}",
      params: {
        screen: {
          ...textParam("screen", "Project and screen of the console.", "proj_01/files"),
          isGreedy: true,
        },
      },
      summary: "Get a screen of the console",
    },
    async ({ c, deps }) => {
      const { path } = c.req;
      return await sendFile(deps, path.startsWith(FILES) ? path : PAGE, c.req.raw);
    },
  ),
];

async function sendFile(deps: ConsoleFiles, path: string, request: Request) {
  const file = await deps.consoleFile(path, request);
  if (file.status === 404) return err(path === PAGE ? NOT_BUILT : NO_FILE);
  // A copy, since the headers of a fetched response cannot be changed.
  return ok(new Response(file.body, file));
}

const NOT_BUILT: Refusal = {
  code: "not_found",
  message: "The console was not built. Run 'npm run build' and deploy again.",
};
const NO_FILE: Refusal = {
  code: "not_found",
  message: "The console has no such file in this version. Reload the page to get the present one.",
};
