/** Creates the dependencies of the route of the API docs. */
export const pageDeps = (env: Env) => ({
  docsPage: ({ url, headers }: Request): Promise<Response> =>
    env.ASSETS.fetch(new URL("/docs", url), { headers }),
});
