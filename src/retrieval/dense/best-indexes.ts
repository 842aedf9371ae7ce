/** Collects the indexes of the `max` highest values that are offered (a binary heap with the lowest value on top). */
export class BestIndexes {
  readonly #values: Float64Array;
  readonly #indexes: Uint32Array;
  #size = 0;

  constructor(max: number) {
    this.#values = new Float64Array(max);
    this.#indexes = new Uint32Array(max);
  }

  /** Only values above this are kept: the lowest kept value once there are `max`, before that −∞. */
  get floor(): number {
    return this.#size < this.#values.length ? -Infinity : (this.#values[0] ?? Infinity);
  }

  /** Offers an index with its value. Of equal values the one offered first is kept. */
  offer(value: number, index: number): void {
    if (!(value > this.floor)) return;
    if (this.#size < this.#values.length) this.#rise(this.#size++, value, index);
    else this.#sink(value, index);
  }

  /** Returns the kept indexes by descending value; equal values are ordered by ascending index. */
  ranked(): number[] {
    const order = Array.from({ length: this.#size }, (_, at) => at).toSorted(
      (a, b) => this.#valueAt(b) - this.#valueAt(a) || this.#indexAt(a) - this.#indexAt(b),
    );
    return order.map((at) => this.#indexAt(at));
  }

  #rise(from: number, value: number, index: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#valueAt(parent) <= value) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, value, index);
  }

  /** Replaces the lowest value. */
  #sink(value: number, index: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#valueAt(child + 1) < this.#valueAt(child)) child++;
      if (this.#valueAt(child) >= value) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, value, index);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#valueAt(from), this.#indexAt(from));
  }

  #put(at: number, value: number, index: number): void {
    this.#values[at] = value;
    this.#indexes[at] = index;
  }

  #valueAt(at: number): number {
    return this.#values[at] ?? 0;
  }

  #indexAt(at: number): number {
    return this.#indexes[at] ?? 0;
  }
}
