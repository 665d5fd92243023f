import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join, relative} from 'node:path'

import {afterEach, beforeEach, describe, expect, it} from 'vitest'

import {tasksText} from '../../../src/cli/reporters/tasks-text.js'
import {coloursFor} from '../../../src/cli/colours.js'
import {Secrets} from '../../../src/federation/secrets.js'
import type {HostChange} from '../../../src/hosts/change.js'
import {taskOf} from '../../../src/hosts/manual-tasks.js'
import {aClient, aDatacenter, aFederation, aGateway, aServer} from '../../fixtures/federation.js'

describe('what is to be done by hand', () => {
  let workspace: string

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'fedctl-hands-'))
  })

  afterEach(() => rm(workspace, {force: true, recursive: true}))

  const shown = async (...changes: Pick<HostChange, 'kind' | 'node'>[]) => {
    const install = {group: 'ops', service: 'consul@eu', user: 'svc-consul'}
    const federation = aFederation({
      datacenters: [
        aDatacenter(1, {
          clients: [aClient('dc1', 'dc1-c1', '127.7.1.11')],
          gateways: [aGateway('dc1', 'dc1-gw1', '127.7.1.21', 'dc1-c1')],
          servers: [aServer('dc1', 'dc1-s1', '127.7.1.1')],
        }),
        aDatacenter(2, {
          clients: [aClient('dc2', 'dc2-c1', '192.0.2.11')],
          gateways: [aGateway('dc2', 'dc2-gw1', '192.0.2.11', 'dc2-c1')],
          servers: [
            aServer('dc2', 'dc2-s1', '192.0.2.1', {install: {...install, configDir: '/srv/consul/conf'}}),
            aServer('dc2', 'dc2-s2', '2001:db8::2'),
          ],
        }),
      ],
      tls: {...aFederation().tls, enabled: false},
      workspace,
    })
    const world = {federation, fedctl: (command: string) => `fedctl ${command}`, secrets: await Secrets.load(workspace)}
    const tasks = await Promise.all(
      changes.map((change) => taskOf({...change, host: 'manual', summary: `${change.kind} ${change.node}`}, world)),
    )
    return tasksText('Do it', tasks, coloursFor({isTTY: false})).replaceAll(relative(process.cwd(), workspace), '…')
  }

  it('is copied where a file lies on this machine, and sent by scp where not', async () => {
    expect(
      await shown(
        {kind: 'install-files', node: 'dc1/dc1-s1'},
        {kind: 'install-files', node: 'dc2/dc2-s1'},
        {kind: 'install-files', node: 'dc2/dc2-s2'},
      ),
    ).toMatchInlineSnapshot(`
      "# Do it: to be done by hand, in this order
      # paste the commands into a shell in this folder

      # on dc1/dc1-s1 (127.7.1.1, this machine, as root)
      #   1. install-files dc1/dc1-s1
      #      …/rendered/dc1/dc1-s1/etc/consul.d/ → /etc/consul.d/
      #      owner consul:consul, folders 0700, files with the mode that they have here
      install -d -o consul -g consul -m 0700 /etc/consul.d /opt/consul &&
      install -o consul -g consul -m 0600 …/rendered/dc1/dc1-s1/etc/consul.d/consul.hcl /etc/consul.d/consul.hcl &&

      # on dc2/dc2-s1 (192.0.2.1, by ssh as root; in a shell there leave \`ssh …\` out)
      #   1. install-files dc2/dc2-s1
      #      …/rendered/dc2/dc2-s1/srv/consul/conf/ → /srv/consul/conf/
      #      owner svc-consul:ops, folders 0700, files with the mode that they have here
      ssh root@192.0.2.1 'install -d -o svc-consul -g ops -m 0700 /srv/consul/conf /opt/consul' &&
      scp -p …/rendered/dc2/dc2-s1/srv/consul/conf/consul.hcl root@192.0.2.1:/srv/consul/conf/consul.hcl &&
      ssh root@192.0.2.1 'chown svc-consul:ops /srv/consul/conf/consul.hcl' &&

      # on dc2/dc2-s2 (2001:db8::2, by ssh as root; in a shell there leave \`ssh …\` out)
      #   1. install-files dc2/dc2-s2
      #      …/rendered/dc2/dc2-s2/etc/consul.d/ → /etc/consul.d/
      #      owner consul:consul, folders 0700, files with the mode that they have here
      ssh root@2001:db8::2 'install -d -o consul -g consul -m 0700 /etc/consul.d /opt/consul' &&
      scp -p …/rendered/dc2/dc2-s2/etc/consul.d/consul.hcl 'root@[2001:db8::2]:/etc/consul.d/consul.hcl' &&
      ssh root@2001:db8::2 'chown consul:consul /etc/consul.d/consul.hcl'"
    `)
  })

  it('says that a file holds the first management token where it does, and not where it is merely old', async () => {
    const file = join(workspace, 'rendered/dc2/dc2-s2/etc/consul.d/consul.hcl')
    await mkdir(dirname(file), {recursive: true})
    await writeFile(file, 'retry_join_wan = ["192.0.2.9"]\n')
    expect(await shown({kind: 'install-files', node: 'dc2/dc2-s2'})).not.toContain('management token')
    await writeFile(file, 'acl {\n  tokens {\n    master = "x"\n  }\n}\n')
    expect(await shown({kind: 'install-files', node: 'dc2/dc2-s2'})).toContain('management token for the first start')
  })

  it('restarts one server after the other, and starts without waiting for the others', async () => {
    expect(
      await shown(
        {kind: 'start-agent', node: 'dc1/dc1-s1'},
        {kind: 'restart-agent', node: 'dc2/dc2-s1'},
        {kind: 'restart-agent', node: 'dc2/dc2-s2'},
      ),
    ).toMatchInlineSnapshot(`
      "# Do it: to be done by hand, in this order
      # paste the commands into a shell in this folder

      # on dc1/dc1-s1 (127.7.1.1, this machine, as root)
      #   1. start-agent dc1/dc1-s1
      systemctl enable --now --no-block consul &&

      # on dc2/dc2-s1 (192.0.2.1, by ssh as root; in a shell there leave \`ssh …\` out)
      #   1. restart-agent dc2/dc2-s1
      #      one server after the other: the last command waits until this one is back
      ssh root@192.0.2.1 'systemctl restart consul@eu' &&
      fedctl verify --dc dc2 --only access.api,raft.leader --fail-on warning --wait 2m --output short &&

      # on dc2/dc2-s2 (2001:db8::2, by ssh as root; in a shell there leave \`ssh …\` out)
      #   1. restart-agent dc2/dc2-s2
      #      one server after the other: the last command waits until this one is back
      ssh root@2001:db8::2 'systemctl restart consul' &&
      fedctl verify --dc dc2 --only access.api,raft.leader --fail-on warning --wait 2m --output short"
    `)
  })

  it('runs Envoy with systemd, and offers the gateway of labs where the gateway has an address of this machine', async () => {
    expect(
      await shown(
        {kind: 'start-agent', node: 'dc2/dc2-c1'},
        {kind: 'start-gateway', node: 'dc2/dc2-gw1'},
        {kind: 'start-gateway', node: 'dc1/dc1-gw1'},
      ),
    ).toMatchInlineSnapshot(`
      "# Do it: to be done by hand, in this order
      # paste the commands into a shell in this folder

      # on dc2/dc2-c1 (192.0.2.11, by ssh as root; in a shell there leave \`ssh …\` out)
      #   1. start-agent dc2/dc2-c1
      ssh root@192.0.2.11 'systemctl enable --now --no-block consul' &&
      #   2. start-gateway dc2/dc2-gw1
      #      …/.fedctl/tokens/gateway → /etc/consul.d/tokens/gateway
      #      owner consul:consul, folders 0700, files with the mode that they have here
      #      the unit consul-mesh-gateway keeps Envoy running, which is to be on the PATH there:
      #      consul connect envoy \\
      #            -gateway=mesh \\
      #            -register \\
      #            -expose-servers \\
      #            -service mesh-gateway \\
      #            -proxy-id dc2-gw1 \\
      #            -address 192.0.2.11:8443 \\
      #            -wan-address 192.0.2.11:8443 \\
      #            -http-addr http://192.0.2.11:8500 \\
      #            -grpc-addr http://192.0.2.11:8502 \\
      #            -token-file /etc/consul.d/tokens/gateway
      #      or, for federation without services, HAProxy in its place, with the configuration that the first of these prints:
      #      fedctl gateway render --gateway dc2/dc2-gw1 --haproxy
      #      fedctl gateway register --gateway dc2/dc2-gw1
      ssh root@192.0.2.11 'install -d -o consul -g consul -m 0700 /etc/consul.d/tokens' &&
      scp -p …/.fedctl/tokens/gateway root@192.0.2.11:/etc/consul.d/tokens/gateway &&
      ssh root@192.0.2.11 'chown consul:consul /etc/consul.d/tokens/gateway' &&
      fedctl gateway render --gateway dc2/dc2-gw1 --systemd | ssh root@192.0.2.11 'cat > /etc/systemd/system/consul-mesh-gateway.service' &&
      ssh root@192.0.2.11 'systemctl daemon-reload && systemctl enable consul-mesh-gateway && systemctl restart consul-mesh-gateway' &&

      # on dc1/dc1-c1 (127.7.1.11, this machine, as root)
      #   1. start-gateway dc1/dc1-gw1
      #      …/.fedctl/tokens/gateway → /etc/consul.d/tokens/gateway
      #      owner consul:consul, folders 0700, files with the mode that they have here
      #      the unit consul-mesh-gateway keeps Envoy running, which is to be on the PATH there:
      #      consul connect envoy \\
      #            -gateway=mesh \\
      #            -register \\
      #            -expose-servers \\
      #            -service mesh-gateway \\
      #            -proxy-id dc1-gw1 \\
      #            -address 127.7.1.21:8443 \\
      #            -wan-address 127.7.1.21:8443 \\
      #            -http-addr http://127.7.1.11:8500 \\
      #            -grpc-addr http://127.7.1.11:8502 \\
      #            -token-file /etc/consul.d/tokens/gateway
      #      or, for federation without services, HAProxy in its place, with the configuration that the first of these prints:
      #      fedctl gateway render --gateway dc1/dc1-gw1 --haproxy
      #      fedctl gateway register --gateway dc1/dc1-gw1
      install -d -o consul -g consul -m 0700 /etc/consul.d/tokens &&
      install -o consul -g consul -m 0600 …/.fedctl/tokens/gateway /etc/consul.d/tokens/gateway &&
      fedctl gateway render --gateway dc1/dc1-gw1 --systemd > /etc/systemd/system/consul-mesh-gateway.service &&
      systemctl daemon-reload && systemctl enable consul-mesh-gateway && systemctl restart consul-mesh-gateway
      #      or, without Envoy, for a test, in a shell of its own:
      #      until fedctl gateway register --gateway dc1/dc1-gw1; do sleep 1; done; fedctl gateway run --gateway dc1/dc1-gw1"
    `)
  })
})
