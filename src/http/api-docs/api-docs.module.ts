import { Module } from '@nestjs/common';
import { ApiDocsController } from './api-docs.controller';

/** The page /api/docs; the description that it shows is made by `openApiDocument`. */
@Module({ controllers: [ApiDocsController] })
export class ApiDocsModule {}
