/**
 * The functions of kernel.wasm, which are documented in rows.as.ts, encode.as.ts and codes.as.ts. Parameters such as
 * `rows` and `scores` are addresses in the kernel's memory.
 */
type KernelFunctions = {
  measureRows(rows: number, stride: number, count: number, inverseNorms: number): void;
  scoreRows(
    rows: number,
    stride: number,
    count: number,
    inverseNorms: number,
    target: number,
    scale: number,
    scores: number,
  ): void;
  widenRow(row: number, dimensions: number, scale: number, width: number, vector: number): void;
  rotate(
    vector: number,
    width: number,
    block: number,
    signs: number,
    orders: number,
    rotated: number,
  ): void;
  encodeVector(
    vector: number,
    width: number,
    mean: number,
    bits: number,
    offset: number,
    slope: number,
  ): void;
  sumBlocks(codes: number, bytes: number, blocks: number, tables: number, sums: number): void;
  boundBlocks(
    sums: number,
    offsets: number,
    slopes: number,
    blocks: number,
    base: number,
    unit: number,
    step: number,
    shift: number,
    error: number,
    scale: number,
    estimates: number,
    uppers: number,
  ): void;
  cutBlocks(
    sums: number,
    offsets: number,
    slopes: number,
    admitted: number,
    blocks: number,
    unit: number,
    step: number,
    shift: number,
    error: number,
    threshold: number,
    first: number,
    found: number,
    uppers: number,
  ): number;
};

/** The part of a `WebAssembly.Memory` that a kernel uses. */
type KernelPages = { readonly buffer: ArrayBuffer; grow(pages: number): number };
const PAGE_BYTES = 65_536;
/** Alignment of addresses in bytes, so that a vector instruction never crosses a cache line. */
const ALIGNMENT = 64;

/**
 * An instance of the SIMD kernel (kernel.wasm) with its own memory, in which `allocate` reserves space. The memory only
 * grows: drop the kernel to free it. A Worker imports the module (`import module from "./kernel.wasm"`); Node compiles
 * it from the file.
 */
export class Kernel {
  readonly call: KernelFunctions;
  readonly #memory: KernelPages;
  #used = 0;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module);
    if (!isKernel(exports)) throw new TypeError("The module is not the kernel of kernel.as.ts.");
    this.call = exports;
    this.#memory = exports.memory;
  }

  /** Bytes of the kernel's memory. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * The kernel's memory. `allocate` and `cover` may replace the buffer, so create views of it only when they are used.
   */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** Allocates `bytes` zero bytes, which are never freed. Returns their address. */
  allocate(bytes: number): number {
    const address = this.reserve(bytes);
    this.cover(address + bytes);
    return address;
  }

  /**
   * Reserves addresses for `bytes` bytes. The memory behind them exists only once `cover` was called for it. Returns
   * the first address.
   */
  reserve(bytes: number): number {
    const address = this.#used;
    this.#used = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  /** Grows the memory, if need be, so that the bytes before the address `end` are usable. */
  cover(end: number): void {
    const missing = end - this.bytes;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}

const FUNCTIONS: readonly (keyof KernelFunctions)[] = [
  "measureRows",
  "scoreRows",
  "widenRow",
  "rotate",
  "encodeVector",
  "sumBlocks",
  "boundBlocks",
  "cutBlocks",
];

/**
 * Tests whether a module exports all functions of the kernel, by name alone. Their parameters are those in
 * kernel.as.ts, from which a test compiles the module again.
 */
function isKernel(exports: object): exports is KernelFunctions & { readonly memory: KernelPages } {
  return "memory" in exports && FUNCTIONS.every((name) => name in exports);
}
