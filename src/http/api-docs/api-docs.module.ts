import { Module } from '@nestjs/common';
import { ApiDocsController } from './api-docs.controller';

/** The page /api/docs. `openApiDocument` creates the description that it shows. */
@Module({ controllers: [ApiDocsController] })
export class ApiDocsModule {}
