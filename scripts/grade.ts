import { formatFailures, formatGrades } from "./evaluation/grading/grade-report.ts";
import { judgeAnswer, type Graded } from "./evaluation/grading/judge-answer.ts";
import { LocalStore } from "./evaluation/grading/local-store.ts";
/** `npm run grade -- <folder>`: grades the answers of the built-in model to the questions of a folder, in this process. */
import { readDistractors, readFiles, readQuestions } from "./evaluation/grading/question-set.ts";
import { readKernel } from "./kernel/read-kernel.ts";
import { readCommandLine, runCommand } from "./local/command-line.ts";
import { type Given, readNumber, UsageError } from "./local/flags.ts";
import { GRADE } from "./local/test-commands.ts";

await runCommand(async () => {
  const options = readCommandLine(GRADE, readOptions);
  const store = new LocalStore(readKernel());
  const distractors =
    options.distractors === undefined ? [] : readDistractors(options.distractors, options.count);
  for (const file of [...readFiles(options.folder), ...distractors]) {
    const refusal = await store.add(file);
    if (refusal !== null) console.log(`${file.name} is not indexed: ${refusal}`);
  }
  const graded: Graded[] = [];
  for (const question of readQuestions(options.folder)) {
    if (options.kind !== undefined && question.kind !== options.kind) continue;
    const history = question.history.map(({ role, content: text }) => ({ role, text }));
    graded.push(judgeAnswer(question, await store.answer(question.question, history)));
  }
  const failures = formatFailures(graded, options.show);
  console.log(formatGrades(graded));
  if (failures !== "") console.log(`\n${failures}`);
});

function readOptions(given: Given) {
  const [folder] = given.operands;
  if (folder === undefined) {
    throw new UsageError("npm run grade needs a folder: `npm run grade -- <folder>`.");
  }
  const counts = [0, Number.MAX_SAFE_INTEGER] as const;
  return {
    folder,
    distractors: given.values.get("distractors"),
    count: readNumber(given, "count", counts) ?? 600,
    show: readNumber(given, "show", counts) ?? 15,
    kind: given.values.get("kind"),
  };
}
