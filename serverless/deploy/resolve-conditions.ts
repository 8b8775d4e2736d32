/** A CloudFormation template, as far as conditions touch it. */
export type Template = {
  Conditions?: Record<string, unknown>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Condition?: string }>;
};

type Resource = {
  Type?: string;
  Condition?: string;
  DependsOn?: string | string[];
  Properties?: Record<string, unknown>;
};

/** Stands for "leave this out", as AWS::NoValue does. */
const noValue = Symbol('AWS::NoValue');

/**
 * Works out the conditions of a template, in place. Parameters are known when a stack is packaged, so what will not be built need not be
 * in the template: what is reviewed and linted is what is deployed.
 *
 * @throws Error where a condition hangs on something only CloudFormation knows
 */
export function resolveConditions(template: Template): void {
  const { Conditions = {} } = template;
  const holds = (name: string): boolean => {
    if (!(name in Conditions)) throw new Error(`There is no condition ${name}.`);
    return evaluate(Conditions[name], holds);
  };
  const isBuilt = ({ Condition }: { Condition?: string }) => Condition === undefined || holds(Condition);
  const keep = <Part extends { Condition?: string }>(parts: Record<string, Part>): Record<string, Part> =>
    Object.fromEntries(
      Object.entries(parts)
        .filter(([, part]) => isBuilt(part))
        .map(([name, { Condition: _, ...part }]) => [name, resolve(part, holds) as Part]),
    );
  template.Resources = keep(template.Resources);
  for (const resource of Object.values(template.Resources)) {
    const needed = [resource.DependsOn ?? []].flat().filter((name) => name in template.Resources);
    if (needed.length > 0) resource.DependsOn = needed;
    else delete resource.DependsOn;
  }
  if (template.Outputs) template.Outputs = keep(template.Outputs);
  delete template.Conditions;
}

function evaluate(condition: unknown, holds: (name: string) => boolean): boolean {
  const [[kind, value] = []] = Object.entries(condition as Record<string, unknown>);
  const parts = Array.isArray(value) ? value : [value];
  switch (kind) {
    case 'Fn::Equals':
      if (parts.some((part) => typeof part === 'object')) break;
      return String(parts[0]) === String(parts[1]);
    case 'Fn::Not':
      return !evaluate(parts[0], holds);
    case 'Fn::Or':
      return parts.some((part) => evaluate(part, holds));
    case 'Fn::And':
      return parts.every((part) => evaluate(part, holds));
    case 'Condition':
      return holds(String(value));
  }
  throw new Error(`Not known before the stack is deployed: ${JSON.stringify(condition)}`);
}

function resolve(value: unknown, holds: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, holds)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && value.Ref === 'AWS::NoValue') return noValue;
  if ('Fn::If' in value) {
    const [name, then, otherwise] = value['Fn::If'] as [string, unknown, unknown];
    return resolve(holds(name) ? then : otherwise, holds);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item, holds)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== noValue));
}
