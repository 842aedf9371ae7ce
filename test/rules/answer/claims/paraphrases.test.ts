import { describe, expect, it } from "vitest";

import { verifyClaim } from "../../../../src/answer/claims/verify-claim.ts";

const HANDBOOK = {
  heading: "Staff handbook > Leave",
  text: [
    "Every full-time employee is entitled to 30 days of annual leave.",
    "The notice period is 30 days.",
    "During probation, which lasts six months, the notice period is two weeks.",
    "Employees must submit travel expenses within 14 days of their return.",
    "Contractors are not covered by the pension plan.",
    "Managers may approve up to $500 without a second signature; above that, the finance team must sign.",
    "Only senior engineers can deploy to production on Fridays.",
    "The cafeteria closes at 3 pm and the gym closes at 10 pm.",
    "Sales grew from $2.1 million in 2019 to $3.4 million in 2021.",
    "Marta Lindqvist founded the company in 1998, and Johan Berg has been its chief executive since 2015.",
    "The head office moved from Malmö to Ghent in March 2020.",
    "",
    "| Plan | Price per month | Users |",
    "| --- | --- | --- |",
    "| Basic | €10 | 5 |",
    "| Pro | €25 | 50 |",
  ].join("\n"),
};

const SUPPORTED = [
  "Employees have 30 days of annual leave.",
  "Full-time staff get thirty days of annual leave.",
  "You are entitled to 30 days of annual leave as a full-time employee.",
  "The notice period is two weeks during probation.",
  "The notice period during probation is 14 days.",
  "Probation lasts 6 months.",
  "Probation lasts half a year.",
  "Travel expenses must be submitted within two weeks of returning.",
  "The pension plan does not cover contractors.",
  "Managers can approve expenses of up to $500 without a second signature.",
  "Senior engineers can deploy to production on Fridays.",
  "The cafeteria closes at 15:00.",
  "Sales increased from $2.1 million to $3.4 million between 2019 and 2021.",
  "Sales were $3.4 million in 2021.",
  "In 2019, sales were $2.1 million.",
  "The company was founded by Marta Lindqvist in 1998.",
  "Johan Berg became chief executive in 2015.",
  "The head office is now in Ghent.",
  "The Pro plan costs €25 per month.",
  "The Basic plan costs €10 a month and includes 5 users.",
  "The Pro plan includes 50 users.",
];

const UNSUPPORTED = [
  "The notice period is 60 days.",
  "Employees do not have annual leave of 30 days.",
  "Contractors have 30 days of annual leave.",
  "Part-time employees are entitled to 30 days of annual leave.",
  "Interns get 30 days of leave every year.",
  "Employees have no annual leave.",
  "Employees get 30 weeks of annual leave.",
  "The notice period during probation is 30 days.",
  "Probation lasts 30 days.",
  "Probation lasts six weeks.",
  "Travel expenses must be submitted within 30 days of returning.",
  "Employees may submit travel expenses within 14 days of their return.",
  "Employees must submit travel expenses at least 14 days before their return.",
  "Contractors are covered by the pension plan.",
  "The pension plan covers contractors.",
  "Employees are not covered by the pension plan.",
  "Managers can approve at least $500 without a second signature.",
  "Managers must approve up to $500 without a second signature.",
  "Managers can approve up to $5,000 without a second signature.",
  "The finance team may approve up to $500 without a second signature.",
  "All engineers can deploy to production on Fridays.",
  "Senior engineers can deploy to production on Mondays.",
  "Senior engineers cannot deploy to production on Fridays.",
  "Junior engineers can deploy to production on Fridays.",
  "The cafeteria closes at 10 pm.",
  "The gym closes at 3 pm.",
  "The gym opens at 10 pm.",
  "Sales fell from $2.1 million in 2019 to $3.4 million in 2021.",
  "Sales grew from $3.4 million in 2019 to $2.1 million in 2021.",
  "Sales were $3.4 million in 2019.",
  "The company was founded by Johan Berg in 1998.",
  "Johan Berg founded the company.",
  "Marta Lindqvist has been chief executive since 2015.",
  "The company was founded in 2015.",
  "The head office moved to Malmö in March 2020.",
  "The head office moved from Ghent to Malmö in March 2020.",
  "The head office moved to Ghent in March 2021.",
  "The Basic plan costs €25 per month.",
  "The Pro plan includes 5 users.",
];

describe("verifyClaim", () => {
  it.each(SUPPORTED)("finds support for: %s", (claim) => {
    expect(verifyClaim(claim, HANDBOOK)).toMatchObject({ verdict: "supported" });
  });

  it.each(UNSUPPORTED)("finds no support for: %s", (claim) => {
    expect(verifyClaim(claim, HANDBOOK)).toHaveProperty("reason");
  });
});
