import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { flush } from '../http/defer-end';
import type { RequestContext } from '../http/request-context';
import type { ExportFile } from './account-export';

/** Sends a download with backpressure. An error midway aborts the response, so that the client notices. */
export async function sendExport(
  request: RequestContext,
  response: Response,
  file: ExportFile,
): Promise<void> {
  response.attachment(file.name).type('application/json');
  await flush(response);
  Reflect.deleteProperty(request, 'session'); // already saved: skip express-session's save at the end
  try {
    await pipeline(Readable.from(file.text), response);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}
