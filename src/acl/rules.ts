/** One rule of a policy: what is allowed on a resource, and for named resources on which. */
export type Rule =
  | {readonly resource: 'acl' | 'operator'; readonly policy: Access}
  | {
      readonly resource: 'agent_prefix' | 'node' | 'node_prefix' | 'service' | 'service_prefix'
      /** The name or prefix; an empty prefix means all. */
      readonly name: string
      readonly intentions?: Access
      readonly policy: Access
    }

type Access = 'read' | 'write'

/** The rules as HCL, in the form that Consul 1.8 to 2.1 read. Names may hold any character. */
export function rulesText(rules: readonly Rule[]): string {
  return `${rules.map((rule) => ('name' in rule ? block(rule) : `${rule.resource} = ${quoted(rule.policy)}`)).join('\n')}\n`
}

function block(rule: Extract<Rule, {name: string}>): string {
  const intentions = rule.intentions ? [`  intentions = ${quoted(rule.intentions)}`] : []
  return [`${rule.resource} ${quoted(rule.name)} {`, `  policy = ${quoted(rule.policy)}`, ...intentions, '}'].join('\n')
}

/** A string of HCL 1. It takes the escapes of JSON, but reads `${` as the start of an interpolation ("literal not terminated"). */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', String.raw`\u0024{`)
}
