/**
 * The optimisations, each with what switches it off in the built application. Preloaded with ABLATE set to one of the
 * names, it does so. `npm run bench -- --ablate` measures what each of them gives.
 */
const { join } = require('node:path');

const built = (file) => require(join(__dirname, '../dist', file));

const LEVERS = {
  'session cache': () => {
    process.env.SESSION_CACHE = '0';
  },
  'Express prototypes': () => {
    const { ExpressAdapter } = require('@nestjs/platform-express');
    const { LatchkeyExpressAdapter } = built('http/latchkey-express-adapter.js');
    LatchkeyExpressAdapter.prototype.initHttpServer = ExpressAdapter.prototype.initHttpServer;
  },
  'cheap async bind': () => {
    built('http/cheap-async-bind.js').useCheapAsyncBind = () => undefined;
  },
  'one middleware': () => {
    const pipeline = built('http/setup/request-pipeline.js');
    pipeline.requestPipeline = (consumer, steps = pipeline.REQUEST_PIPELINE) =>
      consumer
        .apply(...steps)
        .exclude('health/{*path}')
        .forRoutes('{*path}');
  },
};

LEVERS[process.env.ABLATE]?.();
module.exports = LEVERS;
