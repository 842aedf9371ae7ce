import { buildSite } from "../scripts/site/build-site.ts";

/** Builds the static files before the worker tests start, which read them through the binding ASSETS. */
export const setup = (): Promise<void> => buildSite();
