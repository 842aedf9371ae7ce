// AssemblyScript, compiled to kernel.wasm by `npm run build:kernel`. It allocates nothing: kernel.ts hands in addresses.
export { measureRows, scoreRows, widenRow } from "./rows.as";
export { encodeVector, rotate } from "./encode.as";
export { boundBlocks, cutBlocks, sumBlocks } from "./codes.as";
