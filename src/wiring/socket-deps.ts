import type { SocketConnection } from "../conversation/socket/socket-client.ts";
import type { Scope } from "../knowledge/scope.ts";
import { openSocket } from "../platform/objects.ts";
import { answeringDeps } from "./answering-deps.ts";
import { keyDeps } from "./console-deps.ts";
import { corsOrigins } from "./organization-deps.ts";

/** Creates the dependencies of the route that opens WebSockets. */
export const socketDeps = (env: Env) => ({
  origins: corsOrigins(env),
  open: (connection: SocketConnection) => openSocket(env, connection),
});

/** Creates the dependencies for answering messages on sockets. The project of a socket is that of its API key. */
export const socketTurnDeps = (env: Env) => ({
  ...keyDeps(env),
  answering: (scope: Scope) => answeringDeps(env, scope),
});
