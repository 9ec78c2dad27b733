import { dirname, join } from 'node:path';
import { Get, NotFoundException, Param, Render, Res } from '@nestjs/common';
import { PagesController } from '../latchkey-routes';
import type { Response } from 'express';
import { Public } from '../../access/decorators';

/** That of @nestjs/swagger, which describes the API. */
const SWAGGER_UI = dirname(
  require.resolve('swagger-ui-dist/package.json', { paths: [dirname(require.resolve('@nestjs/swagger'))] }),
);
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Our own page for Swagger UI: the one it ships with needs inline styles, which the CSP forbids. */
@PagesController('api/docs')
@Public()
export class ApiDocsController {
  @Get()
  @Render('api/docs')
  docs() {
    return { title: 'API docs' };
  }

  @Get(':file')
  file(@Param('file') file: string, @Res() response: Response): void {
    if (!FILES.includes(file)) throw new NotFoundException();
    response.set('Cache-Control', 'public, max-age=3600');
    response.sendFile(join(SWAGGER_UI, file));
  }
}
