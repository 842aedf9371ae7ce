/** Rows are read for a start in pieces of this many. */
const PIECE = 8_192;

/** Int8 rows in SQLite, as many in a blob as fit on a page of 4 KB, by the position of the first. */
export class VectorRows {
  rowsRead = 0;
  dimensions: number;
  count: number;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS vector_block (key INTEGER PRIMARY KEY, bytes BLOB)");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS size (id INTEGER PRIMARY KEY, count INTEGER, dimensions INTEGER)",
    );
    type Size = { readonly count: number; readonly dimensions: number };
    const [size] = sql.exec<Size>("SELECT count, dimensions FROM size").toArray();
    this.count = size?.count ?? 0;
    this.dimensions = size?.dimensions ?? 0;
  }

  /** Writes rows behind the others; their number is a multiple of 8. */
  write(rows: Int8Array): void {
    const { dimensions, count: first } = this;
    const size = this.#blockRows();
    for (let at = 0; at * dimensions < rows.length; at += size) {
      const bytes = rows.slice(at * dimensions, (at + size) * dimensions).buffer;
      this.#sql.exec("INSERT INTO vector_block VALUES (?, ?)", (first + at) / size, bytes);
    }
    this.count += rows.length / dimensions;
    this.#sql.exec("INSERT OR REPLACE INTO size VALUES (1, ?, ?)", this.count, dimensions);
  }

  /** Reads the rows of positions, one after the other. */
  read(positions: Uint32Array): Int8Array {
    type Row = { readonly key: number; readonly bytes: ArrayBuffer };
    const size = this.#blockRows();
    const { dimensions } = this;
    const keys = [...new Set(Array.from(positions, (position) => Math.floor(position / size)))];
    const found = this.#sql.exec<Row>(
      "SELECT vector_block.key AS key, bytes FROM json_each(?) AS wanted CROSS JOIN vector_block ON vector_block.key = wanted.value",
      JSON.stringify(keys),
    );
    const blocks = new Map([...found].map(({ key, bytes }) => [key, new Int8Array(bytes)]));
    const rows = new Int8Array(positions.length * dimensions);
    for (const [index, position] of positions.entries()) {
      const within = (position % size) * dimensions;
      const block = blocks.get(Math.floor(position / size));
      if (block) rows.set(block.subarray(within, within + dimensions), index * dimensions);
    }
    this.rowsRead += positions.length;
    return rows;
  }

  /** Yields all rows, in pieces. */
  *all(): Generator<Int8Array, void, undefined> {
    const size = this.#blockRows();
    const { count } = this;
    for (let first = 0; first < count; first += PIECE) {
      const piece = new Int8Array(Math.min(PIECE, count - first) * this.dimensions);
      let at = 0;
      const blocks = this.#sql.exec<{ readonly bytes: ArrayBuffer }>(
        "SELECT bytes FROM vector_block WHERE key >= ? AND key < ? ORDER BY key",
        first / size,
        (first + PIECE) / size,
      );
      for (const { bytes } of blocks) {
        piece.set(new Int8Array(bytes), at);
        at += bytes.byteLength;
      }
      yield piece;
    }
  }

  #blockRows(): number {
    let rows = 8;
    while (rows > 1 && rows * this.dimensions > 3_900) rows /= 2;
    return rows;
  }
}
