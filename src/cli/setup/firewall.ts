import { existsSync } from 'node:fs';

/** The command that opens a TCP port, per firewall tool; the first tool found on this machine is meant. */
const commands: readonly [tool: string, command: (port: number) => string][] = [
  ['firewall-cmd', (port) => `firewall-cmd --permanent --add-port=${port}/tcp && firewall-cmd --reload`],
  ['ufw', (port) => `ufw allow ${port}/tcp`],
  ['nft', (port) => `nft add rule inet filter input tcp dport ${port} accept`],
  ['iptables', (port) => `iptables -A INPUT -p tcp --dport ${port} -j ACCEPT`],
];
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** How to open a port, in words; nothing is run, because firewalls belong to the administrator (TOP-11). */
export function openPortHint(port: number): string {
  const found = commands.find(([tool]) => folders.some((folder) => existsSync(`${folder}/${tool}`)));
  return found === undefined ? `open TCP ${port}` : `open TCP ${port}: ${found[1](port)}`;
}
