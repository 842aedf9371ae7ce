import { z } from "zod";

import { check, type Journey } from "../world.ts";

const Session = z.record(z.string(), z.unknown());
const LOGIN = "https://acme.cloudflareaccess.com/cdn-cgi/access/login";
const TYPED = "A question that I have typed";

/** Cloudflare Access leads requests to its own page once a person's time is over. It is played by the replies here. */
export const accessEnds: Journey = {
  name: "access-ends",
  run: async (world) => {
    const { page } = world;
    await page.route("**/console/session", async (route) => {
      if (route.request().method() !== "GET") return await route.continue();
      const response = await route.fetch();
      const session = Session.parse(await response.json());
      await route.fulfill({ response, json: { ...session, signed_in_by: "access" } });
    });
    await world.signIn();
    await page.reload();
    const out = page.getByRole("link", { name: "Sign out" }).first();
    check(
      (await out.getAttribute("href")) === "/cdn-cgi/access/logout",
      "Access is not signed out",
    );
    await page.getByLabel("Question").fill(TYPED);
    await page.route("**/v1/**", (route) =>
      route.fulfill({ status: 302, headers: { location: LOGIN } }),
    );
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
    check(
      (await page.getByRole("dialog").getByLabel("API key").count()) === 0,
      "a key is asked for",
    );
    await world.look("access-ended");
    await page.unroute("**/v1/**");
    await page.getByRole("button", { name: "Load the page again" }).click();
    await page
      .getByRole("heading", { name: "Your session has ended" })
      .waitFor({ state: "detached" });
    const typed = await page.getByLabel("Question").inputValue();
    check(typed === TYPED, `what was typed is lost: ${typed}`);
  },
};
