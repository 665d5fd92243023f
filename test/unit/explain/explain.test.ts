import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {promisify, stripVTControlCharacters} from 'node:util'

import {describe, expect, it, onTestFinished} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {rules} from '../../../src/checks/diagnosis/rules.js'
import {explained} from '../../../src/cli/explained.js'
import {explanation} from '../../../src/cli/reporters/explanation.js'
import {errorCatalogue} from '../../../src/errors/catalogue.js'
import {explain, explainLog} from '../../../src/explain/explain.js'

const nameMissing = 'x509: certificate is valid for server.dc2.consul, localhost, not s2.server.dc2.consul'

async function answersTo(question: string) {
  return (await explain(question)).answers
}

async function* linesOf(...lines: string[]) {
  for (const line of lines) yield await Promise.resolve(line)
}

describe('explain', () => {
  it.each([...catalogue.map(({id}) => id), ...rules.map(({cause}) => cause), ...Object.keys(errorCatalogue)])(
    'knows %s, and says more than its title',
    async (id) => {
      const [answer] = await answersTo(id)
      expect(answer).toMatchObject({id})
      expect(answer?.meaning.join(' ').length).toBeGreaterThan(20)
    },
  )

  it.each(['wan', 'wan.', 'wan.*'])('lists what the ids of a category are about, asked for as %s', async (category) => {
    const [answer, ...others] = await answersTo(category)
    expect(others).toEqual([])
    expect(answer).toMatchObject({id: 'wan', kind: 'category'})
    expect(answer?.checks).toEqual(catalogue.map(({id}) => id).filter((id) => id.startsWith('wan.')))
    expect(answer?.look).toContain('wan.rpc: from every server, every datacenter answers')
    expect(answer?.look.join()).toContain('wan.nobody-in-pool: ')
  })

  it('knows each category of checks and of errors', async () => {
    const ids = [...catalogue.map(({id}) => id), ...Object.keys(errorCatalogue)]
    for (const category of new Set(ids.filter((id) => id.includes('.')).map((id) => id.split('.')[0] ?? ''))) {
      expect(await answersTo(category)).toMatchObject([{id: category}])
    }
  })

  it('says of a line that leaves the reason open what it is about, and only where nothing else is known', async () => {
    const line = 'rpc error making call: rpc error making call: something new'
    expect(await answersTo(line)).toMatchObject([{id: 'call.passed-on'}])
    expect((await answersTo(`${line}: No path to datacenter`)).map(({id}) => id)).toEqual(['wan.no-path'])
  })

  it('takes the names in the fix from the text', async () => {
    const [answer] = await answersTo(nameMissing)
    expect(answer?.fix[0]).toBe('fedctl tls issue --dc dc2 --node s2')
  })

  it('reads a code in the brackets in which errors show it', async () => {
    expect(await answersTo('[federation.invalid]')).toMatchObject([{id: 'federation.invalid', kind: 'error'}])
  })

  it('reads lines of a JSON log with escaped quotes', async () => {
    const line = String.raw`{"@level":"error","@message":"Failed","error":"Error registering service \"mesh-gateway\": Unexpected response code: 403 (Permission denied)"}`
    expect(await answersTo(line)).toMatchObject([{id: 'gateway.register-refused'}, {id: 'acl.permission'}])
  })

  it('reads a message that a terminal broke into two lines', async () => {
    expect(
      await answersTo('memberlist: Failed to send gossip to 10.0.2.1: Remote DC has\n   no server currently reachable'),
    ).toMatchObject([{id: 'gateway.none-usable'}])
  })

  it('puts what is most telling first where a line matches several texts', async () => {
    const answers = await answersTo(
      `rpc error getting client: failed to get conn: dial tcp: i/o timeout: ${nameMissing}`,
    )
    expect(answers.map(({id}) => id)).toEqual(['tls.name-missing', 'network.unrouted'])
  })

  it('refuses what it does not know, and suggests the id that was meant', async () => {
    await expect(explain('wan.rcp')).rejects.toMatchObject({
      code: 'explain.unknown',
      suggestions: expect.arrayContaining(['fedctl explain wan.rpc']) as string[],
    })
  })

  it('stays quick with a line of a megabyte', async () => {
    await expect(explain('certificate is valid for '.repeat(40_000))).rejects.toMatchObject({code: 'explain.unknown'})
  })
})

