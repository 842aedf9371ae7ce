import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { resealSecrets, secretCatalog } from "../../../src/platform/databases/project-secrets.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import { HOST, SECRET, VARS, callPath, createCaller } from "./http-calls.ts";
import { readStepFailure, runStep } from "./step-context.ts";

let scope: Scope;
const call = (path: string, given: object = {}, options = {}) =>
  callPath(scope, path, given, options);

/** The settings of a deployment with one key for secrets. */
const only = (key: string) => ({ SECRETS_KEY: key, SECRETS_KEY_PREVIOUS: "" });

beforeAll(async () => {
  scope = await createCaller();
});

describe("secrets of http@1", () => {
  it("sends a secret and removes it from the server's response", async ({ expect }) => {
    const headers = { authorization: "Bearer {{secrets.API_KEY}}" };
    const output = await call("/echo", { headers });
    const sent = await call("/echo?status=400", { headers, accept_status: [400] });
    const refused = await readStepFailure(call("/echo?status=400", { headers }));

    expect(output).toMatchObject({ body: { headers, authorizationLength: 7 + SECRET.length } });
    expect(sent).toMatchObject({ status: 400, body: { headers } });
    expect(JSON.stringify([output, sent, refused])).not.toContain("7391");
    expect(refused).toMatchObject({ name: "FatalStepError" });
  });

  it("removes a secret that the server escapes or redirects to", async ({ expect }) => {
    const headers = { authorization: "Bearer {{secrets.API_KEY}}" };
    const escaped = SECRET.replaceAll("-", "\\u002d").replaceAll('"', "\\u0022");
    const bytes = Array.from(`["${escaped}"]`, (letter) => letter.charCodeAt(0).toString(16));
    const path = `/text?type=application/json&bytes=${bytes.join("")}`;
    const to = encodeURIComponent(`/missing/${SECRET}`);

    expect(await call(path, { headers })).toMatchObject({ body: ["{{secrets.API_KEY}}"] });
    const lost = await readStepFailure(call(`/redirect?status=302&to=${to}`, { headers }));
    expect(lost.message).toContain("/missing/{{secrets.API_KEY}} answered 404");
  });

  it("removes a secret that the server encodes", async ({ expect }) => {
    const headers = { authorization: "Bearer {{secrets.API_KEY}}" };
    const encoded = [btoa(SECRET), btoa(`a:${SECRET}`), encodeURIComponent(SECRET).toLowerCase()];
    const say = [...encoded, SECRET.toUpperCase().replaceAll('"', "&quot;")].join(" ");
    const path = `/status?status=400&say=${encodeURIComponent(say)}`;
    const refused = await readStepFailure(call(path, { headers }));

    const accepted = JSON.stringify(await call(path, { headers, accept_status: [400] }));

    expect(refused.message).toContain("answered 400 with a body");
    expect(accepted).toMatch(/(\{\{secrets\.API_KEY\}\} ?|YT\{\{secrets\.API_KEY\}\} ?){4}/);
  });

  it("sends a secret that is bound to hosts to no other host", async ({ expect }) => {
    const other = (await createProject()).scope;
    const port = HOST.split(":")[1];
    const local = `localhost:${port}`;
    await callAsOperator(other, "PUT", "/grants", { http_hosts: [HOST, local], sql_tables: [] });
    const bind = (...hosts: string[]) =>
      callAsOperator(other, "PUT", "/secrets/API_KEY", { value: SECRET, hosts });
    const send = async (url: string, authorization = "Bearer {{secrets.API_KEY}}") =>
      await runStep(other, "http@1", { url, headers: { authorization } }, { vars: VARS });
    const sent = { status: 200, body: { authorizationLength: 7 + SECRET.length } };
    const redirect = `http://${HOST}/redirect?status=302&to=`;

    await bind(HOST);
    expect(await send(`http://${HOST}/echo`)).toMatchObject(sent);
    expect(await send(`${redirect}/echo`)).toMatchObject(sent);
    expect(await send(`http://${local}/echo`, "none")).toMatchObject({ status: 200 });
    for (const url of [`http://${local}/echo`, `${redirect}http://${local}/echo`]) {
      const refused = await readStepFailure(send(url));
      expect(refused).toEqual({
        name: "FatalStepError",
        message: `The step may not make this call: the secret 'API_KEY' is bound to ${HOST}, and the call goes to '${local}'. If it may be sent there, add the host to the secret's hosts.`,
      });
    }
    await bind(local);
    expect((await readStepFailure(send(`http://${HOST}/echo`))).message).toContain(
      `bound to ${local}, and the call goes to '${HOST}'`,
    );
    await bind(HOST, local);
    // A redirect to another origin is followed, without the header.
    expect(await send(`${redirect}http://${local}/echo`)).toMatchObject({
      body: { authorizationLength: 0 },
    });
  });

  it("names a missing secret", async ({ expect }) => {
    const unknown = await readStepFailure(call("/echo", { headers: { a: "{{secrets.OTHER}}" } }));

    expect(unknown).toMatchObject({
      name: "FatalStepError",
      message: "The project has no secret 'OTHER'. Set it first.",
    });
  });

  it("reports that the deployment has no key for secrets, or another one", async ({ expect }) => {
    const other = (await createProject()).scope;
    await callAsOperator(other, "PUT", "/secrets/API_KEY", { value: SECRET });
    const given = { url: `http://${HOST}/echo`, headers: { a: "{{secrets.API_KEY}}" } };
    const withKey = (SECRETS_KEY: string) =>
      readStepFailure(runStep(other, "http@1", given, { vars: { SECRETS_KEY } }));

    expect((await withKey("")).message).toContain("no SECRETS_KEY");
    expect((await withKey("another-key-of-tests")).message).toContain("cannot be decrypted");
  });

  it("are decrypted with the previous key, and encrypted again with the new one", async ({
    expect,
  }) => {
    const project = (await createProject()).scope;
    await callAsOperator(project, "PUT", "/grants", { http_hosts: [HOST], sql_tables: [] });
    // An isolate caches a secret that it has read, so that each call takes another.
    const names = ["FIRST", "SECOND", "THIRD"];
    const catalog = secretCatalog(env.CATALOG, { current: "secrets-key-of-tests", previous: null });
    for (const name of names) {
      await catalog.put(project.projectId, { name, value: SECRET, now: 0 });
    }
    const keys = { current: "another-key-of-tests", previous: "secrets-key-of-tests" };
    const send = (name: string, vars: Record<string, string>) => {
      const given = { url: `http://${HOST}/echo`, headers: { a: `{{secrets.${name}}}` } };
      return runStep(project, "http@1", given, { vars: { ...VARS, ...vars } });
    };

    const both = { SECRETS_KEY: keys.current, SECRETS_KEY_PREVIOUS: keys.previous };
    expect(await send("FIRST", both)).toMatchObject({ status: 200 });
    const first = await resealSecrets(env.CATALOG, keys);
    expect(first.resealed).toBeGreaterThanOrEqual(names.length);
    expect(await resealSecrets(env.CATALOG, keys)).toEqual({ ...first, resealed: 0 });
    expect(await send("SECOND", only(keys.current))).toMatchObject({ status: 200 });
    const old = await readStepFailure(send("THIRD", only(keys.previous)));
    expect(old.message).toContain("cannot be decrypted");
  });
});
