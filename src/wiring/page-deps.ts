/** Creates the dependency of the route of the API documentation page: access to its static file. */
export const pageDeps = (env: Env) => ({
  docsPage: ({ url, headers }: Request): Promise<Response> =>
    env.ASSETS.fetch(new URL("/docs", url), { headers }),
});
