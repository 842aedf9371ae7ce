import type { SocketConnection } from "../conversation/socket/socket-client.ts";
import type { Scope } from "../knowledge/scope.ts";
import { openSocket } from "../platform/objects.ts";
import { answeringDeps } from "./answering-deps.ts";
import { corsOrigins, keyDeps } from "./organization-deps.ts";

/** Creates the dependencies of the route that opens sockets. */
export const socketDeps = (env: Env) => ({
  origins: corsOrigins(env),
  open: (connection: SocketConnection) => openSocket(env, connection),
});

/** Creates the dependencies of the messages of sockets, whose project is known by their key. */
export const socketTurnDeps = (env: Env) => ({
  ...keyDeps(env),
  answering: (scope: Scope) => answeringDeps(env, scope),
});
