/** Creates what the route of the API documentation page depends on: its static file. */
export const pageDeps = (env: Env) => ({
  docsPage: ({ url, headers }: Request): Promise<Response> =>
    env.ASSETS.fetch(new URL("/docs", url), { headers }),
});
