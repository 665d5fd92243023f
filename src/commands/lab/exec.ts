import {Args} from '@oclif/core'

import {BaseCommand} from '../../cli/base-command.js'
import {labFolderFlag} from '../../cli/lab-flags.js'
import {requireDashes} from '../../cli/program-arguments.js'
import {FedctlError} from '../../errors/fedctl-error.js'

export default class LabExec extends BaseCommand {
  static override args = {
    datacenter: Args.string({
      description: 'datacenter whose first server is asked',
      ignoreStdin: true,
      required: true,
    }),
  }

  static override description =
    "Runs a program with Consul's environment variables set: address, token and CA of that datacenter; in a lab with --isolate inside its network. Ends with the exit code of the program."

  static override examples = ['<%= config.bin %> <%= command.id %> dc1 -- consul members -wan']
  static override flags = {dir: labFolderFlag}
  static override strict = false
  static override summary = 'run a program against a datacenter of the lab'
  static override usage = '<%= command.id %> DATACENTER [--dir DIR] -- COMMAND [ARGUMENT...]'

  async run(): Promise<void> {
    requireDashes(this.argv)
    const {argv, args, flags} = await this.parse(LabExec)
    const [program, ...programArguments] = argv.slice(1).map(String)
    if (!program)
      throw new FedctlError('usage', 'no program was named', {
        suggestions: ['fedctl lab exec dc1 -- consul members -wan'],
      })
    const {findConsul} = await import('../../consul/binary.js')
    const {entering} = await import('../../hosts/namespaces.js')
    const {labEnvironment, runInLab} = await import('../../lab/exec.js')
    const {openLab} = await import('../../lab/open-lab.js')
    const {federation, record} = await openLab(flags.dir)
    const consul = record?.consul ?? (await findConsul(this.ports.env, this.ports.signal)).path
    const env = labEnvironment(federation, args.datacenter, consul, this.ports.env)
    const enter = await entering(federation.workspace, args.datacenter)
    this.leaveSignalsAlone()
    process.exitCode = await runInLab([program, ...programArguments], env, consul, enter)
  }
}
