import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isPageRoute } from '../http/routes-at';
import { Settings } from '../options/settings';

/** What a form can send, and so what browsers send to another origin without asking (Fetch, CORS-safelisted). */
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** The origins of `ORIGINS`. CORS and the same-origin check both ask it, so that one admits what the other does. */
@Injectable()
export class AllowedOrigins {
  constructor(private readonly settings: Settings) {}

  get areGiven(): boolean {
    return this.settings.origins.length > 0;
  }

  /** Whether a request comes from one of them. */
  areOriginOf({ headers: { origin } }: Request): boolean {
    return origin !== undefined && this.settings.origins.includes(origin);
  }

  /** Whether it may also do what it asks for: not with pages, nor by a form. */
  admit(request: Request): boolean {
    return this.areOriginOf(request) && !isForm(request) && !isPageRoute(request);
  }
}

function isForm({ headers: { 'content-type': type = '' } }: Request): boolean {
  const [essence] = type.split(';', 1);
  return FORM_TYPES.includes(essence.trim().toLowerCase());
}
