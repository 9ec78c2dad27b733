export function findChromium(): { file: string; missing?: undefined } | { file?: undefined; missing: string };
