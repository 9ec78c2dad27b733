import type { Request } from 'express';

/**
 * Whether a GET for the log-out address is meant by its user. A link or an image on another site is not, nor is a
 * browser that fetches ahead, nor a program that looks at a link by HEAD (ASVS 5.0: 3.5.3).
 */
export function isDeliberate(request: Request, baseUrl: string): boolean {
  const site = request.get('sec-fetch-site') ?? siteOfReferer(request, baseUrl);
  const purpose = `${request.get('sec-purpose') ?? ''} ${request.get('purpose') ?? ''}`;
  return (
    request.method === 'GET' && (site === 'same-origin' || site === 'none') && !purpose.includes('prefetch')
  );
}

/** Browsers send no Fetch Metadata to plain http hosts but loopback ones. */
function siteOfReferer(request: Request, baseUrl: string): string {
  const referer = request.get('referer');
  if (referer === undefined) return 'none';
  return URL.canParse(referer) && new URL(referer).origin === baseUrl ? 'same-origin' : 'cross-site';
}
