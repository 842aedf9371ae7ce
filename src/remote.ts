/** A value, or a promise of one. */
export type Awaitable<Value> = Value | Promise<Value>;

/**
 * The interface `Client` of a Durable Object class as its callers see it: every method returns a promise, since it is
 * called by RPC. The class itself implements `Client` with methods that may be synchronous.
 */
export type Remote<Client> = {
  readonly [Name in Exclude<keyof Client, keyof Rpc.RpcTargetBranded>]: Client[Name] extends (
    ...parameters: infer Parameters
  ) => infer Value
    ? (...parameters: Parameters) => RemoteValue<Value>
    : never;
};

/** The returned value of a call. RPC pipelines: methods of a returned target can be called before it has arrived. */
type RemoteValue<Value> = Value extends Rpc.RpcTargetBranded
  ? Remote<Value> & Disposable
  : Promise<Awaited<Value>>;
