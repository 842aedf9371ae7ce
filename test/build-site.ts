import { buildSite } from "../scripts/site/build-site.ts";

/** Vitest's global setup for worker tests: builds the static files, which tests read through the binding ASSETS. */
export const setup = (): Promise<void> => buildSite();
