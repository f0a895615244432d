import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';

/** Speaks TLS in front of a server that does not, as a proxy does. */
export interface TlsProxy {
  readonly port: number;
  stop(): void;
}

/** A key and a certificate that nobody but the test trusts. */
export function createCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-tls-'));
  try {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const given = ['-subj', '/CN=test', '-days', '2', '-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', ...kind, ...given], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function startTlsProxy(
  target: { readonly port: number },
  certificate: ReturnType<typeof createCertificate>,
): Promise<TlsProxy> {
  const server = createServer(certificate, (client) => {
    const behind = connect(target.port, '127.0.0.1');
    client.pipe(behind).pipe(client);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}
