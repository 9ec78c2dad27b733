type Program = { file: string; missing?: undefined } | { file?: undefined; missing: string };

export function findChromium(): Program;
/** `account`: whom its programs run as, where not as ourselves. */
export function findPostgres():
  | { bin: string; account: { uid?: number; gid?: number }; missing?: undefined }
  | { bin?: undefined; account?: undefined; missing: string };
export function findRedis(): Program;
export function findRedisSentinel(): Program;
export function findPgbouncer(): Program;
export function findFaketime(): Program;
export function findStrace(): Program;
export function findRoot(): { as: string[]; missing?: undefined } | { as?: undefined; missing: string };
export function findSqlmap(): Program;
export function findWapiti(): Program;
export function findHydra(): Program;
export function findNginx(): Program;
export function findSlapd(): Program;
