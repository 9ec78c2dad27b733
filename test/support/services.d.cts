type Program = { file: string; missing?: undefined } | { file?: undefined; missing: string };

export function findChromium(): Program;
export function findRedis(): Program;
export function findFaketime(): Program;
export function findStrace(): Program;
export function findRoot(): { as: string[]; missing?: undefined } | { as?: undefined; missing: string };
export function findSqlmap(): Program;
export function findWapiti(): Program;
export function findHydra(): Program;