describe('explainLog', () => {
  it('names each meaning once with the number of its lines, the cause before what follows from it', async () => {
    const {answers} = await explainLog(
      linesOf('2026 [INFO] started', 'x: RPC failed: i/o timeout', `a: ${nameMissing}`, 'y: i/o timeout', ''),
    )
    expect(answers.map(({id, lines, weight}) => [id, lines, weight])).toEqual([
      ['tls.name-missing', 1, 'cause'],
      ['network.unrouted', 2, 'sign'],
    ])
  })

  it('begins with the sign that comes most where no line gives a cause away', async () => {
    const {answers} = await explainLog(
      linesOf('memberlist: Suspect dc2-s1.dc2 has failed', ...Array.from({length: 3}, () => 'x: connection refused')),
    )
    expect(answers.map(({id, lines}) => [id, lines])).toEqual([
      ['network.refused', 3],
      ['wan.flapping', 1],
    ])
  })

  it('says when each was seen first and last, also where logs were put one behind the other', async () => {
    const {answers} = await explainLog(
      linesOf(
        at('10:00:03', 'i/o timeout'),
        at('10:00:09', 'i/o timeout'),
        at('10:00:01', 'i/o timeout'),
        `Nov 20 10:00:05 s1 consul[1]: ${at('10:00:05', 'i/o timeout')}`,
      ),
    )
    expect(answers).toMatchObject([{first: '2026-11-20T10:00:01Z', last: '2026-11-20T10:00:09Z', lines: 4}])
  })

  it('puts what goes on before what is over, unless an agent says it once only', async () => {
    const {answers} = await explainLog(
      linesOf(
        at('10:00:00', "'retry_join_wan' is incompatible with 'connect.enable_mesh_gateway_wan_federation = true'"),
        at('10:00:01', 'No cluster leader'),
        at('10:00:02', 'No path to datacenter'),
        at('11:00:00', 'No path to datacenter'),
      ),
    )
    expect(answers.map(({id, over}) => [id, over])).toEqual([
      ['configuration.wan-join-left', undefined],
      ['wan.no-path', undefined],
      ['raft.no-leader', true],
    ])
  })

  it('takes the lines of an error of several lines for as recent as its first, where journalctl dates them only', async () => {
    const {answers} = await explainLog(
      linesOf(
        `Nov 20 10:00:00 s1 consul[1]: ${at('10:00:00', 'No cluster leader')}`,
        `Nov 20 11:00:00 s1 consul[1]: ${at('11:00:00', 'joining failed: error="1 error occurred:')}`,
        'Nov 20 11:00:00 s1 consul[1]:         * Failed to join 10.0.1.9: x509: certificate has expired',
      ),
    )
    expect(answers).toMatchObject([
      {first: 'Nov 20 11:00:00', id: 'tls.expired'},
      {id: 'raft.no-leader', over: true},
    ])
    expect(answers[0]?.over).toBeUndefined()
  })

  it('takes a line without a time for as recent as the one before it', async () => {
    const {answers} = await explainLog(
      linesOf(
        'Nov 20 09:00:00 s1 systemd[1]: Started Consul.',
        at('10:00:00', 'No cluster leader'),
        at('11:00:00', 'joining failed: error="1 error occurred:'),
        '        * Failed to join 10.0.1.9: x509: certificate has expired',
      ),
    )
    expect(answers).toMatchObject([
      {first: '2026-11-20T11:00:00Z', id: 'tls.expired', last: '2026-11-20T11:00:00Z'},
      {id: 'raft.no-leader', over: true},
    ])
    expect(answers[0]?.over).toBeUndefined()
  })

  it('knows that January comes after December where lines have no year', async () => {
    const {answers} = await explainLog(
      linesOf(
        'Dec 31 23:00:00 s1 consul[1]: No cluster leader',
        'Dec 31 23:59:00 s1 consul[1]: No path to datacenter',
        'Jan  1 00:01:00 s1 consul[1]: No path to datacenter',
      ),
    )
    expect(answers).toMatchObject([
      {first: 'Dec 31 23:59:00', id: 'wan.no-path', last: 'Jan  1 00:01:00'},
      {id: 'raft.no-leader', over: true},
    ])
    expect(answers[0]?.over).toBeUndefined()
  })

  it('accounts for every line, and keeps the warnings and errors that nobody knows', async () => {
    const {log} = await explainLog(
      linesOf(
        at('10:00:00', 'No cluster leader'),
        '    2026-11-20T10:00:01.000Z [INFO]  agent: Synced service: service=web',
        '    2026-11-20T10:00:02.000Z [WARN]  agent: something new: port=4711',
        '    2026-11-20T10:00:03.000Z [WARN]  agent: something new: port=4712',
        '{"@level":"error","@message":"never heard","@timestamp":"2026-11-20T10:00:04.000000Z"}',
        'a plain line',
      ),
    )
    expect(log).toEqual({
      explained: 1,
      lines: 6,
      ordinary: 2,
      unknown: 3,
      unknownTexts: [
        {lines: 2, text: 'agent: something new: port=4711'},
        {lines: 1, text: expect.stringContaining('never heard') as string},
      ],
    })
  })

  it('refuses a log in which it knows nothing, and says how much it read', async () => {
    await expect(explainLog(linesOf('all is well', 'cannot do it'))).rejects.toMatchObject({
      code: 'explain.unknown',
      message: 'nothing in these 2 lines is known, 1 of them warnings or errors',
    })
  })
})

/** A line as an agent of Consul writes it. */
function at(time: string, text: string): string {
  return `    2026-11-20T${time}.123Z [ERROR] agent: ${text}`
}

