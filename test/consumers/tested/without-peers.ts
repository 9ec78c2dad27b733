import { createLatchkeyTestApp, sessionEngineContract } from 'latchkey/testing';
import { AppModule } from './app.module';

console.log(`${sessionEngineContract.length > 0}`);
void createLatchkeyTestApp(AppModule).catch((error: unknown) => {
  console.log(String(error));
});
