/**
 * SQL that removes migrations from the record of an object, so that its next start applies them again. The caller takes
 * their changes of tables back. A row of the record has one id or several, with spaces between them.
 */
export const forgetMigrations = (...ids: readonly string[]): string =>
  [...ids.map(forget), "DELETE FROM _migrations WHERE id = ''"].join(";\n");

const forget = (id: string) =>
  `UPDATE _migrations SET id = trim(replace(' ' || id || ' ', ' ${id} ', ' '))`;
