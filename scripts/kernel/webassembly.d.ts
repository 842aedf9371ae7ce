/** What Node has of WebAssembly and the benchmarks use; the types of Node have no such values. */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  type Instance = { readonly exports: object };
  const Instance: new (module: Module) => Instance;
}
