import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './app';
import { findNginx } from './services.cjs';

const TRIES = 200;

/** An nginx in front of an application, on its own port, with keep-alive connections to it. */
export class Nginx {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param connections the maximum number of idle ones. @param path that it removes, such as `/app`. */
  static async before(application: number, connections: number, path = ''): Promise<Nginx> {
    const { file, missing } = findNginx();
    if (!file) throw new Error(missing);
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-nginx-'));
    const port = await freePort();
    const config = join(folder, 'nginx.conf');
    await writeFile(config, configuration({ folder, port, application, connections, path }));
    const child = spawn(file, ['-e', 'stderr', '-p', folder, '-c', config], { stdio: 'inherit' });
    const nginx = new Nginx(port, child, folder);
    await nginx.listening();
    return nginx;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'close');
    if (this.child.exitCode === null && this.child.kill('SIGKILL')) await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async listening(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const socket = connect(this.port, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) return;
      await delay(25);
    }
    throw new Error('nginx does not listen');
  }
}

interface Configuration {
  folder: string;
  port: number;
  application: number;
  connections: number;
  path: string;
}

const configuration = ({ folder, port, application, connections, path }: Configuration) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream latchkey {
    server 127.0.0.1:${application};
    keepalive ${connections};
  }
  server {
    listen 127.0.0.1:${port};
    location ${path}/ {
      proxy_pass http://latchkey${path && '/'};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
