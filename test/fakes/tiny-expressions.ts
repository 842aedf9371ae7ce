import type { Expressions, ExpressionScope } from "../../src/kernel/rules/expressions.ts";

/**
 * A minimal expression language for tests of the kernel, in place of CEL: JSON literals, dotted paths with `[0]`, and
 * `==` and `!=` between them.
 */
export const TINY_EXPRESSIONS: Expressions = {
  evaluate: (source, scope) => {
    const [, left = "", operator, right] = /^(.*?)\s*(==|!=)\s*(.*)$/.exec(source) ?? [];
    if (operator === undefined || right === undefined) return operand(source.trim(), scope);
    const isSame = JSON.stringify(operand(left, scope)) === JSON.stringify(operand(right, scope));
    return isSame === (operator === "==");
  },
  fill: (template, scope) => fill(template, scope),
  stepsIn: (template) => [
    ...new Set(
      [...JSON.stringify(template).matchAll(/steps\.([\w-]+)/g)].map(([, step = ""]) => step),
    ),
  ],
};

function fill(template: unknown, scope: ExpressionScope): unknown {
  if (typeof template === "string") {
    const whole = /^\$\{([^}]*)\}$/.exec(template)?.[1];
    if (whole !== undefined) return TINY_EXPRESSIONS.evaluate(whole, scope);
    return template.replace(/\$\{([^}]*)\}/g, (_all, source: string) =>
      String(TINY_EXPRESSIONS.evaluate(source, scope)),
    );
  }
  if (Array.isArray(template)) return template.map((part: unknown) => fill(part, scope));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fill(value, scope)]),
  );
}

function operand(source: string, scope: ExpressionScope): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return follow(source, scope);
  }
}

function follow(path: string, scope: ExpressionScope): unknown {
  let value: unknown = scope;
  for (const key of path.replace(/\[(\d+)\]/g, ".$1").split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      throw new Error(`No such key: ${key} in ${path}`);
    }
    value = Reflect.get(value, key);
  }
  return value;
}
