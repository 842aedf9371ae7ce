export type Awaitable<Value> = Value | Promise<Value>;

/**
 * An object class as its callers see it: every call crosses to the object and answers with a promise. The class implements
 * the same interface with methods that may be synchronous.
 */
export type Remote<Client> = {
  readonly [Name in Exclude<keyof Client, keyof Rpc.RpcTargetBranded>]: Client[Name] extends (
    ...parameters: infer Parameters
  ) => infer Value
    ? (...parameters: Parameters) => Reached<Value>
    : never;
};

/** RPC pipelines: the methods of a target can be called before the call that returns it has answered. */
type Reached<Value> = Value extends Rpc.RpcTargetBranded
  ? Remote<Value> & Disposable
  : Promise<Awaited<Value>>;
