import { describe, expect, it } from "vitest";

import { verifyClaim, verifyClaimAgainst } from "../../../../src/answer/claims/verify-claim.ts";

const passage = (text: string, heading = "") => ({ heading, text });
const verdictOf = (claim: string, text: string, heading = "") =>
  verifyClaim(claim, passage(text, heading));

describe("verifyClaim", () => {
  it("says which sentences of the passage support the claim", () => {
    const text =
      "Batteries are excluded. The warranty lasts two years from purchase. Returns are free.";
    const verdict = verdictOf("The warranty lasts 24 months.", text);

    expect(verdict).toMatchObject({ verdict: "supported", isSure: true });
    expect(verdict.span && text.slice(verdict.span.start, verdict.span.end)).toBe(
      "The warranty lasts two years from purchase.",
    );
  });

  it("says which sentence contradicts the claim", () => {
    const text = "Batteries are excluded. The notice period is 30 days.";
    const verdict = verdictOf("The notice period is 60 days.", text);

    expect(verdict).toMatchObject({ verdict: "contradicted", reason: "number", isSure: true });
    expect(verdict.span && text.slice(verdict.span.start, verdict.span.end)).toBe(
      "The notice period is 30 days.",
    );
  });

  it("finds a passage about something else unsupported, and does not call that a contradiction", () => {
    const verdict = verdictOf("Penguins live in Antarctica.", "The notice period is 30 days.");
    expect(verdict).toEqual({
      verdict: "unsupported",
      reason: "overlap",
      isSure: true,
      span: null,
    });
  });

  it.each([
    ["a heading", "It lasts 30 days.", "Notice period"],
    ["a heading in the text", "# Notice period\n\nIt lasts 30 days.", ""],
    ["the sentence before", "The notice period protects both sides. It lasts 30 days.", ""],
  ])("takes the subject from %s", (_place, text, heading) => {
    expect(verdictOf("The notice period lasts 30 days.", text, heading)).toMatchObject({
      verdict: "supported",
    });
  });

  it("takes a pronoun for no subject that the passage does not name", () => {
    expect(
      verdictOf("The contract lasts 30 days.", "It lasts 30 days.", "Notice period"),
    ).toHaveProperty("reason");
  });

  it.each([
    ["As the handbook says, the notice period is 30 days."],
    ["According to the document, the notice period is 30 days."],
    ["However, the notice period is 30 days."],
    ["3. The notice period is 30 days."],
    ["- The notice period is 30 days."],
  ])("leaves out what an opening says: %s", (claim) => {
    expect(verdictOf(claim, "The notice period is 30 days.")).toMatchObject({
      verdict: "supported",
    });
  });

  it.each([
    ["![a map](https://maps.example/x.png) The notice period is 30 days."],
    ["<img src='https://evil.example/x'> The notice period is 30 days."],
    ["The [notice period](https://example.com/1998) is **30 days**."],
  ])("leaves out what Markdown does not show: %s", (claim) => {
    expect(verdictOf(claim, "The notice period is 30 days.")).toMatchObject({
      verdict: "supported",
    });
  });

  it.each([
    ["The fee is not refundable.", "The fee is non-refundable.", null],
    ["The practice is lawful.", "The practice is unlawful.", "negation"],
    ["The fee isn't refundable.", "The fee is refundable.", "negation"],
    ["Smoking is not allowed on the terrace.", "Smoking is prohibited on the terrace.", null],
    ["Smoking is allowed on the terrace.", "Smoking is prohibited on the terrace.", "modality"],
    ["Only members can vote.", "Members can vote.", "quantifier"],
    [
      "It takes no more than 30 days to approve the plan.",
      "Approval of the plan takes at most 30 days.",
      null,
    ],
    ["The plan costs at least €30.", "The plan costs at most €30.", "comparison"],
    ["The plan costs more than €20.", "The plan costs €30.", null],
    ["The plan costs more than €40.", "The plan costs €30.", "number"],
    ["Trains run from Ghent to Malmö.", "Trains run from Malmö to Ghent.", "direction"],
    ["The model AB-124 has a red lamp.", "The model AB-123 has a red lamp.", "name"],
    ["The United Nations met in Geneva.", "The UN met in Geneva.", null],
  ])("compares %s with %s", (claim, text, reason) => {
    const verdict = verdictOf(claim, text);
    expect("reason" in verdict ? verdict.reason : null).toBe(reason);
  });
});

describe("a claim in another language than its passage", () => {
  const text = "The notice period is 30 days. Order AB-123 was shipped on 5 May 2020 by Acme.";

  it.each([
    ["Die Kündigungsfrist beträgt 30 Tage.", "partial"],
    ["通知期は30日です。", "partial"],
    ["AB-123 は2020年5月5日に発送されました。", "partial"],
    ["สินค้า AB-123 ถูกส่งเมื่อ 5 พฤษภาคม 2020", "partial"],
    ["通知期は60日です。", "unsupported"],
    ["AB-124 は2020年5月5日に発送されました。", "unsupported"],
    ["AB-123 は2020年6月5日に発送されました。", "unsupported"],
    ["ペンギンは南極に住んでいます。", "unsupported"],
  ])("is compared by what both write alike: %s", (claim, verdict) => {
    expect(verdictOf(claim, text)).toMatchObject({ verdict });
  });
});

const placeOf = (claim: string, text: string) => {
  const { verdict, span } = verdictOf(claim, text);
  return verdict === "supported" ? span?.start : verdict;
};

describe("verifyClaim, with a sentence that the passage has word for word", () => {
  it("quotes it where it is a sentence, not where it is the end of another one", () => {
    const text = "Its Leave is 30 days. Leave is 30 days.";
    expect(placeOf("Leave is 30 days.", text)).toBe(22);
  });

  it("accepts it in a passage of another language", () => {
    const text =
      "Die Regeln für die Kündigung gelten für alle, die länger als ein Jahr bei der Firma sind. Work hard and be kind.";
    expect(placeOf("Work hard and be kind.", text)).toBe(text.indexOf("Work"));
  });

  it("accepts it if it has function words alone", () => {
    expect(placeOf("So it is.", "The shop opens at nine. So it is.")).toBe(24);
  });
});

describe("verifyClaimAgainst", () => {
  const first = passage("The warranty of the kettle lasts two years from the day of purchase.");
  const second = passage("Repairs of the kettle cost 15 euros after the warranty has ended.");
  const claim =
    "The warranty of the kettle lasts two years, and repairs of the kettle cost 15 euros after it has ended.";

  it("finds a claim supported whose parts are in different passages", () => {
    const verdicts = verifyClaimAgainst(claim, [first, second]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["supported", "supported"]);
  });

  it("finds a part unsupported that none of the passages says", () => {
    const verdicts = verifyClaimAgainst(claim.replace("15", "25"), [first, second]);
    expect(verdicts.map(({ verdict }) => verdict)).not.toContain("supported");
  });

  it("judges each passage", () => {
    const other = passage("Penguins live in Antarctica.");
    const verdicts = verifyClaimAgainst("The warranty of the kettle lasts two years.", [
      other,
      first,
    ]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["unsupported", "supported"]);
  });
});
