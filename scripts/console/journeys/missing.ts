import { z } from "zod";

import { LEAVE } from "../documents.ts";
import { makeStore } from "../library.ts";
import { check, type Journey, type World } from "../world.ts";

const Made = z.object({ id: z.string() });
const List = z.object({ data: z.array(Made) });
const Letters = z.object({ data: z.array(Made.extend({ workflow: z.string() })) });
const STEPS = { approve: { use: "signal@1", with: { name: "approval", requires: ["reason"] } } };
const CALL = {
  use: "http@1",
  with: { url: "https://shop.example.com/" },
  retry: { attempts: 1 },
};
const TYPED = "Typed, and not sent";

/** A thing that has a page of its own, and how somebody else deletes it. */
type Subject = {
  /** Path of its page in the project. */
  readonly path: string;
  /** Its name in the messages. */
  readonly name: string;
  readonly list: string;
  readonly remove: () => Promise<unknown>;
  /** Types a text on its page. */
  readonly type?: (world: World) => Promise<void>;
  /** What is on the page once it is read. */
  readonly shown: string;
};

/** Each page about one thing says that it was deleted while it is shown, and later that there is none; typed text stays. */
export const missing: Journey = {
  name: "missing",
  run: async (world) => {
    await world.signIn();
    world.expectError(/status of 404/);
    const { page } = world;
    const base = page.url().replace(/(\/console\/proj_\w+)\/.*/, "$1");
    await world.call("POST", "/v1/workflows", { name: "asks", steps: STEPS });
    for (const subject of [...(await makeStoreSubjects(world)), ...(await makeWork(world))]) {
      await loseSubject(world, base, subject);
    }
    await loseConversation(world, base);
    await makeSubjectStore(world);
    await openOldLinks(world, base);
  },
};

/** Goes through the deletion of a thing while it is shown, the old link to it, and the way out. */
async function loseSubject(world: World, base: string, subject: Subject): Promise<void> {
  const { page } = world;
  await page.goto(base + subject.path);
  await page.getByText(subject.shown).first().waitFor();
  await subject.type?.(world);
  await subject.remove();
  await page.getByText(`${subject.name} was deleted meanwhile`).waitFor();
  check(
    await page.getByText(subject.shown).first().isVisible(),
    `${subject.path}: what was shown is gone`,
  );
  check((await page.getByRole("button", { name: "Try again" }).count()) === 0, "it can be retried");
  if (subject.path.startsWith("/runs/")) await world.look("missing-while-shown");
  await page.reload();
  await saysMissing(world, subject.name.replace(/^(?:The|This) /, ""));
  if (subject.type) await page.getByText(TYPED).waitFor();
  if (subject.path.startsWith("/stores/")) await world.look("missing");
  await page
    .getByRole("main")
    .getByRole("link", { name: `Go to ${subject.list}` })
    .click();
  await page.getByRole("heading", { name: subject.list, exact: true }).waitFor();
}

async function saysMissing({ page }: World, name: string): Promise<void> {
  await page.getByRole("heading", { name: `There is no such ${name}` }).waitFor();
  check((await page.getByRole("button", { name: "Try again" }).count()) === 0, "it can be retried");
}

const makeSubjectStore = (world: World) =>
  makeStore(world, "Lost", [{ name: "leave.md", content: `# Leave\n\n${LEAVE}` }]);

/** Makes a file, and stores with the pages that are about them. */
async function makeStoreSubjects(world: World): Promise<Subject[]> {
  const { page } = world;
  const [store, other] = [await makeSubjectStore(world), await makeSubjectStore(world)];
  const files = List.parse(await world.call("GET", `/v1/vector_stores/${store}/files`));
  const file = files.data[0]?.id ?? "";
  const listed = await makeSubjectStore(world);
  const typeInto = (label: string) => async () => await page.getByLabel(label).fill(TYPED);
  const remove = (path: string) => () => world.call("DELETE", path);
  return [
    {
      path: `/files/${file}`,
      name: "The file",
      list: "Files",
      remove: remove(`/v1/files/${file}`),
      shown: "Extracted text",
    },
    {
      path: `/stores/${store}`,
      name: "The store",
      list: "Stores",
      remove: remove(`/v1/vector_stores/${store}`),
      type: typeInto("Name"),
      shown: "Metadata, a line each",
    },
    {
      path: `/stores/${other}/reindex`,
      name: "The store",
      list: "Stores",
      remove: remove(`/v1/vector_stores/${other}`),
      shown: "Build the index again",
    },
    {
      path: `/files?store=${listed}`,
      name: "The store",
      list: "Stores",
      remove: remove(`/v1/vector_stores/${listed}`),
      shown: "leave.md",
    },
  ];
}

