import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { flush } from '../http/defer-end';
import type { ExportFile } from './account-export';

/** Sends it as a download, no faster than its reader takes it. What breaks on the way cuts the answer off, visibly. */
export async function sendExport(request: Request, response: Response, file: ExportFile): Promise<void> {
  response.attachment(file.name).type('application/json');
  await flush(response);
  Reflect.deleteProperty(request, 'session'); // which is saved by now: nothing is left to do at the end
  try {
    await pipeline(Readable.from(file.text), response);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}
