/** The parts of a CloudFormation template that conditions can change. */
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

/** Marks a value to be left out, as `AWS::NoValue` does. */
const noValue = Symbol('AWS::NoValue');

/**
 * Evaluates the conditions of a template and removes them, in place. Parameters are known when a stack is packaged, so
 * the template contains only what will be built: the template that is reviewed and linted is the template that is
 * deployed.
 *
 * @throws Error if a condition depends on a value that only CloudFormation knows
 */
export function resolveConditions(template: Template): void {
  const { Conditions = {} } = template;
  const isMet = (name: string): boolean => {
    if (!(name in Conditions)) throw new Error(`The template has no condition ${name}.`);
    return evaluate(Conditions[name], isMet);
  };
  const isBuilt = ({ Condition }: { Condition?: string }) => Condition === undefined || isMet(Condition);
  const keepBuilt = <Part extends { Condition?: string }>(parts: Record<string, Part>): Record<string, Part> =>
    Object.fromEntries(
      Object.entries(parts)
        .filter(([, part]) => isBuilt(part))
        .map(([name, { Condition: _, ...part }]) => [name, resolve(part, isMet) as Part]),
    );
  template.Resources = keepBuilt(template.Resources);
  for (const resource of Object.values(template.Resources)) {
    const dependencies = [resource.DependsOn ?? []].flat().filter((name) => name in template.Resources);
    if (dependencies.length > 0) resource.DependsOn = dependencies;
    else delete resource.DependsOn;
  }
  if (template.Outputs) template.Outputs = keepBuilt(template.Outputs);
  delete template.Conditions;
}

function evaluate(condition: unknown, isMet: (name: string) => boolean): boolean {
  const [[operator, value] = []] = Object.entries(condition as Record<string, unknown>);
  const operands = Array.isArray(value) ? value : [value];
  switch (operator) {
    case 'Fn::Equals':
      if (operands.some((operand) => typeof operand === 'object')) break;
      return String(operands[0]) === String(operands[1]);
    case 'Fn::Not':
      return !evaluate(operands[0], isMet);
    case 'Fn::Or':
      return operands.some((operand) => evaluate(operand, isMet));
    case 'Fn::And':
      return operands.every((operand) => evaluate(operand, isMet));
    case 'Condition':
      return isMet(String(value));
  }
  throw new Error(`This condition cannot be evaluated before the deployment: ${JSON.stringify(condition)}`);
}

function resolve(value: unknown, isMet: (name: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, isMet)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && value.Ref === 'AWS::NoValue') return noValue;
  if ('Fn::If' in value) {
    const [name, whenMet, otherwise] = value['Fn::If'] as [string, unknown, unknown];
    return resolve(isMet(name) ? whenMet : otherwise, isMet);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, resolve(item, isMet)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== noValue));
}
