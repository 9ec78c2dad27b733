import { isIP } from 'node:net';

const HOPS = /^\d{1,2}$/;
const NETWORKS_BY_NAME = ['loopback', 'linklocal', 'uniquelocal'];

/** Whether a text says which proxies to trust: `off`, how many hops, or addresses and networks (`10.0.0.0/8`). */
export function namesProxies(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  return text === 'off' || HOPS.test(text) || text.split(',').every((item) => isNetwork(item.trim()));
}

function isNetwork(text: string): boolean {
  if (NETWORKS_BY_NAME.includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    rest.length === 0 &&
    bits > 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}