describe('explained', () => {
  it('reads stdin where nothing is named', async () => {
    expect(await explained([], Readable.from(['one\nNo cluster ', 'leader\nthree\n']))).toMatchObject({
      answers: [{id: 'raft.no-leader'}],
      log: {explained: 1, lines: 3},
    })
  })

  it.each(['', '\n\n'])('says that it knows nothing of stdin with %j', async (text) => {
    await expect(explained([], Readable.from(text === '' ? [] : [text]))).rejects.toMatchObject({
      code: 'explain.unknown',
    })
  })

  it('joins words that were not quoted', async () => {
    expect(await explained(['No', 'cluster', 'leader'], Readable.from([]))).toMatchObject({
      answers: [{id: 'raft.no-leader'}],
    })
  })

  it('reads the files of logs, one after the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fedctl-explain-'))
    onTestFinished(() => rm(folder, {recursive: true}))
    const files = ['one.log', 'other'].map((name) => join(folder, name))
    await Promise.all(files.map((file) => writeFile(file, 'No cluster leader\nNo cluster leader\n')))
    expect(await explained(files, Readable.from([]))).toMatchObject({answers: [{id: 'raft.no-leader', lines: 4}]})
  })

  it('says of a log that is not there that it cannot be read', async () => {
    await expect(explained(['/nowhere/consul.log'], Readable.from([]))).rejects.toMatchObject({code: 'file.unreadable'})
  })

  it('reads what is no plain file, as the shell makes it of <(journalctl -u consul)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fedctl-explain-'))
    onTestFinished(() => rm(folder, {recursive: true}))
    const pipe = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    const [answer] = await Promise.all([
      explained([pipe], Readable.from([])),
      writeFile(pipe, 'No cluster leader\nNo cluster leader\n'),
    ])
    expect(answer).toMatchObject({answers: [{id: 'raft.no-leader', lines: 2}]})
  })

  it('does not take a folder for a log', async () => {
    await expect(explained([tmpdir()], Readable.from([]))).rejects.toMatchObject({code: 'usage'})
  })

  it('takes a quoted line for what it is, however long it is', async () => {
    expect(await explained(['No cluster leader', `x/${'y'.repeat(5000)}`], Readable.from([]))).toMatchObject({
      answers: [{id: 'raft.no-leader'}],
    })
  })

  it('asks for something to explain on a terminal', async () => {
    const terminal = Object.assign(Readable.from([]), {isTTY: true})
    await expect(explained([], terminal)).rejects.toMatchObject({code: 'usage'})
  })
})

describe('the explanation on the screen', () => {
  it('keeps to the width of the terminal but for commands, and has no control characters elsewhere', async () => {
    const answer = await explain(nameMissing)
    const text = stripVTControlCharacters(explanation(answer, {columns: 72, isTTY: true}))
    const tooLong = text.split('\n').filter((line) => line.length > 72)
    expect(tooLong.filter((line) => !/ openssl x509 -in CERT\.pem .* subjectAltName$/.test(line))).toEqual([])
    expect(explanation(answer, {columns: 72})).not.toMatch(/\u001B/)
  })

  it('names the further meanings of one line in a line each', async () => {
    const text = explanation(await explain(`i/o timeout: ${nameMissing}`))
    expect(text).toContain('It also says:\n  fedctl explain network.unrouted')
  })

  it('shows of a log the cause whole, the rest in a line each, and what is not known', async () => {
    const read = await explainLog(
      linesOf(
        at('10:00:00', 'No cluster leader'),
        at('10:00:01', nameMissing),
        at('10:00:09', nameMissing),
        at('10:00:09', 'remote error: tls: bad certificate'),
        at('10:00:09', 'something new'),
      ),
    )
    const text = explanation(read, {columns: 100})
    expect(text).toMatch(/^tls\.name-missing: a server certificate lacks the name of its node\n/)
    expect(text).toContain('seen      2 lines, 2026-11-20T10:00:01Z to 10:00:09Z')
    expect(text.match(/^ {2}fix /gm)).toHaveLength(1)
    expect(text).toContain(
      'What may follow from it:\n  tls.bad-certificate: the other side refused a certificate (1 line, 2026-11-20T10:00:09Z)',
    )
    expect(text).toContain('Not seen any more towards the end of the log:\n  raft.no-leader: ')
    expect(text).toContain('Warnings and errors that are not known:\n  1 × agent: something new')
    expect(text).toMatch(/5 lines: 4 explained, 1 warnings or errors not known, 0 that tell of no trouble$/)
  })

  it('says of a fault of a lab what it is, and where the others are listed', async () => {
    const {answers} = await explained(['gateway-dead'], Readable.from([]))
    const [answer] = answers
    expect(answer).toMatchObject({id: 'gateway-dead', kind: 'fault', title: 'the gateways of a secondary have ended'})
    expect(answer?.look).toEqual(['fedctl explain gateway.none-usable', 'fedctl lab faults'])
  })

  it('answers an unknown id with what ids there are, not with advice on logs', async () => {
    const failure = await explain('bogus.id').catch((error: unknown) => error)
    const suggestions = (failure as {suggestions: string[]}).suggestions.join('\n')
    expect(suggestions).toMatch(/fedctl explain with one of: access, acl, .*wan/)
    expect(suggestions).not.toContain('quote the whole line')
  })
})
