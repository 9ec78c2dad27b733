import express from 'express';
import request from 'supertest';
import type { HeaderOptions } from '../options/code-options';
import { loadSettings } from '../options/load-settings';
import { securityHeaders } from './security-headers';

async function headersWith(options?: HeaderOptions): Promise<Record<string, string>> {
  const settings = loadSettings({ SESSION_SECRET: 'signs nothing' });
  const app = express().use(securityHeaders(settings, options), (_request, response) => response.send());
  return (await request(app).get('/')).headers;
}
const POLICY = 'content-security-policy';

describe('The headers of every response', () => {
  it('are strict', async () => {
    const headers = await headersWith();
    expect(headers[POLICY]).toContain("default-src 'none';script-src 'self'");
    expect(headers['x-frame-options']).toBe('DENY');
  });

  it('take single directives of the application in place of ours', async () => {
    const { [POLICY]: policy } = await headersWith({ csp: { scriptSrc: ["'self'", 'https://cdn.example'] } });
    expect(policy).toContain("script-src 'self' https://cdn.example;style-src 'self'");
  });

  it('leave the policy to the application with csp: false', async () => {
    const headers = await headersWith({ csp: false });
    expect(headers[POLICY]).toBeUndefined();
    expect(headers['x-frame-options']).toBe('DENY');
  });

  it("take the application's options of helmet", async () => {
    const headers = await headersWith({ helmet: { xFrameOptions: { action: 'sameorigin' } } });
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
    expect(headers[POLICY]).toBeDefined();
  });

  it('leave all of them to the application with helmet: false', async () => {
    const headers = await headersWith({ helmet: false });
    expect(headers[POLICY]).toBeUndefined();
    expect(headers['x-content-type-options']).toBeUndefined();
  });
});
