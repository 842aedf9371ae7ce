import { describe, expect, it } from "vitest";

import type { ExpressionScope } from "../../../../src/kernel/rules/expressions.ts";
import { celExpressions } from "../../../../src/workflow/language/expressions.ts";

const SCOPE: ExpressionScope = {
  input: {
    amount: 150,
    n: 1,
    price: 10.5,
    tags: ["a", "b"],
    mixed: [1, "a", 2.5],
    nothing: null,
    at: "2030-01-31T09:00:00Z",
    constructor: 5,
    "a-b": { toString: "odd" },
    users: [{ name: "Ada", admin: true }, { name: "Bob" }],
  },
  run: { id: "run_1", createdAt: 1_700_000_000_123 },
  steps: {
    ask: { status: "completed", output: { total: 3, rows: [1, 2, 3] }, error: null },
    pay: { status: "failed", output: null, error: "declined" },
  },
  item: { id: 7 },
  index: 2,
};

const filled = (template: unknown, scope = SCOPE) => celExpressions.fill(template, scope);
const evaluate = (source: string, scope = SCOPE) => celExpressions.evaluate(source, scope);
const readMessage = (source: string, scope = SCOPE) => {
  try {
    return `no error but ${JSON.stringify(evaluate(source, scope))}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe("evaluate", () => {
  it.each<[string, unknown]>([
    ["input.amount > 100", true],
    ["input.n == 1", true],
    ["input.n == 1.0", true],
    ["input.n == 'x'", false],
    ["1.5 * input.n", 1.5],
    ["input.n + 1", 2],
    ["input.amount % 7", 3],
    ["input.tags[input.n]", "b"],
    ["input.price + 1", 11.5],
    ["2 * input.price", 21],
    ["input.price / 2", 5.25],
    ["input.price > 10", true],
    ["size(input.tags) > 1", true],
    ["input.tags + ['c']", ["a", "b", "c"]],
    ["'a' in input.tags", true],
    ["input.nothing in ['a']", false],
    ["2.5 in input.mixed", true],
    ["input.mixed == [1, 'a', 2.5]", true],
    ["input.nothing == null", true],
    ["input.tags == null", false],
    ["has(input.n) && !has(input.zz)", true],
    ["input.?zz.orValue('none')", "none"],
    ["input.constructor", 5],
    ["input['a-b'].toString", "odd"],
    ["steps.pay.output == null", true],
    ["steps.pay.status == 'failed' && steps.pay.error == 'declined'", true],
    ['steps["ask"].output.total', 3],
    ["steps.ask.output.rows.map(row, row * 2)", [2, 4, 6]],
    ["input.users.filter(u, has(u.admin)).map(u, u.name)", ["Ada"]],
    ["item.id + index", 9],
    ["run.id + string(run.created_at)", "run_11700000000"],
    ["timestamp(input.at) + duration('90m')", "2030-01-31T10:30:00.000Z"],
    ["duration('90m')", "5400s"],
    ["duration('-1.5s')", "-1.5s"],
    ["{'a': [1, null, 2.5], 'b': {'c': true}}", { a: [1, null, 2.5], b: { c: true } }],
    ["'user@example.com'.matches('^[a-z]+@[a-z]+[.]com$')", true],
    ["'${' + '}'", "${}"],
  ])("%s", (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it.each([
    ["input.zz", "input has no member zz, at column 7 of input.zz"],
    ["has(input.zz.y)", "input has no member zz"],
    ["steps.pay.output.total", "steps.pay.output has no member total"],
    ["steps.other.output", "steps has no member other"],
    ["input.tags[5]", "input.tags has no such item"],
    ["input.nothing > 1", "no such overload: dyn<null> > int"],
    ["9007199254740993", "beyond 2^53"],
    ["0.0 / 0.0", "cannot be written as JSON"],
    ["1 / 0", "division by zero"],
    ["input.amount >", "Unexpected token: the end, at column 15 of input.amount >"],
    ["\n(1 +\n 2", "Expected RPAREN, got the end, at line 3, column 3"],
    ["", "The expression is empty"],
    ["input.tags.foo()", "found no matching overload"],
    ["steps[input.x].output", 'name it, as in steps.name or steps["name"]'],
  ])("explains the problem of %j", (source, message) => {
    expect(readMessage(source)).toContain(message);
  });

  it("has no item outside of a map step", () => {
    const { item: _item, index: _index, ...scope } = SCOPE;
    expect(readMessage("item", scope)).toContain("Unknown variable: item");
  });

  it("reads integers as large as JSON has them, and refuses JSON that is nested too deep", () => {
    const nested = JSON.parse(`${"[".repeat(5_000)}1${"]".repeat(5_000)}`);

    expect(evaluate("input", { ...SCOPE, input: Number.MAX_SAFE_INTEGER })).toBe(2 ** 53 - 1);
    expect(evaluate("input > 1", { ...SCOPE, input: 1e300 })).toBe(true);
    expect(readMessage("input == 1", { ...SCOPE, input: nested })).toContain(
      "nested at most 64 deep",
    );
  });

  it("gives each evaluation its own values, although programs are cached", () => {
    const inputs = [[1], [5, 6], [1.5]];
    const values = inputs.map((input) => evaluate("input.map(x, x + 1)", { ...SCOPE, input }));

    expect(values).toEqual([[2], [6, 7], [2.5]]);
  });
});

describe("fill", () => {
  it("keeps types, interpolates texts, and leaves other values unchanged", () => {
    const template = {
      n: "${input.n}",
      text: "${steps.ask.output.rows} for $${5}",
      keep: [1, "x"],
    };

    expect(filled(template)).toEqual({
      n: 1,
      text: "[1,2,3] for ${5}",
      keep: [1, "x"],
    });
  });

  it("gives all expressions of a template one allowance", () => {
    const loop = "${input.tags.all(a, [1,2,3,4,5,6,7,8].all(b, b > 0))}";
    const list = Array.from({ length: 400 }, (_, at) => at);
    const scope = { ...SCOPE, input: { tags: list } };

    expect(() => filled([loop], scope)).not.toThrow();
    expect(() =>
      filled(
        Array.from({ length: 50 }, () => loop),
        scope,
      ),
    ).toThrow("takes too long");
  });
});

describe("stepsIn", () => {
  it.each<[unknown, readonly string[]]>([
    ["steps.a.output > 1 && steps['b'].status == 'failed'", ["a", "b"]],
    ["steps.a.output == '}${'", ["a"]],
    ["'steps.a' == input.x", []],
    ["input.steps.a", []],
    ["input.list.all(steps, steps.a)", []],
    ["steps.a.output.all(x, x > steps.b.output)", ["a", "b"]],
    [{ deep: ["${steps.a.output}", "of ${steps.b.error}!"], "${steps.c}": 1 }, ["a", "b"]],
    ["Dear ${steps.a.output.name}, steps.b is done", ["a"]],
    ["$${steps.a.output}", []],
  ])("%j", (template, steps) => {
    expect(celExpressions.stepsIn(template)).toEqual(steps);
  });

  it.each(["steps[input.x].output", "size(steps)", "${steps[input.x].output}"])(
    "refuses %s, which names a step only at run time",
    (template) => {
      expect(() => celExpressions.stepsIn(template)).toThrow("name it, as in steps.name");
    },
  );
});

describe("expressions of one transaction", () => {
  const heavy = "input.l.all(a, input.l.all(b, a + b >= 0))";
  const scope = {
    input: { l: Array.from({ length: 120 }, (_none, index) => index) },
    run: { id: "run", createdAt: 0 },
    steps: {},
  };

  it("are stopped when they take too long in total, until the next transaction begins", () => {
    celExpressions.renew?.();
    let done = 0;
    const many = () => {
      for (; done < 1_000; done++) celExpressions.evaluate(heavy, scope);
    };
    expect(many).toThrow("take too long in total");
    expect(done).toBeGreaterThan(5);
    expect(done).toBeLessThan(100);

    celExpressions.renew?.();
    expect(celExpressions.evaluate(heavy, scope)).toBe(true);
  });
});
