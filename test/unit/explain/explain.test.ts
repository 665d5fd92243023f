import {Readable} from 'node:stream'

import {describe, expect, it} from 'vitest'

import {catalogue} from '../../../src/checks/catalogue.js'
import {rules} from '../../../src/checks/diagnosis/rules.js'
import {explained} from '../../../src/cli/explained.js'
import {explanation} from '../../../src/cli/reporters/explanation.js'
import {errorCatalogue} from '../../../src/errors/catalogue.js'
import {explain, explainLog} from '../../../src/explain/explain.js'

const nameMissing = 'x509: certificate is valid for server.dc2.consul, localhost, not s2.server.dc2.consul'

async function* linesOf(...lines: string[]) {
  for (const line of lines) yield await Promise.resolve(line)
}

describe('explain', () => {
  it.each([...catalogue.map(({id}) => id), ...rules.map(({cause}) => cause), ...Object.keys(errorCatalogue)])(
    'knows %s, and says more than its title',
    async (id) => {
      const [answer] = await explain(id)
      expect(answer).toMatchObject({id})
      expect(answer?.meaning.join(' ').length).toBeGreaterThan(20)
    },
  )

  it.each(['wan', 'wan.', 'wan.*'])('lists what the ids of a category are about, asked for as %s', async (category) => {
    const [answer, ...others] = await explain(category)
    expect(others).toEqual([])
    expect(answer).toMatchObject({id: 'wan', kind: 'category'})
    expect(answer?.checks).toEqual(catalogue.map(({id}) => id).filter((id) => id.startsWith('wan.')))
    expect(answer?.look).toContain('wan.rpc: from every server, every datacenter answers')
    expect(answer?.look.join()).toContain('wan.nobody-in-pool: ')
  })

  it('knows each category of checks and of errors', async () => {
    const ids = [...catalogue.map(({id}) => id), ...Object.keys(errorCatalogue)]
    for (const category of new Set(ids.filter((id) => id.includes('.')).map((id) => id.split('.')[0] ?? ''))) {
      expect(await explain(category)).toMatchObject([{id: category}])
    }
  })

  it('says of a line that leaves the reason open what it is about, and only where nothing else is known', async () => {
    const line = 'rpc error making call: rpc error making call: something new'
    expect(await explain(line)).toMatchObject([{id: 'call.passed-on'}])
    expect((await explain(`${line}: No path to datacenter`)).map(({id}) => id)).toEqual(['wan.no-path'])
  })

  it('takes the names in the fix from the text', async () => {
    const [answer] = await explain(nameMissing)
    expect(answer?.fix[0]).toBe('fedctl tls issue --dc dc2 --node s2')
  })

  it('reads a code in the brackets in which errors show it', async () => {
    expect(await explain('[federation.invalid]')).toMatchObject([{id: 'federation.invalid', kind: 'error'}])
  })

  it('reads lines of a JSON log with escaped quotes', async () => {
    const line = String.raw`{"@level":"error","@message":"Failed","error":"Error registering service \"mesh-gateway\": Unexpected response code: 403 (Permission denied)"}`
    expect(await explain(line)).toMatchObject([{id: 'gateway.register-refused'}, {id: 'acl.permission'}])
  })

  it('reads a message that a terminal broke into two lines', async () => {
    expect(
      await explain('memberlist: Failed to send gossip to 10.0.2.1: Remote DC has\n   no server currently reachable'),
    ).toMatchObject([{id: 'gateway.none-usable'}])
  })

  it('puts what is most telling first where a line matches several texts', async () => {
    const answers = await explain(`rpc error getting client: failed to get conn: dial tcp: i/o timeout: ${nameMissing}`)
    expect(answers.map(({id}) => id)).toEqual(['tls.name-missing', 'gateway.dead', 'network.unrouted'])
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
  it('names each meaning once, in the order of the lines, with their number', async () => {
    const answers = await explainLog(
      linesOf('2026 [INFO] started', 'x: No cluster leader', `a: ${nameMissing}`, 'y: No cluster leader', ''),
    )
    expect(answers.map(({id, lines}) => [id, lines])).toEqual([
      ['raft.no-leader', 2],
      ['tls.name-missing', 1],
    ])
  })

  it('refuses a log in which it knows nothing', async () => {
    await expect(explainLog(linesOf('all is well'))).rejects.toMatchObject({code: 'explain.unknown'})
  })
})

describe('explained', () => {
  it('reads stdin where nothing is named', async () => {
    expect(await explained([], Readable.from(['one\nNo cluster ', 'leader\nthree\n']))).toMatchObject([
      {id: 'raft.no-leader'},
    ])
  })

  it.each(['', '\n\n'])('says that it knows nothing of stdin with %j', async (text) => {
    await expect(explained([], Readable.from(text === '' ? [] : [text]))).rejects.toMatchObject({
      code: 'explain.unknown',
    })
  })

  it('joins words that were not quoted', async () => {
    expect(await explained(['No', 'cluster', 'leader'], Readable.from([]))).toMatchObject([{id: 'raft.no-leader'}])
  })

  it('asks for something to explain on a terminal', async () => {
    const terminal = Object.assign(Readable.from([]), {isTTY: true})
    await expect(explained([], terminal)).rejects.toMatchObject({code: 'usage'})
  })
})

describe('the explanation on the screen', () => {
  it('keeps to the width of the terminal, without control characters elsewhere', async () => {
    const text = explanation(await explain(nameMissing), {columns: 72})
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72)
    expect(text).not.toMatch(/\u001B/)
  })

  it('names the further meanings of one line in a line each', async () => {
    const text = explanation(await explain(`i/o timeout: ${nameMissing}`))
    expect(text).toContain('It also says:\n  fedctl explain network.unrouted')
  })

  it('shows every meaning of a log whole, with the number of its lines', async () => {
    const text = explanation(await explainLog(linesOf('No cluster leader', nameMissing, nameMissing)))
    expect(text).toContain('(1 line)')
    expect(text).toContain('tls.name-missing: a server certificate lacks the name of its node  (2 lines)')
  })

  it('says of a fault of a lab what it is, and where the others are listed', async () => {
    const [answer] = await explained(['gateway-dead'], Readable.from([]))
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
