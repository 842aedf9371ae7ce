import type { Instruction } from "../program.ts";

/**
 * SQLite's instructions as far as the bound on a query's work needs them: where control goes next, and what a cursor
 * reads. A program with an instruction that is not listed here is refused, since its work cannot be bounded.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

/** Opcodes of SQLite after which execution continues at the address in operand p2, or with the next instruction. */
export const BRANCHES = words(
  `ElseEq Eq Filter Found Ge Gt IdxGE IdxGT IdxLE IdxLT If IfEmpty IfNoHope IfNot IfNotOpen IfNotZero IfNullRow IfPos
  IfSizeBetween IfSmaller IsNull IsType Last Le Lt MustBeInt Ne NoConflict NotExists NotFound NotNull Rewind RowSetTest
  SeekGE SeekGT SeekLE SeekLT SeekRowid SequenceTest Sort SorterCompare SorterSort`,
);

/** Opcodes of SQLite that control loops. Their jumps are taken a bounded number of times, such as once for each row. */
export const CONTROLS = words("DecrJumpZero Next Once Prev RowSetRead SorterNext Yield");

/** Opcodes of SQLite after which execution continues with the next instruction. */
export const PLAIN = words(
  `Add AddImm Affinity AggFinal AggInverse AggStep AggStep1 AggValue And BeginSubrtn BitAnd BitNot BitOr Blob Cast Close
  ClrSubtype CollSeq Column ColumnsUsed Compare Concat Copy Count CursorHint DeferredSeek Delete Divide Explain FilterAdd
  FinishSeek Function GetSubtype HaltIfNull IdxDelete IdxInsert IdxRowid Insert Int64 IntCopy Integer IsTrue MakeRecord
  MemMax Move Multiply NewRowid Noop Not Null NullRow Offset OffsetLimit OpenAutoindex OpenDup OpenEphemeral OpenPseudo
  OpenRead Or Permutation PureFunc ReadCookie Real RealAffinity ReleaseReg Remainder ReopenIdx ResetSorter ResultRow
  RowCell RowData RowSetAdd Rowid SCopy SeekHit Sequence SetSubtype ShiftLeft ShiftRight SoftNull SorterData
  SorterInsert SorterOpen String String8 Subtract Transaction TypeCheck Variable ZeroOrNull`,
);

/** Opcodes of SQLite that move a cursor to a place other than its next row. */
export const POSITIONS = words(
  `Found Last NoConflict NotExists NotFound ResetSorter Rewind SeekGE SeekGT SeekLE SeekLT SeekRowid SeekScan Sort
  SorterSort`,
);

/** Opcodes of SQLite that open a cursor on a table of the database or one of its indexes. */
export const OPENS_TABLE = words("OpenRead ReopenIdx");
/** Opcodes of SQLite that open a cursor on an empty temporary table. */
export const OPENS_EMPTY = words("OpenAutoindex OpenEphemeral SorterOpen");
/** Opcodes of SQLite that add a row to a temporary table. */
export const INSERTS = words("IdxInsert Insert SorterInsert");
/** Opcodes of SQLite that advance a cursor and, if there is another row, jump to the address in operand p2. */
export const STEPS = words("Next Prev SorterNext");

/** Instructions that search a tree or compare many rows, with their cost in units of a plain instruction. */
const HEAVY: ReadonlyMap<string, number> = new Map([
  ...[...POSITIONS].map((opcode): [string, number] => [opcode, 8]),
  ...["IdxInsert", "Insert", "NewRowid", "IfEmpty", "DeferredSeek"].map(
    (opcode): [string, number] => [opcode, 8],
  ),
  ["SorterInsert", 24],
  ["OpenEphemeral", 40],
  ["OpenAutoindex", 40],
  ["SorterOpen", 40],
  ["Function", 4],
  ["PureFunc", 4],
  ["AggStep", 4],
  ["AggInverse", 4],
  ["AggValue", 4],
]);

/** Returns the cost of an instruction apart from the length of its values, in units of a plain instruction. */
export const weighOpcode = (opcode: string): number => HEAVY.get(opcode) ?? 1;

/** Instructions that keep their result in register p2. */
const WRITES_P2 = words(
  `Blob Count Copy GetSubtype IdxRowid Int64 IntCopy IsTrue Not BitNot Move NewRowid OffsetLimit Null Real RowData Rowid ReadCookie SCopy Sequence SoftNull
  SorterData String String8 Variable ZeroOrNull`,
);
/** Instructions that change register p1. */
const WRITES_P1 = words("AddImm Affinity AggFinal BeginSubrtn Cast MemMax MustBeInt RealAffinity");

/** Instructions that keep their result in register p3. */
const WRITES_P3 = words(
  `Add AggFinal AggInverse AggStep AggStep1 AggValue And BitAnd BitOr Column Concat Divide Function MakeRecord Multiply
  NewRowid Offset OffsetLimit Or PureFunc Remainder RowSetRead ShiftLeft ShiftRight Subtract`,
);

/**
 * Tests whether an instruction may write to a register. An instruction that only sets the register to a constant number
 * does not count.
 */
export function writesRegister({ opcode, p1, p2, p3 }: Instruction, register: number): boolean {
  const isWithin = (first: number, last: number) => first <= register && register <= last;
  if (opcode === "Copy" || opcode === "Move") return isWithin(p2, p2 + Math.max(0, p3));
  if (opcode === "Null" || opcode === "BeginSubrtn") return isWithin(p2, Math.max(p2, p3));
  if (WRITES_P2.has(opcode) && p2 === register) return true;
  if (WRITES_P1.has(opcode) && p1 === register) return true;
  return WRITES_P3.has(opcode) && p3 === register;
}
