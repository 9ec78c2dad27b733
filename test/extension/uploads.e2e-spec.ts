import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Controller, Module, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { LatchkeyModule, StillLoggedInInterceptor } from '../../src/index';
import { BASE_URL, PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';

@Controller('files')
class FilesController {
  static uploads = 0;

  @Post()
  @UseInterceptors(FileInterceptor('file'), StillLoggedInInterceptor)
  upload(@UploadedFile() file: { size: number }): object {
    FilesController.uploads += 1;
    return { size: file.size };
  }

  @Post('none')
  withoutInterceptor(): void {
    FilesController.uploads += 1;
  }
}

@Module({ controllers: [FilesController] })
class FilesModule {}

const PART = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
const HEADERS = { Origin: BASE_URL, 'Content-Type': 'multipart/form-data; boundary=x' };

describe('An upload to a route of an application', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => ({
      module: FilesModule,
      imports: [LatchkeyModule.fromEnvironment({ settings })],
    }));
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  async function loggedIn(): Promise<CookieJar> {
    const jar = new CookieJar();
    const credentials = { username: 'ada', password: PASSWORD };
    jar.take(await app.agent().post('/api/v1/auth/login').send(credentials).expect(200));
    return jar;
  }

  /** Sends all but the end, waits, and sends the rest. */
  async function slowUpload(cookie: string, meanwhile: () => Promise<unknown>): Promise<number | undefined> {
    const headers = { ...HEADERS, Cookie: cookie, Accept: 'application/json' };
    const sent = httpRequest({ port: app.port, path: '/files', method: 'POST', headers });
    sent.write(`${PART}hello`);
    await meanwhile();
    sent.end('\r\n--x--\r\n');
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  }

  it('comes to the route, also if it takes long', async () => {
    const jar = await loggedIn();
    const before = FilesController.uploads;
    expect(await slowUpload(jar.header, () => Promise.resolve())).toBe(201);
    expect(FilesController.uploads).toBe(before + 1);
  });

  it('is refused if its session has ended before its last byte', async () => {
    const jar = await loggedIn();
    const before = FilesController.uploads;
    const logOut = () => app.agent().post('/api/v1/auth/logout').set('Cookie', jar.header).expect(204);
    expect(await slowUpload(jar.header, logOut)).toBe(401);
    expect(FilesController.uploads).toBe(before);
  });

  it('is 415 if the route has no interceptor of its own', async () => {
    const jar = await loggedIn();
    const upload = app
      .agent()
      .post('/files/none')
      .set({ ...HEADERS, Cookie: jar.header });
    await upload.send(`${PART}hello\r\n--x--\r\n`).expect(415);
  });
});
