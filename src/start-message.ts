import type { AddressInfo } from 'node:net';
import type { Config } from './config/config.ts';
import type { Bootstrap } from './domain/accounts/bootstrap-accounts.ts';

/**
 * What the operator is told once the service listens: its address, the administrator, where the data is, and a first
 * request.
 * @param mongoUrl the database's address, which may be the embedded one: that is needed for backups.
 */
export function describeStart(
  config: Config,
  mongoUrl: string,
  address: AddressInfo,
  bootstrap: Bootstrap,
): string {
  const local = `http://localhost:${address.port}`;
  const data = config.mongoUrl
    ? `MongoDB at ${withoutPassword(config.mongoUrl)}`
    : `${config.dataDir} (embedded database at ${mongoUrl})`;
  const password = bootstrap.generatedPassword;
  const visitor = '{"visitor":{"token":"my-first-visitor","name":"Ann"}}';
  return [
    '',
    `Foyer is ready at ${config.rootUrl ?? local}`,
    `  Admin  ${config.admin.username}${password ? `, password ${password} (shown this once)` : ''}`,
    `  Data   ${data}`,
    ...(config.isDemo ? [`  Chat   ${local}/livechat/demo`] : []),
    `  Docs   ${local}/docs`,
    `  Try    curl -H 'Content-Type: application/json' -d '${visitor}' ${local}/api/v1/livechat/visitor`,
    '',
  ].join('\n');
}

function withoutPassword(mongoUrl: string): string {
  return mongoUrl.replace(/\/\/[^/@]*@/, '//');
}
