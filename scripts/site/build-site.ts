import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { buildConsole } from "./build-console.ts";
import { readCharacterMaps } from "./character-maps.ts";
import { headersFile } from "./headers-file.ts";
import { syncFolder } from "./sync-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
/** The licences of the viewer and of the code in it, which must be distributed with it. */
const VIEWER_LICENCES = ["LICENSE", "swagger-ui-bundle.js.LICENSE.txt"].map((file) =>
  require.resolve(`swagger-ui-dist/${file}`),
);

/**
 * Builds the folder of static files that the Worker serves (`[assets]` in wrangler.toml): the page of `GET /docs` with
 * its script, style and viewer, the console, and the character maps of PDF.js. wrangler fails without the folder, so
 * every command that starts wrangler builds the folder first. Unchanged files are not written: any write restarts a workerd that serves the folder, which breaks open
 * streams and loses local queues.
 */
export async function buildSite(folder = join(ROOT, "dist")): Promise<void> {
  const bundle = await bundlePage();
  const hashed = {
    "docs.js": bundle.js,
    "docs.css": bundle.css,
    "viewer.js": readFileSync(require.resolve("swagger-ui-dist/swagger-ui-bundle.js")),
  };
  const paths = new Map(
    Object.entries(hashed).map(([name, content]) => [name, hashedPath(name, content)]),
  );
  const page = readFileSync(join(ROOT, "site/docs.html"), "utf8");
  syncFolder(folder, {
    ...Object.fromEntries(
      Object.entries(hashed).map(([name, content]) => [hashedPath(name, content), content]),
    ),
    "docs.html": fillPlaceholders(page, paths),
    "docs-licences.txt": VIEWER_LICENCES.map((file) => readFileSync(file, "utf8")).join("\n"),
    "favicon.svg": readFileSync(join(ROOT, "site/favicon.svg")),
    ...(await buildConsole()),
    ...readCharacterMaps(),
    _headers: headersFile(),
  });
}

async function bundlePage(): Promise<{ js: Uint8Array; css: Uint8Array }> {
  const { outputFiles } = await build({
    entryPoints: { docs: "site/docs.ts", style: "site/docs.css" },
    absWorkingDir: ROOT,
    outdir: "dist",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2024",
    logLevel: "error",
  });
  const output = (ending: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(ending));
    if (!found) throw new Error(`esbuild made no ${ending} of site/.`);
    return found.contents;
  };
  return { js: output(".js"), css: output(".css") };
}

/**
 * Makes a path such as `assets/docs-1a2b3c4d5e6f.js`. It changes with the content, so browsers may cache it for ever.
 */
function hashedPath(name: string, content: Uint8Array): string {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return `assets/${name.replace(".", `-${hash}.`)}`;
}

function fillPlaceholders(page: string, paths: ReadonlyMap<string, string>): string {
  return page.replaceAll(/\{\{([\w.]+)\}\}/g, (_whole, name: string) => {
    const path = paths.get(name);
    if (path === undefined)
      throw new Error(`site/docs.html names {{${name}}}, which is not built.`);
    return `/${path}`;
  });
}
