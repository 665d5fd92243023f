import {BaseCommand} from '../cli/base-command.js'

export default class Schema extends BaseCommand {
  static override description =
    'Prints a JSON Schema (draft 7). Editors complete and check a federation file with it, once its first line is\n' +
    '# yaml-language-server: $schema=./federation.schema.json'

  static override enableJsonFlag = true

  static override examples = ['<%= config.bin %> <%= command.id %> > federation.schema.json']

  static override summary = 'print the JSON Schema of the federation file'

  async run(): Promise<Record<string, unknown>> {
    await this.parse(Schema)
    const {federationJsonSchema} = await import('../federation/json-schema.js')
    const schema = federationJsonSchema()
    this.log(JSON.stringify(schema, undefined, 2))
    return schema
  }
}