/** Makes a workflow, runs, a schedule, a dead letter and an answer. A run that has ended has no events any more. */
async function makeWork(world: World): Promise<Subject[]> {
  const { page } = world;
  await world.call("POST", "/v1/workflows", { name: "lost", steps: STEPS });
  await world.call("POST", "/v1/workflows", { name: "fails", steps: { call: CALL } });
  const start = async (workflow: string) =>
    Made.parse(await world.call("POST", "/v1/runs", { workflow })).id;
  const [run, decided] = [await start("asks"), await start("asks")];
  await start("fails");
  const schedule = Made.parse(
    await world.call("POST", "/v1/schedules", { workflow: "asks", cron: "0 0 1 1 *" }),
  ).id;
  const letter = await findLetter(world);
  const answer = Made.parse(
    await world.call("POST", "/v1/responses", { model: "scripted", input: "How many days?" }),
  ).id;
  const cancel = async (id: string) => {
    await world.call("POST", `/v1/runs/${id}/cancel`, {});
    await world.call("DELETE", `/v1/runs/${id}`);
  };
  await world.call("POST", `/v1/runs/${run}/cancel`, {});
  const remove = (path: string) => () => world.call("DELETE", path);
  return [
    {
      path: "/workflows/lost",
      name: "The workflow",
      list: "Workflows",
      remove: remove("/v1/workflows/lost"),
      type: async () => await page.getByLabel("What it is for").fill(TYPED),
      shown: "Steps and output as JSON",
    },
    {
      path: `/runs/${run}`,
      name: "The run",
      list: "Runs",
      remove: remove(`/v1/runs/${run}`),
      shown: "Steps as a list",
    },
    {
      path: `/approvals/${decided}`,
      name: "The run",
      list: "Approvals",
      remove: () => cancel(decided),
      type: async () => await page.getByLabel("Reason").fill(TYPED),
      shown: "Input of the run",
    },
    {
      path: `/schedules/${schedule}`,
      name: "The schedule",
      list: "Schedules",
      remove: remove(`/v1/schedules/${schedule}`),
      shown: "While a run is open",
    },
    {
      path: `/queue/${letter}`,
      name: "The dead letter",
      list: "Queue",
      remove: remove(`/v1/dead_letters/${letter}`),
      shown: "What happened",
    },
    {
      path: `/why/${answer}`,
      name: "This answer",
      list: "Ask",
      remove: remove(`/v1/responses/${answer}`),
      shown: "Confidence",
    },
  ];
}

async function findLetter(world: World): Promise<string> {
  for (;;) {
    const { data } = Letters.parse(await world.call("GET", "/v1/dead_letters"));
    const letter = data.find(({ workflow }) => workflow === "fails");
    if (letter) return letter.id;
    await world.page.waitForTimeout(200);
  }
}

/** A conversation that was deleted keeps the question that is typed in it, to be asked in another one. */
async function loseConversation(world: World, base: string): Promise<void> {
  const { page } = world;
  const { id } = Made.parse(await world.call("POST", "/v1/conversations", {}));
  await page.goto(`${base}/ask/${id}`);
  await page.getByLabel("Question").fill(TYPED);
  await page.waitForTimeout(1_500);
  await world.call("DELETE", `/v1/conversations/${id}`);
  await page.getByText("This conversation was deleted meanwhile").waitFor();
  await page.reload();
  await saysMissing(world, "conversation");
  await world.look("missing-conversation");
  await page.getByRole("link", { name: "Take what you have typed" }).click();
  await page.waitForURL(/\/ask$/);
  check((await page.getByLabel("Question").inputValue()) === TYPED, "the question is lost");
  await page.getByLabel("Question").fill("");
}

/** Addresses whose thing never was, or was cut when they were copied. */
async function openOldLinks(world: World, base: string): Promise<void> {
  const { page } = world;
  const links = [
    ["/runs/run_cut", "run"],
    ["/search?q=leave&a=vs_cut", "store"],
    ["/runs?start=never", "workflow"],
    ["/workflows?new=never", "workflow"],
    ["/workflows/never", "workflow"],
  ] as const;
  for (const [path, name] of links) {
    await page.goto(base + path);
    await saysMissing(world, name);
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await world.signIn(world.service.adminKey);
  await page.goto(`${world.service.url}/console/operator/projects/proj_cut`);
  await saysMissing(world, "project");
  await page.getByRole("main").getByRole("link", { name: "Go to Projects" }).click();
  await page.getByRole("heading", { name: "Projects", exact: true }).waitFor();
}
